"""
The closings that wait for somebody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.assignment.casework.record import record_facts
from services.assignment.store import Closings
from shared.vocabulary import PendingClosing
from shared.web.paging import PageRequest
from tests.builders import COUNTY, NEIGHBOUR, new_number
from tests.builders.closings import REPORT
from tests.builders.facts import by_id, happened, opened

CAME, SENT_BACK, LATER = date(2021, 3, 1), date(2021, 3, 5), date(2021, 3, 8)


def a_report(session, state, *after, office=COUNTY):
    """
    The id of the report of a case, submitted or sent back, after which more happened.
    """
    number = new_number()
    facts = [opened(CAME, office=office), happened("matter.closing_submitted", CAME)]
    if state == "returned":
        facts.append(happened("matter.closing_returned", SENT_BACK))
    record_facts(session, {number: by_id(*facts, *after)})
    report = replace(REPORT, id=f"{number}/c1", number=number, state=state)
    Closings(session).insert(report)
    return report.id


def test_only_what_somebody_can_still_act_on_waits(session):
    merged = happened("intake.case_merged", LATER)
    withdrawn = happened("intake.case_withdrawn", LATER)
    struck_off = happened("matter.case_struck_off", LATER)
    state = PendingClosing
    submitted = a_report(session, state.SUBMITTED)
    a_report(session, state.SUBMITTED, merged)
    a_report(session, state.SUBMITTED, withdrawn)
    returned = a_report(session, state.RETURNED)
    a_report(session, state.RETURNED, struck_off)
    a_report(session, state.RETURNED, merged)
    next_door = a_report(session, state.SUBMITTED, office=NEIGHBOUR)

    def listed(wanted, *offices):
        closings, place, found = Closings(session), None, []
        while True:
            request = PageRequest(1, place)
            page = closings.last_of_offices(offices, wanted, request)
            found += [each.id for each in page.items]
            if not (place := page.next):
                return found

    assert listed(state.SUBMITTED, COUNTY) == [submitted]
    assert listed(state.RETURNED, COUNTY, NEIGHBOUR) == [returned]
    by_office = sorted([(COUNTY, submitted), (NEIGHBOUR, next_door)])
    both = listed(state.SUBMITTED, NEIGHBOUR, COUNTY)
    assert both == [identity for _, identity in by_office]
