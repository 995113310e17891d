"""
A party's request for a hearing, which the decision on a hearing answers
(听证工作规定 9).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from services.hearing.domain.terms import Participant
from shared.cases.case import Case, require_unmerged
from shared.errors import Conflict, reject_if
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import HearingDecision, Term


class RequestState(Term):
    """Whether a request was answered, and how."""

    OPEN = "open", "待答复"
    GRANTED = "granted", "同意"
    REFUSED = "refused", "不同意"


@dataclass(frozen=True, kw_only=True)
class HearingRequest:
    """
    That a party asked for a hearing; not in which words. *due_on*: by when it is to be
    answered, where the programme says so.
    """

    id: str
    case_number: str
    office: str
    programme: str
    role: Participant
    requested_on: date
    due_on: date | None
    state: RequestState = RequestState.OPEN
    answered_on: date | None = None
    told_on: date | None = None
    reason: str | None = None


def ask(
    case: Case,
    *,
    identity: str,
    role: str,
    requested_on: date,
    today: date,
    due: Callable[[date], date | None],
) -> HearingRequest:
    """
    Record that a party asks for a hearing. Raises `Conflict`, `Rejected`.
    """
    require_unmerged(case, requested_on)
    reject_if(day_has_come(requested_on, today, "/requested_on", "申请日期"))
    return HearingRequest(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        role=Participant(role),
        requested_on=requested_on,
        due_on=due(requested_on),
    )


def answer(
    request: HearingRequest,
    *,
    decision: HearingDecision,
    decided_on: date,
    reason: str,
    told_on: date,
    today: date,
) -> HearingRequest:
    """
    Answer a request by a decision, and with its reason, which a refusal must have.

    Raises `Conflict` if it has an answer; `Rejected`.
    """
    if request.state is not RequestState.OPEN:
        raise Conflict.because(
            "already_answered",
            f"这项听证申请已于 {request.answered_on} 答复“{request.state.chinese}”。",
            "请核对申请的编号。",
            "/request",
        )
    reject_if(
        [
            *day_not_before(
                decided_on,
                request.requested_on,
                "/decided_on",
                "申请听证的日期",
                "决定日期",
            ),
            *day_not_before(told_on, decided_on, "/told_on", "决定日期", "告知日期"),
            *day_has_come(told_on, today, "/told_on", "告知日期"),
        ]
    )
    grants = decision is HearingDecision.HOLD
    return replace(
        request,
        state=RequestState.GRANTED if grants else RequestState.REFUSED,
        answered_on=decided_on,
        told_on=told_on,
        reason=reason,
    )
