"""
Filing: the gate every case must have passed before the hub takes a list (PY-17).
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.assignment.domain.batches.batches import Filing
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.filing import filing_problems
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.batches.batches import FilingBody, FilingView
from services.assignment.store import Filings, Matters
from shared.errors import Conflict, reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.paging import Page, PageRequest
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/filings",
    roles=CLERKS,
    body=FilingBody,
    answer=FilingView,
    status=201,
)
def submit_filing(call: Call) -> Filing:
    """
    File an office's list: only when every case is led and placed (PY-17) and has
    each field that the programme makes mandatory.
    """
    body, office = call.body, call.office(call.body.get("office"))
    programme = programme_of(body["programme"])
    reject_if(day_has_come(body["filed_on"], call.today, "/filed_on"))
    cases = Matters(call.session).to_file(office, programme.code)
    facts = Matters(call.session).facts_of_cases([row.number for row in cases])
    led = (
        (
            number,
            office,
            leadership.compute(office, of_case, programme, current_policy().directory),
        )
        for number, of_case in facts.items()
    )
    problems = tuple(filing_problems(led, programme, current_policy().directory))
    if problems:
        raise Conflict(*problems, code="filing_incomplete")
    filing = Filing(
        id=str(uuid7()),
        programme=programme.code,
        office=office,
        filed_on=body["filed_on"],
        cases=len(cases),
        received_by=programme.hub_department,
    )
    Filings(call.session).insert(filing)
    return filing


@api("GET", "/filings", query=ListQuery, answer=FilingView, many=True)
def list_filings(call: Call) -> Page[Filing]:
    """
    List the filings of an office and of those below it.
    """
    return Filings(call.session).of_offices(call.offices(), PageRequest.of(call.query))
