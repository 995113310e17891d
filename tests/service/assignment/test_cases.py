"""
Batches, leaders, filing, closing under review and flowing back, through the endpoints,
under puyang-2020.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import COUNTY, NEIGHBOUR, new_number
from tests.service.asking import (
    LATE,
    PROGRAMME,
    STANDARD,
    a_row,
    all_items,
    as_json,
    at,
    closing,
    refused,
)

COMPLAINTS = "控告申诉检察部"


def named(as_office, number, *leaders, by=(COUNTY, "leader"), **changes):
    body = {
        "named_on": "2020-11-10",
        "leaders": [{"office": office, "post": post} for office, post in leaders],
        "department": COMPLAINTS,
        **changes,
    }
    return as_office(*by).post("assignment", at("cases", number, "leaders"), body)


def handed_down(as_office, *numbers, **changes):
    body = {
        "programme": PROGRAMME,
        "letter_no": new_number("濮检办"),
        "source": "市联席办",
        "handed_on": "2020-11-05",
        "due_on": "2021-06-30",
        "case_numbers": list(numbers),
        **changes,
    }
    return as_office("410900", "reviewer").post("assignment", "/batches", body)


@pytest.mark.requirement("PY-23", "S12")
def test_a_case_of_its_own_office_is_led_by_a_leader_of_that_office(
    as_office, desk, announced, eventually
):
    (number,) = desk.cases()
    before = as_office(COUNTY).get("assignment", at("cases", number)).json()
    said = {"handler_post": "检察官", "territorial_office": COUNTY}
    nowhere = named(
        as_office, number, (COUNTY, "副检察长"), territorial_office="640104"
    )
    answer = named(as_office, number, (COUNTY, "副检察长"), **said)
    sheet = as_office(COUNTY).get("assignment", at("cases", number, "leaders")).json()
    after = as_office(COUNTY).get("assignment", at("cases", number)).json()

    refused(nowhere, 422, "no_such_office")
    assert sheet["territorial_office"] == COUNTY
    assert before["led"] is False
    assert {d["kind"]: d["due_on"] for d in before["duties"]} == {
        "hearing_decision": "2022-12-31",
        "leader_named": "2020-12-15",
        "resolve_by": "2021-12-31",
    }
    assert answer.status_code == 200
    assert answer.json() == {"number": number, "complete": True, "missing": []}
    assert after["led"] is True
    assert after["leaders"] == [[COUNTY, "副检察长"]]
    assert after["department"] == COMPLAINTS
    assert {d["kind"]: d["state"] for d in after["duties"]} == {
        "hearing_decision": "open",
        "leader_named": "discharged",
        "resolve_by": "open",
    }
    assert announced("assignment", number) == [
        "assignment.duties_changed",
        "assignment.leaders_confirmed",
        "assignment.leader_named",
        "assignment.duties_changed",
    ]
    eventually(lambda: desk.entries(number, "led") == [("2020-11-10", 1)])


def test_leaders_named_in_the_ledger_count_from_the_day_it_was_reported(
    desk, eventually
):
    number = desk.led_case()

    eventually(lambda: desk.entries(number, "led") == [("2020-11-02", 1)])


@pytest.mark.requirement("PY-24")
def test_a_case_handed_down_needs_a_leader_of_the_city_too(
    as_office, desk, announced, eventually
):
    (number,) = desk.cases()
    batch = handed_down(as_office, number)
    county = named(as_office, number, (COUNTY, "检察长"))
    city = named(
        as_office,
        number,
        ("410900", "副检察长"),
        by=("410900", "reviewer"),
        named_on="2020-11-12",
        department=None,
    )

    assert batch.status_code == 201, batch.text
    assert county.json()["complete"] is False
    assert [gap["code"] for gap in county.json()["missing"]]
    assert city.json() == {"number": number, "complete": True, "missing": []}
    assert announced("assignment", batch.json()["letter_no"]) == [
        "assignment.batch_handed_down",
        "assignment.batch_letter_issued",
    ]
    eventually(lambda: desk.entries(number, "led") == [("2020-11-12", 1)])


@pytest.mark.requirement("S7")
def test_a_batch_is_received_by_each_responsible_office(as_office, desk, announced):
    (ours,) = desk.cases()
    (theirs,) = desk.cases(by=as_office(NEIGHBOUR), reporting_office="南乐县人民检察院")
    batch = handed_down(as_office, ours, theirs).json()
    path = f"/batches/{batch['id']}/receipts"
    first = as_office(COUNTY).post("assignment", path, {"received_on": "2020-11-06"})
    again = as_office(COUNTY).post("assignment", path, {"received_on": "2020-11-06"})
    shown = as_office(NEIGHBOUR).get("assignment", f"/batches/{batch['id']}")
    listed = all_items(as_office(NEIGHBOUR), "assignment", "/batches")
    elsewhere = all_items(as_office("410926"), "assignment", "/batches")

    assert batch["offices"] == [COUNTY, NEIGHBOUR]
    assert batch["receipts"] == {COUNTY: None, NEIGHBOUR: None}
    assert first.status_code == 201, first.text
    assert first.json()["receipts"] == {COUNTY: "2020-11-06"}
    assert shown.json()["receipts"] == {NEIGHBOUR: None}
    refused(again, 409, "already_received")
    assert batch["id"] in {each["id"] for each in listed}
    assert batch["id"] not in {each["id"] for each in elsewhere}
    assert announced("assignment", batch["letter_no"]) == [
        "assignment.batch_handed_down",
        "assignment.batch_letter_issued",
        "assignment.batch_letter_issued",
        "assignment.batch_received",
    ]
    outsider = as_office("410926").get("assignment", f"/batches/{batch['id']}")
    refused(outsider, 404, "not_found")


@pytest.mark.requirement("PY-17")
def test_an_office_files_its_list_when_every_case_is_led_and_placed(as_office, desk):
    # An office of its own in this test: filing looks at all the cases of one.
    filer, leader = as_office("410927"), as_office("410927", "leader")
    place = {"reporting_office": "台前县人民检察院"}
    (led,) = desk.cases(by=filer, leader_post="检察长", department=COMPLAINTS, **place)
    (bare,) = desk.cases(by=filer, **place)
    body = {"programme": PROGRAMME, "filed_on": "2020-11-20"}
    early = filer.post("assignment", "/filings", body)
    said = refused(early, 409, "filing_incomplete", "leader_missing")
    leader.post(
        "assignment",
        at("cases", bare, "leaders"),
        {
            "named_on": "2020-11-19",
            "leaders": [{"office": "410927", "post": "检察长"}],
            "department": COMPLAINTS,
        },
    )
    filed = filer.post("assignment", "/filings", body)

    assert {f["pointer"] for f in early.json()["errors"]} == {f"/cases/{bare}"}
    assert led not in early.text
    assert set(said) == {"leader_missing", "department_missing"}
    assert filed.status_code == 201, filed.text
    assert filed.json()["cases"] == 2
    assert filed.json()["received_by"] == "第九检察部"
    listed = all_items(as_office("410900"), "assignment", "/filings")
    assert filed.json()["id"] in {filing["id"] for filing in listed}


@pytest.mark.requirement("PY-30", "S20", "S21", "S22", "S23", "S29")
def test_a_case_is_resolved_when_the_hub_confirms_its_closing(
    as_office, desk, announced, eventually
):
    number = desk.led_case()
    identity = desk.submitted_closing(number)
    waiting = as_office(COUNTY).get("assignment", at("cases", number)).json()
    confirmed = desk.review(identity)
    ended = as_office(COUNTY).get("assignment", at("cases", number)).json()

    assert waiting["standing"] == "submitted"
    assert confirmed.status_code == 201, confirmed.text
    assert confirmed.json()["state"] == "confirmed"
    assert confirmed.json()["reviewed_by"] == "410900/410900 审核人"
    assert (ended["standing"], ended["concluded_on"]) == ("resolved", "2020-11-10")
    assert {d["kind"]: d["state_on"] for d in ended["duties"]}["resolve_by"] == (
        "2020-11-10"
    )
    assert announced("assignment", number)[-5:] == [
        "assignment.closing_submitted",
        "assignment.duties_changed",  # the hub's review
        "assignment.closing_confirmed",
        "assignment.case_resolved",
        "assignment.duties_changed",
    ]
    # Counted on the day it was concluded, not on that of the review.
    eventually(lambda: desk.entries(number, "resolved") == [("2020-11-10", 1)])
    _is_archived(number, as_office(COUNTY))


def _is_archived(number, clerk):
    """
    S29: the file of a closed case is archived with what was filed, and once.
    """
    path = at("cases", number)
    whole = {"on": "2020-11-20", "volume": "2020年第1卷", "post": "检察官"}
    before = clerk.get("assignment", path).json()
    archived = clerk.post("assignment", f"{path}/archivings", whole)
    again = clerk.post("assignment", f"{path}/archivings", whole)
    after = clerk.get("assignment", path).json()

    assert before["archived_on"] is None
    assert archived.status_code == 201, archived.text
    assert archived.json()["documents"] == 2
    refused(again, 409, "already_archived")
    assert (after["archived_on"], after["volume"]) == ("2020-11-20", "2020年第1卷")


@pytest.mark.requirement("S22")
def test_a_closing_sent_back_counts_nothing_and_may_be_reported_again(
    as_office, desk, announced
):
    number = desk.led_case()
    first = desk.submitted_closing(number)
    returned = desk.review(
        first, verdict="returned", checked=[], reasons="没有信访人意见。"
    )
    second = desk.submitted_closing(number, concluded_on="2020-11-11")
    shown = as_office(COUNTY).get("assignment", at("cases", number)).json()

    assert returned.status_code == 201, returned.text
    assert returned.json()["reasons"] == "没有信访人意见。"
    assert {c["id"]: c["state"] for c in shown["closings"]} == {
        first: "returned",
        second: "submitted",
    }
    assert desk.entries(number, "resolved") == []
    assert "assignment.closing_returned" in announced("assignment", number)


@pytest.mark.requirement("PY-33", "I-20")
def test_a_lawful_ending_and_a_procedural_step_are_not_counted_as_resolved(
    as_office, desk, eventually, all_arrived
):
    def further():
        asked = {"programme": PROGRAMME, "as_of": LATE, "own": "true"}
        found = as_office(COUNTY).get("reporting", "/further-figures", **asked)
        return found.json()["rows"][0]

    all_arrived()
    before = further()
    ended, concluded = desk.led_case(), desk.led_case()
    desk.review(
        desk.submitted_closing(ended, kind="lawful_ending"),
        checked=["in_time", "ended_by_law"],
    )
    desk.review(
        desk.submitted_closing(
            concluded, kind="procedural", dispositions=[], measures=[]
        ),
        checked=["in_time"],
    )

    eventually(lambda: desk.entries(ended, "ended") == [("2020-11-10", 1)])
    eventually(lambda: desk.entries(concluded, "concluded") == [("2020-11-10", 1)])
    assert desk.entries(ended, "resolved") == []
    assert desk.entries(concluded, "resolved") == []
    after = further()
    assert after["concluded"] == before["concluded"] + 1
    assert after["closed"] == before["closed"] + 2
    assert after["closed_share"].endswith("%")


@pytest.mark.requirement("S28")
def test_a_case_that_flows_back_is_no_longer_resolved_and_its_clock_resumes(
    as_office, desk, eventually
):
    number = desk.led_case()
    desk.review(desk.submitted_closing(number))
    body = {
        "reopened_on": "2020-11-18",
        "cause": "越级访",
        "reason": "信访人又到省院。",
    }
    back = as_office(COUNTY).post("assignment", at("cases", number, "reopenings"), body)
    shown = as_office(COUNTY).get("assignment", at("cases", number)).json()

    assert back.status_code == 201, back.text
    assert back.json()["standing"] == "open"
    assert {d["kind"]: d["state"] for d in shown["duties"]}["resolve_by"] == "open"
    eventually(
        lambda: (
            desk.entries(number, "resolved") == [("2020-11-10", 1), ("2020-11-18", -1)]
        )
    )
    eventually(lambda: desk.entries(number, "flowed_back") == [("2020-11-18", 1)])


@pytest.mark.requirement("PY-32")
def test_the_clock_flags_a_duty_once_when_its_day_has_passed(
    as_office, desk, clock, announced, eventually
):
    (number,) = desk.cases(resolve_by="2020-12-20")
    clock.set(date(2020, 12, 20))
    flagged = "assignment.duty_overdue"

    def kinds(**asked):
        listed = all_items(as_office(COUNTY), "assignment", "/duties", **asked)
        return [duty["kind"] for duty in listed if duty["number"] == number]

    assert kinds(state="overdue") == []

    clock.set(date(2020, 12, 21))
    eventually(lambda: flagged in announced("assignment", number))
    assert kinds(state="overdue") == kinds(alert_level="red") == ["resolve_by"]
    assert announced("assignment", number).count(flagged) == 1


@pytest.mark.requirement("PY-12")
def test_what_was_due_before_the_plan_is_listed_as_backdated_and_not_flagged(
    as_office, desk, clock, announced
):
    # Leaders were due on 2020-12-15 by a plan issued on 12-29.
    (number,) = desk.cases(resolve_by="2022-12-30")
    clock.set(date(2020, 12, 18))
    listed = all_items(as_office(COUNTY), "assignment", "/duties", state="backdated")
    (naming,) = [duty for duty in listed if duty["number"] == number]

    assert (naming["kind"], naming["due_on"]) == ("leader_named", "2020-12-15")
    assert (naming["state"], naming["backdated"]) == ("backdated", True)
    assert naming["alert_level"] == "blue"
    assert "assignment.duty_overdue" not in announced("assignment", number)


def test_cases_and_duties_are_listed_for_the_office_and_those_above(as_office, desk):
    (number,) = desk.cases()

    def listed(by, path, **parameters):
        found = all_items(by, "assignment", path, **parameters)
        return number in {item["number"] for item in found}

    for path in ("/cases", "/duties"):
        assert listed(as_office(COUNTY), path)
        assert listed(as_office("410000", "auditor"), path, office=COUNTY)
        assert not listed(as_office(NEIGHBOUR), path)


def test_a_case_is_closed_only_when_led_and_really_treated(as_office, desk):
    (number,) = desk.cases()
    empty = closing(dispositions=[], measures=[])
    answer = as_office(COUNTY).post(
        "assignment", at("cases", number, "closings"), empty
    )

    refused(
        answer,
        422,
        "case_not_led",
        "disposition_missing",
        "measure_missing",
        "hearing_decision_missing",
    )


@pytest.mark.requirement("PY-30")
def test_a_closing_is_confirmed_only_when_the_whole_standard_was_checked(desk):
    identity = desk.submitted_closing(desk.led_case())
    answer = desk.review(identity, checked=["in_time", "看过了"])
    said = refused(answer, 422, "no_such_item", "standard_not_met")

    assert said["no_such_item"]["pointer"] == "/checklist/1/item"
    missed = [f for f in answer.json()["errors"] if f["code"] == "standard_not_met"]
    assert len(missed) == len(STANDARD) - 1
    assert desk.review(identity).status_code == 201


def test_a_letter_number_serves_one_batch(as_office, desk):
    (number,) = desk.cases()
    letter = new_number("濮检办")
    first = handed_down(as_office, number, letter_no=letter)
    second = handed_down(as_office, number, letter_no=letter)

    assert first.status_code == 201
    refused(second, 409, "letter_number_taken")


def test_a_batch_names_every_case_it_does_not_know(as_office, desk):
    (number,) = desk.cases()
    answer = handed_down(as_office, number, "没有1号", "没有2号")
    refused(answer, 422, "no_such_case")

    assert [f["pointer"] for f in answer.json()["errors"]] == [
        "/case_numbers/1",
        "/case_numbers/2",
    ]


def test_a_case_out_of_scope_owes_nothing_to_the_programme(as_office, desk, eventually):
    number = new_number()
    desk.push(as_json(a_row(number, repeats_in_window=0)))
    clerk = as_office(COUNTY)
    eventually(lambda: clerk.get("assignment", at("cases", number)).is_success)
    shown = clerk.get("assignment", at("cases", number)).json()

    assert shown["in_scope"] is False
    assert shown["duties"] == []
