"""
A case as the services know it that take it from intake: hearing and aid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    A case that intake opened; since *merged_on* it is part of the case *merged_into*.
    *withdrawn_on*: from that day it does not count, because it should not have been
    registered. *had_by*: the offices that had it before it moved to *office*.
    *case_kind*: a word of the programme, None until intake has said it.
    """

    number: str
    office: str
    programme: str
    in_scope: bool
    merged_into: str | None = None
    merged_on: date | None = None
    withdrawn_on: date | None = None
    had_by: tuple[str, ...] = ()
    case_kind: str | None = None


def about(case: Case, on: date) -> dict[str, Any]:
    """
    The fields that every event of *case* has which occurred on the day *on*.
    """
    return {
        "office": case.office,
        "case_number": case.number,
        "occurred_on": on,
        "programme": case.programme,
    }


def require_unmerged(case: Case, on: date) -> None:
    """
    Raise `Conflict` if the case was merged into another, or withdrawn, by the day *on*.

    What happened before may still be recorded of the case.
    """
    if case.withdrawn_on and on >= case.withdrawn_on:
        raise Conflict.because(
            "case_withdrawn",
            f"本案已于 {case.withdrawn_on} 撤销登记。",
            "请核对编号。",
        )
    if case.merged_on and on >= case.merged_on:
        raise Conflict.because(
            "case_merged",
            f"本案已于 {case.merged_on} 并入 {case.merged_into}。",
            f"请在 {case.merged_into} 名下登记。",
        )
