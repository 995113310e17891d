"""
Tallies over HTTP: what was recorded counts for its office and its days.
"""

from __future__ import annotations

import pytest

from tests.builders import COUNTY
from tests.service.asking import at, refused

PROGRAMME = "puyang-2020"


def tally(by, name, **asked):
    said = {"programme": PROGRAMME, "from": "2020-11-01", "to": "2020-11-30", **asked}
    answer = by.get("assignment", "/tallies", **said)
    assert answer.status_code == 200, answer.text
    return next(each for each in answer.json()["items"] if each["id"] == name)


def of(found, office):
    return next((r for r in found["offices"] if r["office"] == office), None)


def test_acts_on_cases_and_of_the_office_are_counted_in_their_days(as_office, desk):
    county, city = as_office(COUNTY), as_office("410900")
    (number,) = desk.cases()
    before = tally(city, "contacts")["acts"]
    staff_before = tally(city, "staff")["amount"]
    contact = {"act": "contacted", "to": "县政法委", "text": "通报案件进展。"}
    path = at("cases", number, "acts")
    assert (
        county.post("assignment", path, {**contact, "on": "2020-11-20"}).status_code
        == 201
    )
    staffed = {
        "act": "staff_assigned",
        "programme": PROGRAMME,
        "post": "检察长",
        "count": 4,
        "on": "2020-11-20",
    }
    told = county.post("assignment", at("offices", COUNTY, "acts"), staffed)
    assert told.status_code == 201, told.text

    contacts = tally(city, "contacts")
    assert contacts["acts"] == before + 1
    assert number in of(contacts, COUNTY)["numbers"]
    assert tally(city, "staff")["amount"] == staff_before + 4
    earlier = tally(city, "contacts", **{"from": "2020-10-01", "to": "2020-10-31"})
    assert earlier["acts"] == 0
    assert of(tally(county, "first_handlers"), COUNTY)["missing"] >= 1


@pytest.mark.requirement("PY-46")
def test_the_cases_that_lack_an_act_are_named(as_office, desk):
    # PY-46; what was done on other days does not count.
    county, city = as_office(COUNTY), as_office("410900")
    first, second = desk.cases(2, word="0甲")  # a hundred are named, in order

    def lacking(**days):
        return of(tally(city, "first_handlers", **days), COUNTY)

    before = lacking()
    named = {"act": "first_handler_named", "post": "检察官", "on": "2020-11-20"}
    told = county.post("assignment", at("cases", first, "acts"), named)
    assert told.status_code == 201, told.text
    after = lacking()

    assert {first, second} <= {*before["numbers"]}
    assert first not in after["numbers"]
    assert second in after["numbers"]
    assert after["missing"] == before["missing"] - 1
    assert first in lacking(**{"from": "2020-11-21"})["numbers"]


@pytest.mark.requirement("PY-25", "PY-36")
def test_acts_are_counted_by_who_guided_and_departments_by_what_they_fed_back(
    as_office, desk
):
    county, city = as_office(COUNTY), as_office("410900")
    (number,) = desk.cases()
    before = of(tally(city, "ledgers"), COUNTY)["departments"]
    department = before[0]
    guided = {"act": "guided", "on": "2020-11-20", "to": "本院", "text": "逐案指导。"}
    answer = city.post(
        "assignment", at("cases", number, "acts"), {**guided, "post": "第九检察部"}
    )
    assert answer.status_code == 201, answer.text
    fed_back = {
        "act": "ledger_fed_back",
        "programme": PROGRAMME,
        "post": department,
        "on": "2020-11-20",
    }
    answer = county.post("assignment", at("offices", COUNTY, "acts"), fed_back)
    assert answer.status_code == 201, answer.text

    parts = {part["value"]: part for part in tally(city, "guidance")["parts"]}
    assert parts["第九检察部"]["acts"] >= 1
    after = of(tally(city, "ledgers"), COUNTY)
    assert after["departments"] == before[1:]
    assert after["missing"] == len(before) - 1


def test_days_the_wrong_way_round_and_a_programme_unknown_are_refused(as_office):
    turned = {"programme": PROGRAMME, "from": "2020-11-30", "to": "2020-11-01"}
    endless = {"programme": PROGRAMME, "from": "1920-11-30", "to": "2020-11-01"}
    unknown = {"programme": "none", "from": "2020-11-01", "to": "2020-11-30"}
    county = as_office(COUNTY)

    assert "dates_inverted" in refused(
        county.get("assignment", "/tallies", **turned), 422, "dates_inverted"
    )
    refused(county.get("assignment", "/tallies", **endless), 422, "span_too_long")
    answer = county.get("assignment", "/tallies", **unknown)
    assert answer.json()["errors"][0]["code"] == "no_such_programme"


def test_an_act_of_the_office_that_was_recorded_wrongly_is_withdrawn(as_office):
    county, leader = as_office(COUNTY), as_office(COUNTY, "leader")
    before = tally(county, "staff")["amount"]
    body = {"act": "staff_assigned", "programme": PROGRAMME, "post": "检察长"}
    recorded = county.post(
        "assignment",
        at("offices", COUNTY, "acts"),
        {**body, "count": 3, "on": "2020-11-20"},
    )
    assert recorded.status_code == 201, recorded.text
    counted = tally(county, "staff")["amount"]
    identity = recorded.json()["id"]
    withdrawal = {"on": "2020-11-20", "reason": "重复记录。", "approver_post": "检察长"}

    def withdraw(by, office=COUNTY, act=identity):
        path = at("offices", office, "acts", act, "withdrawals")
        return by.post("assignment", path, withdrawal)

    elsewhere = withdraw(as_office("410900", "leader"), "410900")
    none = withdraw(leader, act="none")
    gone, again = withdraw(leader), withdraw(leader)
    listed = county.get(
        "assignment",
        at("offices", COUNTY, "acts"),
        programme=PROGRAMME,
        limit=500,
    ).json()["items"]

    assert counted == before + 3
    refused(elsewhere, 404, "not_found")
    refused(none, 404, "not_found")
    assert gone.status_code == 201, gone.text
    refused(again, 409, "already_withdrawn")
    assert tally(county, "staff")["amount"] == before
    (shown,) = [each for each in listed if each["id"] == identity]
    assert shown["withdrawn_because"] == "重复记录。"
