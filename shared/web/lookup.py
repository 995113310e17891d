"""
What was looked up by its number, or the refusal because the caller may see none with
that number.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from shared.errors import Conflict, Forbidden, NotFound, Problem
from shared.policy.current import current_policy
from shared.web.call import Call

T = TypeVar("T")


def or_not_found(row: T | None, noun: str, number: str) -> T:
    """
    *row*, which was looked up by *number*; *noun* is what it is, in Chinese. Raises
    `NotFound` when it is None.
    """
    if row is None:
        raise NotFound(no_such(noun, number))
    return row


def no_such(noun: str, number: str) -> Problem:
    """
    The problem that there is no *noun* of that *number*, or none in sight.
    """
    return Problem(
        "not_found",
        f"没有编号为“{number}”的{noun}。",
        "请核对编号；刚刚登记的，请稍候再查。",
    )


def in_sight(call: Call, row: T | None, noun: str, number: str) -> T:
    """
    *row*, which was looked up by *number*, if its office is the caller's own or below.

    Raises `NotFound`, in the same words whether there is none or it lies elsewhere; and
    `Conflict` for an office that had the case before it moved, whatever became of it
    there (decision 0077).
    """
    office = getattr(row, "office", None)
    if office is not None and call.may_see(office):
        return or_not_found(row, noun, number)
    if office:
        for had, next_ in reversed([*pairwise((*_had_by(row), office))]):
            if call.may_see(had):
                raise moved_away(next_)
    return or_not_found(None, noun, number)


def _had_by(row: Any) -> tuple[str, ...]:
    """
    The offices that had a case before it moved, in the order in which they last did.
    """
    return tuple(getattr(row, "had_by", ()))


def is_content_kept(call: Call, shown: Any) -> bool:
    """
    Whether what a petition, a case or another matter says is kept from the caller, as
    the hub of its programme or above that, which learns only how far it is (XQ-56).
    """
    policy = current_policy()
    return policy.programmes.get(shown.programme).keeps_content_from(
        call.who.office,
        shown.office,
        getattr(shown, "case_kind", None),
        policy.directory,
        call.today,
        category=getattr(shown, "category", None),
    )


def content_kept(programme: str) -> Forbidden:
    """
    The refusal for the hub of a *programme*, which learns only how far such matters are
    (XQ-56).
    """
    rules = current_policy().programmes.get(programme).progress_only
    source = rules.source if rules else ""
    return Forbidden.because(
        "progress_only",
        "此类事项由办理单位办理，只报进展，不报内容。",
        f"进展见职责、统计和报表；内容请由办理单位查看。依据：{source}。",
        "/number",
    )


def moved_away(office: str, on: date | None = None) -> Conflict:
    """
    The refusal for an office that had a case and handed it on to another *office*.
    """
    name = current_policy().directory.office(office).name
    since = f"于 {on} " if on else ""
    return Conflict.because(
        "case_moved_away",
        f"本案已{since}移交{name}，本机关不再办理。",
        "请与接办单位联系；本机关办理的经过仍可查看。",
        "/number",
    )
