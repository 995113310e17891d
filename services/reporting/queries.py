"""
Checks what a client asks for: a programme that concerns the office, a day that came.

Also reads the cursors of lists; a cursor that is not ours is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from shared.errors import Problem, Rejected, reject_if
from shared.policy.directory import Directory
from shared.policy.programme import Programme, Programmes
from shared.rules import programme_exists
from shared.web.endpoint import after

CasePlace = tuple[str, str, str]
EntryPlace = tuple[str, date, str, int]


def programme_for(
    programmes: Programmes,
    directory: Directory,
    code: str,
    office: str,
    *,
    on: date,
    more: Iterable[Problem] = (),
) -> Programme:
    """
    The programme *code*, if it concerns the office or an office below it.

    Raises `Rejected` for that, and for whatever *more* is wrong.
    """
    known = {programme.code: programme for programme in programmes}
    unknown = [*programme_exists(code, known, "/programme")]
    if unknown:
        raise Rejected(*unknown, *more)
    programme = known[code]
    reject_if([*_not_concerned(directory, office, programme, on), *more])
    return programme


def _not_concerned(
    directory: Directory, office: str, programme: Programme, on: date
) -> Iterator[Problem]:
    root = programme.offices_root
    covered = directory.is_within(office, root, on)
    if not covered and not directory.is_within(root, office, on):
        yield Problem(
            "programme_not_for_office",
            f"该专项工作不涉及机关 {office}。",
            f"请选择机关 {root} 或其上级、下级机关。",
            "/office",
        )


def as_of_in_future(as_of: date, today: date) -> Iterator[Problem]:
    """
    A day must have begun before its figures are signed.
    """
    if as_of > today:
        yield Problem(
            "as_of_in_future",
            f"统计日 {as_of} 在今天 {today} 之后，还不能签发。",
            "请改为今天或以前的日期。",
            "/as_of",
        )


def known_at_in_future(
    known_at: datetime | None, latest: datetime
) -> Iterator[Problem]:
    """
    What will be known later cannot be answered for yet: more may still arrive.
    """
    if known_at is not None and known_at > latest:
        yield Problem(
            "known_at_in_future",
            f"{known_at.isoformat()} 在统计账目现有的截止时刻之后。",
            f"请改为不晚于 {latest.isoformat()} 的时刻，或不写 known_at。",
            "?known_at",
        )


def entry_place(query: Mapping[str, Any]) -> EntryPlace | None:
    """
    The entry after which the list goes on. Raises `Rejected`.
    """
    found = after(query, list)
    if found is None:
        return None
    try:
        office, day, case_number, position = found
        place = (str(office), date.fromisoformat(day), str(case_number), int(position))
    except (TypeError, ValueError) as error:
        raise _not_ours() from error
    return place


def case_place(query: Mapping[str, Any]) -> CasePlace | None:
    """
    The case, or duty of a case, after which the list goes on. Raises `Rejected`.
    """
    found = after(query, list)
    if found is None:
        return None
    try:
        case_number, office, duty = map(str, found)
    except ValueError as error:
        raise _not_ours() from error
    return case_number, office, duty


def return_place(query: Mapping[str, Any]) -> str | None:
    """
    The return after which the list goes on. Raises `Rejected`.
    """
    place: str | None = after(query)
    return place


def _not_ours() -> Rejected:
    remedy = "请使用上一页 next 的值。"
    fault = Problem("bad_cursor", "after 不是本系统给出的游标。", remedy, "/after")
    return Rejected(fault)
