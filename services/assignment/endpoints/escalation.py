"""
Supervision: what the ladder brought up, and who is a candidate for what.

The clock finds; people decide.
"""

from __future__ import annotations

from typing import Any

from services.assignment import events
from services.assignment.domain.closings.closing import has_come, not_before
from services.assignment.domain.escalation import inspection
from services.assignment.domain.escalation.notices import no_such_post
from services.assignment.endpoints.lookup import programme_of
from services.assignment.endpoints.notices import from_above
from services.assignment.schemas import escalation
from services.assignment.store import OUTBOX, EscalationSteps
from services.assignment.store.inspection_counts import standings
from shared.errors import Conflict, reject_if
from shared.policy.current import policy
from shared.web.endpoint import LEADERS, Call, Page, after, api, found, page_of


@api(
    "GET",
    "/supervision",
    query=escalation.SupervisionQuery,
    answer=escalation.CrossingView,
    many=True,
)
def list_escalation_steps(call: Call) -> Page:
    """
    List the steps that an office and those below it came to.
    """
    limit = call.query["limit"]
    rows = EscalationSteps(call.session).page(
        call.offices(),
        after(call.query),
        limit + 1,
        kind=call.query.get("kind"),
        state=call.query.get("state"),
    )
    return page_of(rows, limit, lambda row: row.id)


@api(
    "GET",
    "/inspection-candidates",
    query=escalation.CandidateQuery,
    answer=escalation.CandidatesView,
)
def list_inspection_candidates(call: Call) -> dict[str, Any]:
    """
    The offices that the programme's thresholds name, with the reason (PY-37).
    """
    programme = programme_of(call.query["programme"])
    as_of = call.query["as_of"]
    counts = standings(call.session, programme.code, call.offices(), as_of)
    thresholds = programme.supervision.thresholds if programme.supervision else ()
    target = programme.target_for(as_of)
    percent = target.percent if target else None
    named = inspection.candidates(thresholds, counts, percent)
    return {
        "programme": programme.code,
        "office": call.office(),
        "as_of": as_of,
        "items": [_candidate(each) for each in named],
    }


@api(
    "POST",
    "/interviews",
    roles=LEADERS,
    refusals=(404,),
    body=escalation.InterviewBody,
    answer=escalation.CrossingView,
    status=201,
)
def decide_interview(call: Call) -> Any:
    """
    Record what a person decided about a candidate for interview (XQ-47).
    """
    body, steps = call.body, EscalationSteps(call.session)
    candidate = steps.get(body["candidate"])
    known = candidate if candidate and candidate.kind == _CANDIDATE else None
    row = found(known, "约谈建议", body["candidate"])
    call.office(row.office)
    from_above(call, row.office)
    reject_if(
        [
            *has_come(body["on"], call.today, "/on"),
            *not_before(body["on"], row.on, "/on"),
            *no_such_post(
                call.who.office, body["by_post"], policy().directory, "/by_post"
            ),
        ]
    )
    taken = steps.decide(
        **body,
        office=row.office,
        programme=row.programme,
        recorded_by=call.who.actor,
    )
    if not taken:
        raise Conflict.because(
            "already_decided", "是否约谈已有决定。", "无需再次决定。", "/candidate"
        )
    OUTBOX.announce(
        call.session,
        events.InterviewDecided(
            office=row.office,
            case_number=row.number,
            occurred_on=body["on"],
            programme=row.programme,
            candidate=row.id,
            decision=body["decision"],
        ),
    )
    return steps.get(row.id)


def _candidate(each: inspection.Candidate) -> dict[str, Any]:
    return {
        "office": each.office,
        "name": policy().directory.office(each.office).name,
        "threshold": each.threshold.id,
        "title": each.threshold.title,
        "measure": each.threshold.measure,
        "value": each.shown,
        "reason": each.reason,
        "source": each.threshold.source,
    }


_CANDIDATE = "interview_candidate"
