"""
The numbers by which matters are known.

A matter is a case, a petition, or a period for which an office owes a report. The forms
of the three exclude each other, and the number of a petition or a period names the
office it belongs to. So no office can give a case the number of another's matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from shared.errors import Problem
from shared.events import Envelope

LONGEST_CASE_NUMBER = 64
"""
What an office may write; the system may put its code in front.
"""

NUMBER_PATTERN = r"[\w(（〔\[【][\w()（）〔〕\[\]【】·.,，、:：—–-]{0,79}"
"""
What a number is made of, at most 80 of them: letters and digits of any script,
brackets, and the signs that join them. It can stand in an address, a cell and a page
as it is.
"""

_NUMBER = re.compile(NUMBER_PATTERN)
_PETITION = re.compile(r"([0-9]{6,12})-[0-9]{4}-[0-9]+")
_YEAR = re.compile(r"[(（〔\[【［]((?:19|20)[0-9]{2})[)）〕\]】］]")
_SHARED_CASE = re.compile(r"([0-9]{6,12}):.+")


class Kind(StrEnum):
    """What a number is of."""

    CASE = "case"
    PETITION = "petition"
    PERIOD = "period"


class ForeignMatter(Exception):  # noqa: N818 - a refusal of an event, not a breakdown
    """
    An event about a matter of another office, or of another kind, than its own.
    """


class NotItsOfficeYet(Exception):  # noqa: N818 - likewise; it is tried again
    """
    An event of an office that, as far as is known here, never had the case: the event
    that the case has moved there may not have arrived yet.
    """


def kind_of(number: str) -> Kind:
    if "/" in number:
        return Kind.PERIOD
    return Kind.PETITION if _PETITION.fullmatch(number) else Kind.CASE


def office_in(number: str) -> str | None:
    """
    The office that a number names; None for a case number as its office wrote it.
    """
    if kind_of(number) is Kind.PERIOD:
        return number.split("/")[1]
    match = _PETITION.fullmatch(number) or _SHARED_CASE.fullmatch(number)
    return match[1] if match else None


def with_office(number: str, office: str) -> str:
    """
    The number under which a case of an office is registered whose own number is that of
    another office's case.
    """
    return f"{office}:{number}"


def canonical_number(number: str) -> str:
    """
    A case number with its year in the brackets of official documents: offices write
    〔2020〕, [2020], (2020) and 【2020】 and mean one number.
    """
    return _YEAR.sub(r"〔\1〕", number)


def case_number_problem(number: str) -> Problem | None:
    """
    What is wrong with a number that an office gives a case, if anything.
    """
    if len(number) > LONGEST_CASE_NUMBER or not _NUMBER.fullmatch(number):
        return Problem(
            "number_form",
            f"不是有效的案件编号：应为 1 至 {LONGEST_CASE_NUMBER} 个文字、数字、"
            "括号或连接号，且不以符号开头",
            "请改正编号，去掉空格、斜杠等其他符号。",
        )
    if office_in(number) is not None:
        return Problem(
            "number_reserved",
            "是本系统给信访件或单位编的号，不能用作案件编号",
            "请填写案件本身的编号。",
        )
    return None


def require_owner(event: Envelope, *owners: str | None) -> None:
    """
    Check that an event about a matter comes from an office that has or had the matter.

    *owners*: the offices that are known to; none, or None, if this is the first event.
    Raises `NotItsOfficeYet` where the case may have moved to that office, else
    `ForeignMatter`.
    """
    kind, number, office = event.type, event.case_number, event.office
    kinds = next((kinds for start, kinds in _ABOUT if kind.startswith(start)), ())
    if kinds and kind_of(number) not in kinds:
        names = " or ".join(kinds)
        raise ForeignMatter(f"{kind} of {number}, which is no {names}")
    if kind == CASE_MOVED:
        return
    office_named, owning = office_in(number), set(owners) - {None}
    begins = kind in _BEGINNINGS
    if begins and office_named not in {None, office}:
        raise ForeignMatter(f"{kind} of office {office} about {number}")
    entitled = owning or {office_named or office}
    if office not in entitled or office_named not in {None, *entitled}:
        moves = not begins and kind_of(number) is not Kind.PERIOD
        refusal = NotItsOfficeYet if moves else ForeignMatter
        belongs = ", ".join(sorted(filter(None, {office_named, *owning})))
        raise refusal(
            f"{kind} of office {office} about {number}, which belongs to {belongs}"
        )


def owners_after(
    event: Envelope, owners: Collection[str], had_by: Collection[str]
) -> list[str]:
    """
    The offices that have or had a case, the present one last, after the event that it
    moved to the office of *event*; *had_by* are those that had it before, as the event
    says.

    Raises `ForeignMatter` if the case is of none of them.
    """
    if owners and not {*owners} & {*had_by, event.office}:
        raise ForeignMatter(
            f"{event.type} about {event.case_number}, which belongs to {owners}"
        )
    return list(dict.fromkeys((*owners, *had_by, event.office)))


CASE_MOVED = "assignment.case_moved"
"""
The one event by which a case passes to another office.
"""
_BEGINNINGS = frozenset({"intake.case_opened", "intake.petition_registered"})
_ABOUT = (
    # A petition that became a case keeps its number.
    ("intake.case_", (Kind.CASE, Kind.PETITION)),
    ("intake.petition_", (Kind.PETITION,)),
    ("reporting.milestone_", (Kind.PERIOD,)),
)
