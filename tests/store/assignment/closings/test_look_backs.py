"""
Who sees a finding about the work of a department, and who judges its correction.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.assignment.domain.facts.received import CaseCorrected
from services.assignment.endpoints.closings.look_back import (
    correct_in_looking_back,
    judge_correction,
)
from services.assignment.store import LookBacks
from shared.policy.current import current_policy
from shared.web.paging import PageRequest
from tests.builders import COUNTY, NEIGHBOUR, case_opened, new_number
from tests.builders.calls import CAME, DAY, TODAY, a_case, ask
from tests.builders.case_papers import LOOKED_BACK
from tests.builders.facts import happened

CORRECTED = {"on": DAY, "post": "检察官", "text": "已整改。"}
CORRECTED |= {"document": None, "rule_changed": False}


def a_finding(engine, *, accused):
    """
    A county's finding about its own department, in a case that went to its neighbour.
    """
    case = {"office": COUNTY, "programme": "meixian"}
    details = vars(case_opened("x", **case)) | {"accused_office": accused}
    number = a_case(
        engine,
        CaseCorrected.from_fields(CAME, {**details, "correction": 1, "changed": ()}),
        happened("matter.case_moved", CAME, from_office=COUNTY, to_office=NEIGHBOUR),
        **case,
    )
    finding = replace(LOOKED_BACK[0], id=new_number("f"), number=number, found_on=CAME)
    finding = replace(
        finding, office=COUNTY, to_office=COUNTY, course=(), state="found"
    )
    with engine.begin() as session:
        LookBacks(session).insert(finding)
    return finding


def listed(engine, office):
    directory = current_policy().directory
    with engine.begin() as session:
        ours = directory.subtree(office, TODAY)
        page = LookBacks(session).of_offices(ours, {}, PageRequest(1000))
    return {each.id: each.office for each in page.items}


@pytest.mark.requirement("S3")
def test_a_finding_tells_nobody_that_its_case_accuses_who_has_to_correct_it(engine):
    findings = [a_finding(engine, accused=accused) for accused in (COUNTY, None)]
    corrected = [
        ask(engine, correct_in_looking_back, CORRECTED, office=COUNTY, number=each.id)
        for each in findings
    ]

    assert {each.id for each in findings} <= listed(engine, COUNTY).keys()
    assert [each.state for each in corrected] == ["corrected", "corrected"]


def test_a_finding_is_judged_by_the_office_that_has_its_case_now(engine):
    finding = a_finding(engine, accused=None)
    corrected = ask(
        engine, correct_in_looking_back, CORRECTED, office=COUNTY, number=finding.id
    )
    judged = {"on": DAY, "verdict": "accepted", "text": "属实。"}

    assert corrected.office == NEIGHBOUR
    assert listed(engine, COUNTY)[finding.id] == NEIGHBOUR
    assert finding.id in listed(engine, NEIGHBOUR)
    accepted = ask(
        engine, judge_correction, judged, office=NEIGHBOUR, number=finding.id
    )
    assert accepted.state == "accepted"
