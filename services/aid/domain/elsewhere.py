"""
A person who has applied for aid at an office that this one does not see.

Nobody is aided twice in the same case (国家司法救助意见). Neither office can tell
whether it is the same without the other's file, so an office above both finds that out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from services.aid.domain.application import AnotherCase
from shared.errors import Conflict, Problem, reject_if
from shared.policy.directory import Directory
from shared.rules import day_has_come


def offices_above(
    office: str, others: Collection[str], directory: Directory, on: date
) -> tuple[str, ...]:
    """
    Return the offices that are above an *office* and all the *others*, the nearest
    first; if none is above all of them, those above the office.
    """
    above = directory.lineage(office, on)[1:]
    common = tuple(
        code
        for code in above
        if all(directory.is_within(other, code, on) for other in others)
    )
    return common or above


def require_another_case(
    another_case: AnotherCase | None,
    others: Collection[str],
    *,
    office: str,
    directory: Directory,
    today: date,
) -> None:
    """
    Raises `Conflict` if no office above found that the person's application at the
    *others* is in another case, `Rejected` if the finding as stated is impossible, or
    if there are no others.
    """
    if not others:
        reject_if(_not_needed(another_case))
        return
    above = offices_above(office, others, directory, today)
    nearest = directory.office(above[0]).name if above else ""
    if another_case is None:
        raise Conflict.because(
            "applied_elsewhere",
            "此人已向别的机关申请过救助，是否同一案件须由上级机关核实。",
            f"请报{nearest or '上级机关'}核实；不是同一案件的，请在 another_case 中写明"
            "核实的机关、日期和文号。",
            "/another_case",
        )
    reject_if(
        [
            *_from_above(another_case, above, nearest),
            *day_has_come(another_case.on, today, "/another_case/on", "核实日期"),
        ]
    )


def _not_needed(case: AnotherCase | None) -> Iterator[Problem]:
    if case is not None:
        yield Problem(
            "finding_not_needed",
            "没有须由上级机关核实的其他申请。",
            "请删去 another_case。",
            "/another_case",
        )


def _from_above(
    case: AnotherCase, above: Collection[str], nearest: str
) -> Iterator[Problem]:
    if above and case.office not in above:
        yield Problem(
            "not_the_upper_office",
            "核实的机关不是双方的上级机关。",
            f"请填{nearest}。",
            "/another_case/office",
        )
