"""
The offices that have or had a case, and which cases were handed round (DY-32).
"""

from __future__ import annotations

from typing import Any

from services.assignment.domain.case_offices import (
    REASONS,
    CaseMove,
    HandedRound,
)
from services.assignment.endpoints.lookup import case_had_by, programme_of
from services.assignment.schemas.working.moves import (
    CaseMoveView,
    HandedRoundQuery,
    HandedRoundView,
    OfficesView,
)
from services.assignment.store import CaseMoves
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api("GET", "/cases/<number>/offices", answer=OfficesView)
def show_case_offices(call: Call) -> dict[str, Any]:
    """
    Show the offices that have or had a case; to those that had it, until they handed it
    on.
    """
    row = case_had_by(call)
    moves = CaseMoves(call.session).of_case(row.number)
    if not call.may_see(row.office):
        while not call.may_see(moves[-1].from_office):
            moves.pop()
    codes = [move.from_office for move in moves]
    codes.append(moves[-1].to_office if moves else row.office)
    days = [row.opened_on, *(move.moved_on for move in moves), None]
    directory = current_policy().directory
    terms = [
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
        "office": codes[-1],
        "offices": terms,
        "moves": [_shown(move) for move in moves],
    }


@api("GET", "/case-moves", query=ListQuery, answer=CaseMoveView, many=True)
def list_case_moves(call: Call) -> Page[Any]:
    """
    List the moves of cases to and from an office and those below it.
    """
    page = CaseMoves(call.session).of_offices(call.offices(), call.page)
    return page.map(_shown)


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
