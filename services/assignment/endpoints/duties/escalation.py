"""
Escalation steps that offices reached, and decisions about candidates for interview.
"""

from __future__ import annotations

from typing import Any

from services.assignment.domain.escalation.interviews import Interview
from services.assignment.endpoints.duties.notices import from_above
from services.assignment.endpoints.lookup import matter_in_sight
from services.assignment.schemas.duties.escalation import (
    EscalationStepView,
    InterviewBody,
    SupervisionQuery,
)
from services.assignment.store import EscalationSteps, Interviews
from shared.errors import Conflict, reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come, day_not_before, post_exists
from shared.web.call import LEADERS, Call
from shared.web.endpoint import api
from shared.web.paging import Page


@api(
    "GET",
    "/supervision",
    query=SupervisionQuery,
    answer=EscalationStepView,
    many=True,
)
def list_escalation_steps(call: Call) -> Page[Any]:
    """
    List the steps that an office and those below it came to.
    """
    return EscalationSteps(call.session).of_offices(
        call.offices(),
        call.page,
        kind=call.query.get("kind"),
        state=call.query.get("state"),
    )


@api(
    "POST",
    "/interviews",
    roles=LEADERS,
    refusals=(404,),
    body=InterviewBody,
    answer=EscalationStepView,
    status=201,
)
def decide_interview(call: Call) -> Any:
    """
    Record what a person decided about a candidate for interview (XQ-47).
    """
    body, steps = call.body, EscalationSteps(call.session)
    candidate = steps.with_decision(body["candidate"])
    is_candidate = candidate and candidate.kind == _CANDIDATE
    step = candidate if is_candidate else None
    row = matter_in_sight(call, step, "约谈建议", body["candidate"])
    from_above(call, row.office)
    own = current_policy().directory.office(call.who.office)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.on, "/on"),
            *post_exists(body["by_post"], own.posts, "/by_post", own.name),
        ]
    )
    interview = Interview(
        **body,
        office=row.office,
        programme=row.programme,
        recorded_by=call.who.account,
    )
    if not Interviews(call.session).insert_new(interview):
        raise Conflict.because(
            "already_decided", "是否约谈已有决定。", "无需再次决定。", "/candidate"
        )
    return steps.with_decision(row.id)


_CANDIDATE = "interview_candidate"
