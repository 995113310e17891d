"""
What was changed of a petition, a reply or a case after it was registered.

Nothing is overwritten without a trace: what stood there before stays in the history,
with who changed it, when and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shared.errors import Problem
from shared.vocabulary import Term


class CorrectionKind(Term):
    """What was done to what had been registered."""

    PETITION_CORRECTED = "petition_corrected", "更正信访件"
    PETITION_SPLIT = "petition_split", "拆分信访件"
    PETITION_WITHDRAWN = "petition_withdrawn", "撤销信访件登记"
    PETITION_RESTORED = "petition_restored", "恢复信访件登记"
    STEP_CORRECTED = "step_corrected", "更正信访步骤"
    STEP_WITHDRAWN = "step_withdrawn", "撤销信访步骤"
    DELIVERY_CORRECTED = "delivery_corrected", "更正送达记录"
    DELIVERY_WITHDRAWN = "delivery_withdrawn", "撤销送达记录"
    REPLY_CORRECTED = "reply_corrected", "更正答复"
    REPLY_WITHDRAWN = "reply_withdrawn", "撤销答复登记"
    CASE_CORRECTED = "case_corrected", "更正案件"
    CASE_WITHDRAWN = "case_withdrawn", "撤销案件登记"
    CASE_REINSTATED = "case_reinstated", "恢复案件登记"
    CASE_ENROLLED = "case_enrolled", "列入其他专项"
    CASE_ENROLMENT_WITHDRAWN = "case_enrolment_withdrawn", "退出其他专项"


class WithdrawalCause(Term):
    """Why a petition or a case should never have been registered."""

    REGISTERED_TWICE = "registered_twice", "双重登记"
    REGISTERED_BY_MISTAKE = "registered_by_mistake", "误登"


@dataclass(frozen=True, kw_only=True)
class Correction:
    """
    One correction or withdrawal: *fields* were changed from *before* to *after*.

    *number* is that of the petition or case, *reply* the id of a reply of it. A row of
    a ledger corrects a case in the import *import_id*, at *position* of the file;
    *proposed*: a dry run says that it would. A split made the petition *split_into*.
    """

    id: str
    number: str
    kind: CorrectionKind
    reply: str | None = None
    office: str
    actor: str
    on: date
    recorded_at: datetime
    import_id: str | None = None
    position: int | None = None
    proposed: bool = False
    fields: tuple[str, ...] = ()
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    split_into: str | None = None


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """
    The fields that differ, each with both values; a field that is absent has none.
    """
    names = dict.fromkeys((*before, *after))
    both = {name: (before.get(name), after.get(name)) for name in names}
    return {name: values for name, values in both.items() if values[0] != values[1]}


def something_changes(
    changes: Mapping[str, Any], place: str = "/changes"
) -> Iterator[Problem]:
    """
    A correction that changes nothing is a mistake.
    """
    if not changes:
        yield Problem(
            "nothing_to_change",
            "没有与已登记内容不同的项。",
            "请写明要更正的项和更正后的内容。",
            place,
        )


def same_as_is_given(cause: str, same_as: str | None, number: str) -> Iterator[Problem]:
    """
    What was registered twice is registered once more, under another number.
    """
    if cause == WithdrawalCause.REGISTERED_TWICE and same_as is None:
        yield Problem(
            "required",
            "双重登记须写明保留哪一件。",
            "请在 same_as 填写保留的编号。",
            "/same_as",
        )
    if same_as == number:
        yield Problem(
            "same_as_itself",
            "保留的不能是本件自己。",
            "请填写另一件的编号。",
            "/same_as",
        )
