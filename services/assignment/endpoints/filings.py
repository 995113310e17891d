"""
Filing: the gate every case must have passed before the hub takes a list (PY-17).
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.domain.closings import closing
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.filing import filing_faults
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas import cases as schemas
from services.assignment.store import OUTBOX, Batches, Matters
from shared.errors import Conflict
from shared.policy.current import policy
from shared.web.endpoint import CLERKS, Call, Page, after, api, page_of


@api(
    "POST",
    "/filings",
    roles=CLERKS,
    body=schemas.FilingBody,
    answer=schemas.FilingView,
    status=201,
)
def submit_filing(call: Call) -> dict[str, Any]:
    """
    File an office's list: only when every case is led and placed (PY-17) and has
    each field that the programme makes mandatory.
    """
    body, office = call.body, call.office(call.body.get("office"))
    programme = programme_of(body["programme"])
    closing.check_has_come(body["filed_on"], call.today, "/filed_on")
    cases = Matters(call.session).to_file(office, programme.code)
    facts = Matters(call.session).facts_of_cases([row.number for row in cases])
    led = (
        (
            number,
            office,
            leadership.compute(office, known, programme, policy().directory),
        )
        for number, known in facts.items()
    )
    faults = tuple(filing_faults(led, programme, policy().directory))
    if faults:
        raise Conflict(*faults, code="filing_incomplete")
    filing = {
        "id": str(uuid7()),
        "programme": programme.code,
        "office": office,
        "filed_on": body["filed_on"],
        "cases": len(cases),
        "received_by": programme.hub_department,
    }
    Batches(call.session).add_filing(**filing)
    OUTBOX.announce(
        call.session,
        events.FilingAccepted(
            office=office,
            case_number=f"{programme.code}/{office}",
            occurred_on=body["filed_on"],
            programme=programme.code,
            cases=len(cases),
        ),
    )
    return filing


@api("GET", "/filings", query=schemas.ListQuery, answer=schemas.FilingView, many=True)
def list_filings(call: Call) -> Page:
    """
    List the filings of an office and of those below it.
    """
    limit = call.query["limit"]
    rows = Batches(call.session).filings_of(
        call.offices(), after(call.query), limit + 1
    )
    return page_of(rows, limit, lambda row: row.id)
