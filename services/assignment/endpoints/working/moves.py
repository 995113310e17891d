"""
The offices that have or had a case, and which cases were handed round (DY-32).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.assignment.domain.case_offices import (
    REASONS,
    CaseMove,
    HandedRound,
    office_after,
)
from services.assignment.domain.facts.base import Fact
from services.assignment.endpoints.lookup import case_had_by, is_kept_from, programme_of
from services.assignment.schemas.working.moves import (
    CaseMoveView,
    HandedRoundQuery,
    HandedRoundView,
    OfficesView,
)
from services.assignment.store import CaseMoves, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.queries import ListQuery


@api("GET", "/cases/<number>/offices", answer=OfficesView)
def show_case_offices(call: Call) -> dict[str, Any]:
    """
    Show the offices that have or had a case, also to those that had it.
    """
    row = case_had_by(call)
    moves = CaseMoves(call.session).of_case(row.number)
    codes = [*(move.from_office for move in moves), row.office]
    days = [row.opened_on, *(move.moved_on for move in moves), None]
    directory = current_policy().directory
    held = [
        {
            "office": code,
            "name": directory.office(code).name,
            "since": days[index],
            "until": days[index + 1],
        }
        for index, code in enumerate(codes)
    ]
    return {
        "number": row.number,
        "office": row.office,
        "offices": held,
        "moves": [_shown(move) for move in moves],
    }


@api("GET", "/case-moves", query=ListQuery, answer=CaseMoveView, many=True)
def list_case_moves(call: Call) -> Page[Any]:
    """
    List the moves of cases to and from an office and those below it, but not of a case
    that is elsewhere and accuses the caller's.
    """
    page = CaseMoves(call.session).of_offices(call.offices(), call.page)
    numbers = sorted({move.number for move in page.items})
    visible = {
        number
        for number, facts in Matters(call.session).facts_of_cases(numbers).items()
        if _has_it(call, facts) or not is_kept_from(call, facts)
    }
    shown = [_shown(move) for move in page.items if move.number in visible]
    return Page(shown, page.next)


def _has_it(call: Call, facts: Sequence[Fact]) -> bool:
    """
    Whether an office of the caller's has the case of *facts*.
    """
    office = office_after(facts)
    return office is not None and call.may_see(office)


@api(
    "GET",
    "/cases-handed-round",
    query=HandedRoundQuery,
    answer=HandedRoundView,
    many=True,
)
def list_cases_handed_round(call: Call) -> Page[HandedRound]:
    """
    List the cases that were handed on as often as the programme calls too often.
    """
    rule = programme_of(call.query["programme"]).hand_over
    if rule is None:
        reject_if([_no_rule()])
        return Page([], None)
    return CaseMoves(call.session).handed_round(
        call.offices(), call.query["programme"], rule.too_often, call.page
    )


def _no_rule() -> Problem:
    return Problem(
        "no_hand_over_rule",
        "本专项没有写明移交多少次算多次转交。",
        "请在专项文件中写明 hand_over。",
        "/programme",
    )


def _shown(move: CaseMove) -> dict[str, Any]:
    return {**vars(move), "reason_title": REASONS[move.reason]}
