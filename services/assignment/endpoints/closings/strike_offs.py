"""
Cases struck off the list, and put back on it (XQ-14).
"""

from __future__ import annotations

from typing import Any

from services.assignment.casework.record import record_happened
from services.assignment.domain.closings import striking
from services.assignment.domain.facts.closings import CaseStruckOff
from services.assignment.endpoints.lookup import case_of, leaders_at
from services.assignment.endpoints.views import summary
from services.assignment.schemas.closings.closings import StrikeOffBody
from services.assignment.schemas.working.cases import CaseSummary
from services.assignment.store import Matters
from shared.web.auth import require_own_office
from shared.web.call import LEADERS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/cases/<number>/strike-offs",
    roles=LEADERS,
    body=StrikeOffBody,
    answer=CaseSummary,
    status=201,
)
def strike_off_case(call: Call) -> dict[str, Any]:
    """
    Strike an open case off the list: it is no longer counted open, nothing is owed.
    Only its own office does, whose leader approves.
    """
    row, decision = case_of(call, lock=True), striking.StrikeOff(**call.body)
    require_own_office(call.who, row.office)
    _, event = striking.strike_off(
        row.as_reported(), decision, leaders=leaders_at(row.office), today=call.today
    )
    record_happened(call.session, event, reason=decision.reason)
    return summary(Matters(call.session).known(row.number))


@api(
    "POST",
    "/cases/<number>/restorations",
    roles=LEADERS,
    body=StrikeOffBody,
    answer=CaseSummary,
    status=201,
)
def restore_case(call: Call) -> dict[str, Any]:
    """
    Put a case that was struck off back on the list; what was owed is owed again. Only
    its own office does, whose leader approves.
    """
    row, decision = case_of(call, lock=True), striking.StrikeOff(**call.body)
    require_own_office(call.who, row.office)
    matters = Matters(call.session)
    struck_off = matters.last_day(row.number, CaseStruckOff, row.opened_on)
    _, event = striking.restore(
        row.as_reported(),
        decision,
        struck_off_on=struck_off,
        leaders=leaders_at(row.office),
        today=call.today,
    )
    record_happened(call.session, event, reason=decision.reason)
    return summary(matters.known(row.number))
