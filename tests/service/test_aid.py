"""
Judicial aid from the application to the one payment, over HTTP.
"""

from __future__ import annotations

import pytest

from tests.builders import COUNTY, NEIGHBOUR
from tests.service.asking import all_items, refused

GRANTED = {
    "decision": "granted",
    "amount_yuan": "12000.00",
    "decided_on": "2020-11-06",
    "approver_post": "检察长",
    "reason": "符合救助条件。",
}
PAID = {
    "paid_on": "2020-11-16",
    "amount_yuan": "12000.00",
    "voucher_no": "清检财〔2020〕18号",
}


def decided(as_office, identity, **changes):
    body = {k: v for k, v in {**GRANTED, **changes}.items() if v is not None}
    leader = as_office(COUNTY, "leader")
    return leader.post("aid", f"/aid-applications/{identity}/decisions", body)


def paid(as_office, identity, **changes):
    path = f"/aid-applications/{identity}/payments"
    return as_office(COUNTY).post("aid", path, {**PAID, **changes})


def test_aid_is_applied_for_granted_and_paid_and_counts_when_paid(
    as_office, desk, announced, eventually
):
    (number,) = desk.cases()
    applied = desk.applied_for_aid(number)
    identity = applied.json()["id"]
    granted = decided(as_office, identity)
    done = paid(as_office, identity)
    shown = as_office(COUNTY).get("aid", f"/aid-applications/{identity}")

    assert [a.status_code for a in (applied, granted, done)] == [201] * 3
    states = [a.json()["state"] for a in (applied, granted, done)]
    assert states == ["applied", "granted", "paid"]
    assert shown.json() == done.json()
    assert shown.json()["amount_yuan"] == "12000.00"
    assert shown.json()["id_last_four"] == "1872"
    assert "999999194605021872" not in shown.text + applied.text
    assert announced("aid", number) == [
        "aid.aid_opened",
        "aid.aid_granted",
        "aid.aid_paid",
    ]
    eventually(lambda: desk.entries(number, "aid_yuan") == [("2020-11-16", "12000.00")])
    eventually(lambda: desk.entries(number, "aid_persons") == [("2020-11-16", 1)])


@pytest.mark.requirement("TL-35")
def test_an_application_opens_the_duty_to_decide_in_ten_working_days(
    as_office, desk, eventually
):
    (number,) = desk.cases()
    identity = desk.applied_for_aid(number).json()["id"]

    def duty():
        owed = all_items(as_office(COUNTY), "assignment", "/duties")
        mine = [
            d for d in owed if d["number"] == number and d["kind"] == "aid_decision"
        ]
        return mine and mine[0]

    assert eventually(duty)["due_on"] == "2020-11-17"
    decided(as_office, identity)
    eventually(lambda: duty()["state"] == "discharged")


def test_a_refused_person_may_apply_again_and_counts_nothing(
    as_office, desk, announced
):
    (number,) = desk.cases()
    first = desk.applied_for_aid(number).json()["id"]
    refusal = decided(
        as_office, first, decision="refused", amount_yuan=None, reason="已获其他救助。"
    )
    again = desk.applied_for_aid(number)

    assert refusal.status_code == 201, refusal.text
    assert refusal.json()["state"] == "refused"
    assert refusal.json()["amount_yuan"] is None
    assert again.status_code == 201
    assert announced("aid", number) == [
        "aid.aid_opened",
        "aid.aid_refused",
        "aid.aid_opened",
    ]
    refused(paid(as_office, first), 409)


def test_a_person_is_aided_once_in_a_case(desk):
    (number,) = desk.cases()
    first = desk.applied_for_aid(number).json()["id"]
    said = refused(desk.applied_for_aid(number), 409, "already_aided")

    assert first in said["already_aided"]["detail"]
    assert said["already_aided"]["pointer"] == "/person/id_no"
    other = {"name": "甄另一", "id_no": "110101199003070134"}
    assert desk.applied_for_aid(number, person=other).status_code == 201


def test_a_decision_names_everything_that_is_wrong_with_it(as_office, desk):
    (number,) = desk.cases()
    identity = desk.applied_for_aid(number).json()["id"]
    answer = decided(
        as_office,
        identity,
        amount_yuan="180000.01",
        decided_on="2020-11-02",
        approver_post="检察官",
    )

    said = refused(
        answer,
        422,
        "amount_over_cap",
        "date_before_start",
        "approver_not_a_leader",
    )
    assert "180000.00" in said["amount_over_cap"]["remedy"]
    assert decided(as_office, identity, amount_yuan="180000.00").status_code == 201


def test_applications_are_listed_by_state_for_the_office_and_those_above(
    as_office, desk
):
    (number,) = desk.cases()
    identity = desk.applied_for_aid(number).json()["id"]

    def listed(by, **parameters):
        found = all_items(by, "aid", "/aid-applications", **parameters)
        return identity in {application["id"] for application in found}

    assert listed(as_office(COUNTY))
    assert listed(as_office(COUNTY), state="applied")
    assert not listed(as_office(COUNTY), state="paid")
    assert listed(as_office("410000", "auditor"), office=COUNTY)
    assert not listed(as_office(NEIGHBOUR))


def test_the_same_person_is_one_person_over_two_cases(as_office, desk, eventually):
    person = {"name": "甄两案", "id_no": "11010119900307803X"}
    city = as_office("410900")
    ours, theirs = desk.cases(2)

    def persons():
        asked = {"programme": "puyang-2020", "as_of": "2020-11-19"}
        figures = city.get("reporting", "/figures", **asked).json()
        row = next(r for r in figures["rows"] if r["office"] == COUNTY)
        return row["aid_persons"]

    before = persons()
    for number in (ours, theirs):
        identity = desk.applied_for_aid(number, person=person).json()["id"]
        decided(as_office, identity)
        assert paid(as_office, identity).status_code == 201
    for number in (ours, theirs):
        eventually(lambda n=number: desk.entries(n, "aid_persons"))

    assert persons() == before + 1
