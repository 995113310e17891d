"""
反向审视: the states of a finding.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.closings import look_back
from services.assignment.domain.closings.look_back import CorrectionStep
from shared.errors import Conflict, Forbidden, Rejected
from shared.policy.current import current_policy

TODAY = date(2021, 6, 1)
FOUND = look_back.LookBack(
    id="l1",
    number="眉检控申〔2021〕1号",
    programme="meixian",
    office="610326",
    found_on=date(2021, 5, 1),
    link="intake",
    problem="registration",
    finding="未登记。",
    to_office="610326",
    department="12309检察服务中心",
    owner_post="检察官",
)
STEP = CorrectionStep(on=date(2021, 5, 3), what="corrected", text="已整改。")
STATES = ("found", "corrected", "accepted")
ACTS = ("correct", "accepted", "returned")
DECIDED = {
    ("found", "correct"): "corrected",
    ("corrected", "accepted"): "accepted",
    ("corrected", "returned"): "found",
}
DIRECTORY = current_policy().directory
RULES = current_policy().programmes.get("meixian").closing.look_back


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_a_finding_moves_as_the_table_says_and_in_no_other_way(state, act):
    found = replace(FOUND, state=state)
    wanted = DECIDED.get((state, act))
    if wanted:
        moved = look_back.step(found, act, STEP, today=TODAY)
        assert (moved.state, moved.course) == (wanted, (STEP,))
        return
    with pytest.raises(Conflict):
        look_back.step(found, act, STEP, today=TODAY)


def test_who_corrected_does_not_accept_it_also_after_another_did():
    # The same name in another office is another account.
    office, other = "610326/甲", "610300/甲"
    mine = replace(STEP, by=office)
    returned = CorrectionStep(on=STEP.on, what="returned", text="不实。", by=other)
    again = replace(STEP, by="610326/乙")
    found = replace(FOUND, state="corrected", course=(mine, returned, again))
    for account in (office, "610326/乙"):
        for verdict in ("accepted", "returned"):
            judged = replace(returned, what=verdict, by=account)
            with pytest.raises(Forbidden, match="own_correction"):
                look_back.step(found, verdict, judged, today=TODAY)
    accepted = replace(returned, what="accepted")

    assert look_back.step(found, "accepted", accepted, today=TODAY).state == "accepted"


def test_a_correction_is_not_dated_before_what_it_corrects():
    with pytest.raises(Rejected):
        look_back.step(
            FOUND, "correct", replace(STEP, on=date(2021, 4, 30)), today=TODAY
        )


@pytest.mark.requirement("MX-38")
def test_a_finding_is_coded_and_has_a_department_and_an_owner():
    wrong = replace(FOUND, link="x", problem="y", department="z", owner_post="w")
    common = {"opened_on": date(2021, 1, 1), "today": TODAY}
    found = look_back.finding_problems(wrong, RULES, DIRECTORY, **common)

    assert list(look_back.finding_problems(FOUND, RULES, DIRECTORY, **common)) == []
    assert [problem.location for problem in found] == [
        "/link",
        "/problem",
        "/department",
        "/owner_post",
    ]
    (none,) = look_back.finding_problems(FOUND, None, DIRECTORY, **common)
    assert none.code == "no_look_back"


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("accused", ["610326", "610300"])
def test_a_finding_in_an_accusation_is_not_sent_to_whom_it_accuses(accused):
    common = {"opened_on": date(2021, 1, 1), "today": TODAY, "accused": accused}
    found = look_back.finding_problems(FOUND, RULES, DIRECTORY, **common)

    assert [(p.code, p.location) for p in found] == [("accused_office", "/to_office")]
