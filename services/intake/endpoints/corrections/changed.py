"""
A correction as it is shown: which fields it changed, by their titles and in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.domain.corrections.correcting import PERSONAL
from services.intake.domain.corrections.corrections import (
    Correction,
    CorrectionKind,
    WithdrawalCause,
)
from services.intake.domain.corrections.followed import PERSONAL_COLUMNS
from services.intake.ledger import Column
from shared.policy.parts.words import TITLES
from shared.vocabulary import (
    Appellant,
    Category,
    DeliveryOutcome,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from shared.web.schema.field_kinds import Labelled
from shared.web.schema.fields import one_of
from shared.web.schema.named import named


def as_shown(
    correction: Correction, programme: str, columns: Mapping[str, Column]
) -> dict[str, Any]:
    """
    A correction with the fields it changed, in the words of the *programme*; *columns*:
    those of the ledger by id, which a correction of a case is about.
    """
    columns = columns if correction.kind in _OF_CASES else {}
    return {
        **vars(correction),
        "kind_title": correction.kind.chinese,
        "fields_changed": [
            _field(correction, name, programme, columns.get(name))
            for name in correction.fields
        ],
    }


def _field(
    correction: Correction, name: str, programme: str, column: Column | None
) -> dict[str, Any]:
    hidden = name in PERSONAL | PERSONAL_COLUMNS or (
        column is not None and (column.personal or column.narrative)
    )
    before = None if hidden else correction.before.get(name)
    after = None if hidden else correction.after.get(name)
    values = {"before": before, "after": after}
    labels = {
        moment: _label(name, value, programme, column)
        for moment, value in values.items()
        if value is not None
    }
    return {
        "name": name,
        "title": title_of(name, column),
        "labels": {moment: label for moment, label in labels.items() if label},
        **values,
    }


def title_of(name: str, column: Column | None) -> str:
    """
    The title of a field of a petition, or of a *column* of a case.
    """
    return column.title if column else _TITLES.get(name, name)


def _label(
    name: str, value: Any, programme: str, column: Column | None
) -> str | list[str] | None:
    """
    A value of a field, or each of several, in words; None if it is no code.
    """
    if isinstance(value, list | tuple):
        found = [_label(name, each, programme, column) for each in value]
        return [str(each) for each in found] if all(found) else None
    if column is not None:
        spellings = column.codes.get(str(value))
        return spellings[0] if spellings else None
    coded = _CODES.get(name)
    return coded.label(value, {"programme": programme}) if coded else None


_OF_CASES = frozenset(each for each in CorrectionKind if each.startswith("case_"))

_CODES: Mapping[str, Labelled] = {
    **{name: named(name) for name in (*TITLES, "programme", "verdict")},
    "category": one_of(Category),
    "appellant": one_of(Appellant),
    "kind": one_of(ReplyKind),
    "mode": one_of(ReplyMode),
    "step": one_of(PetitionStep),
    "served": one_of(DeliveryOutcome),
    "delivery_outcome": one_of(DeliveryOutcome),
    "cause": one_of(WithdrawalCause),
}


_TITLES: Mapping[str, str] = {
    "channel": "信访形式",
    "received_on": "收到日期",
    "first": "初信初访",
    "non_prosecution_office": "作出不起诉决定的院",
    "non_prosecution_served_on": "不起诉决定书送达日期",
    "appellant": "申诉人",
    "appealed_on": "提出申诉（交邮）日期",
    "petitioner": "信访人",
    "members": "联名信访人",
    "accused_office": "被检举控告的单位",
    "category": "信访类别",
    "case_kind": "案件类别",
    "demand": "诉求",
    "original_case_no": "原案号",
    "origin": "来源",
    "topic": "问题类别",
    "registration_level": "登记级别",
    "persons": "人数",
    "handler_post": "承办人职务",
    "replied_on": "回复日期",
    "kind": "答复种类",
    "mode": "答复方式",
    "outcome": "结果",
    "summary": "答复内容",
    "withdrawn_on": "撤销日期",
    "approver_post": "批准人职务",
    "delivered_on": "送达日期",
    "delivery_outcome": "送达结果",
    "delivery_note": "送达说明",
    "step": "步骤",
    "on": "步骤日期",
    "document": "文号",
    "to_office": "接收单位",
    "report_by": "报告日期",
    "verdict": "处理意见",
    "served": "送达结果",
    "cause": "撤销原因",
    "same_as": "保留的编号",
    "programme": "专项",
    # Columns of a case that came of a petition and its form does not have.
    "petitioner_name": "信访人姓名",
    "id_type": "证件类型",
    "id_no": "证件号码",
    "phone": "联系电话",
    "address": "地址",
    "main_demand": "主要诉求",
    "accepted_on": "登记受理日期",
    "first_petition_on": "首次信访日期",
    "first_petition_office": "首次信访机构",
    "first_here": "是否首次到本院申诉",
    "last_petition_on": "最近一次信访日期",
    "last_petition_form": "最近一次信访形式",
    "registered_repeat": "登记为重复信访",
}
