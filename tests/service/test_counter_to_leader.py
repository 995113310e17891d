"""
A first petition at the grass roots owes a leader from the counter on (DY-08).
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import a_petition, new_number
from tests.service.asking import at, get

OFFICE = "990101"


NAMED = {
    "named_on": "2021-03-09",
    "leaders": [{"office": OFFICE, "post": "检察长"}],
    "department": "控告申诉检察部",
}
NO_HEARING = {
    "decision": "not_needed",
    "decided_on": "2021-03-09",
    "reason": "事实清楚。",
    "approver_post": "检察长",
}


@pytest.mark.requirement("DY-08", "DY-10")
def test_a_first_petition_owes_a_leader_and_its_repeat_counts(
    as_office, desk, announced, eventually, clock
):
    clock.set(date(2021, 3, 10))
    clerk, leader = as_office(OFFICE), as_office(OFFICE, "leader")
    who = {"name": "甄首次", "id_no": "999999194605021872"}
    body = a_petition(
        programme="dy-leaders",
        received_on="2021-03-08",
        petitioner=who,
        original_case_no=new_number("子刑初"),
        handler_post="副检察长",
    )
    first = clerk.post("intake", "/petitions", body)
    assert first.status_code == 201, first.text
    number = first.json()["number"]
    path = at("cases", number)
    eventually(lambda: clerk.get("assignment", path).is_success)
    duties = {each["kind"]: each for each in get(clerk, path)["duties"]}
    led = leader.post("assignment", path + "/leaders", NAMED)
    heard = desk.once_known(
        lambda: leader.post("hearing", path + "/hearing-decisions", NO_HEARING)
    )
    again = clerk.post("intake", "/petitions", {**body, "handler_post": "检察长"})
    case = clerk.get("intake", path).json()

    assert first.json()["case_opened_on"] == "2021-03-08"
    assert {"procedural_reply", "talk", "three_month_answer"} <= {*duties}
    assert duties["leader_named"]["due_on"] == "2021-03-15"
    assert led.is_success, led.text
    assert heard.status_code == 201, heard.text
    by = (again.json()["first_office"], again.json()["first_post"])
    assert by == (OFFICE, "副检察长")
    assert again.json()["case_opened_on"] is None
    assert (case["repeats"], case["in_scope"]) == (1, True)
    assert announced("intake", number) == [
        "intake.petition_registered",
        "intake.case_opened",
        "intake.case_repeated",
    ]
    state = {d["kind"]: d["state"] for d in get(clerk, path)["duties"]}
    assert state["leader_named"] == "discharged"
    upper = as_office("990000", "auditor")
    asked = {"programme": "dy-leaders", "office": OFFICE, "as_of": "2021-03-10"}

    def counted():
        found = upper.get("reporting", "/cases", measure="repeats", limit=500, **asked)
        return {each["case_number"]: each["amount"] for each in found.json()["items"]}

    assert eventually(lambda: counted().get(number)) == 1

    said = {"new_facts": True, "decided_on": "2021-03-10", "reason": "另有新的事实。"}
    matter = at("petitions", again.json()["number"], "matter")
    parted = clerk.post("intake", matter, said)

    assert parted.json()["repeat_of"] is None
    assert parted.json()["case_opened_on"] == "2021-03-10"
    assert clerk.get("intake", path).json()["repeats"] == 0
    assert eventually(lambda: number not in counted())
