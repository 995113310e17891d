"""
Leaders, units, duty lists and reception, over HTTP.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import CITY, COUNTY, NEIGHBOUR, case_opened, new_number
from tests.service.asking import (
    PROGRAMME,
    all_items,
    at,
    get,
    handed,
    places,
    post,
    refused,
)

DEPARTMENT = "控告申诉检察部"


def name(as_office, number, *posts, on="2020-11-10", **changes):
    leaders = [{"office": COUNTY, "post": each} for each in posts]
    body = {"named_on": on, "leaders": leaders, "department": DEPARTMENT, **changes}
    answer = post(as_office(COUNTY, "leader"), number, "leaders", **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.requirement("S11")
def test_who_stands_back_is_replaced_and_the_history_says_who_led_when(
    as_office, desk, announced
):
    (number,) = desk.cases()
    leader = as_office(COUNTY, "leader")
    name(as_office, number, "检察长")
    said = {"office": COUNTY, "post": "检察长", "on": "2020-11-12"}
    back = post(leader, number, "recusals", reason="原案承办人。", **said)
    again = post(leader, number, "recusals", reason="原案承办人。", **said)
    named_again = post(
        leader,
        number,
        "leaders",
        named_on="2020-11-13",
        leaders=[{"office": COUNTY, "post": "检察长"}],
    )
    handles = post(
        leader,
        number,
        "leaders",
        named_on="2020-11-16",
        leaders=[{"office": COUNTY, "post": "副检察长"}],
        handler_post="检察长",
    )
    name(as_office, number, "副检察长", on="2020-11-16")
    shown = get(as_office(COUNTY), at("cases", number, "leaders"))

    records = [(r["on"], r["kind"], r["by"], r["reason"]) for r in shown["records"]]
    by = "410922/410922 院领导"

    assert back.status_code == 201, back.text
    assert back.json()["complete"] is False
    assert records == [
        ("2020-11-10", "named", by, None),
        ("2020-11-12", "recused", by, "原案承办人。"),
        ("2020-11-16", "named", by, None),
    ]
    refused(again, 422, "nothing_to_change")
    refused(named_again, 422, "leader_recused")
    found = refused(handles, 422, "leader_recused")["leader_recused"]
    assert found["pointer"] == "/handler_post"
    assert [(p["post"], p["since"], p["until"]) for p in shown["history"]] == [
        ("检察长", "2020-11-10", "2020-11-12"),
        ("副检察长", "2020-11-16", None),
    ]
    assert shown["complete"] is True
    assert "assignment.leader_recused" in announced("assignment", number)


def test_a_case_judged_hard_is_better_led_by_the_chief(as_office, desk):
    (number,) = desk.cases()
    name(as_office, number, "副检察长")
    clerk = as_office(COUNTY)
    nothing = post(clerk, number, "appraisals", on="2020-11-11", reason="研判")
    judged = post(
        clerk,
        number,
        "appraisals",
        on="2020-11-11",
        reason="多年未决。",
        difficulty="bone",
    )
    proposed = get(clerk, at("cases", number, "leader-suggestions"))["suggestions"]

    refused(nothing, 422, "nothing_appraised")
    assert judged.status_code == 201, judged.text
    assert judged.json()["complete"] is True
    assert judged.json()["advice"]
    assert [each["advice"] for each in proposed] == [True]
    assert [each["post"] for each in proposed[0]["candidates"]] == ["检察长"]


@pytest.mark.requirement("PY-22")
def test_the_measures_show_each_leaders_load_and_what_the_chief_leaves(as_office, desk):
    (number,) = desk.cases(difficulty="钉子案")
    name(as_office, number, "驻院纪检监察组组长")
    shown = get(as_office(COUNTY), "/leaders/measures", programme=PROGRAMME)
    tally = next(e for e in shown["posts"] if e["post"] == "驻院纪检监察组组长")
    hard = next(each for each in shown["advice"] if "PY-22" in each["source"])

    assert shown["as_of"] == "2020-11-20"
    assert tally["cases"] >= 1
    assert tally["hard"]["part"] >= 1
    assert number in hard["uncovered"]
    assert {each["level"] for each in shown["levels"]} == {"county"}


def test_a_judgement_that_changes_leaves_the_one_before_on_record(as_office, desk):
    (number,) = desk.cases()
    clerk = as_office(COUNTY)
    said = {"on": "2020-11-11", "reason": "跨地区。"}
    post(clerk, number, "appraisals", **said, cross_separate=True, sensitive=False)
    again = {"on": "2020-11-13", "reason": "社会关注。", "sensitive": True}
    faulty = post(clerk, number, "appraisals", **again, review_on="2020-11-13")
    judged = post(clerk, number, "appraisals", **again, review_on="2020-12-13")
    sheet = judged.json()
    outsider = post(as_office(NEIGHBOUR), number, "appraisals", **again)

    refused(faulty, 422, "review_too_early")
    refused(outsider, 404, "not_found")
    assert (sheet["traits"]["cross_separate"], sheet["traits"]["sensitive"]) == (
        True,
        True,
    )
    assert [(r["reason"], r["judged"], r["review_on"]) for r in sheet["records"]] == [
        ("跨地区。", {"cross_separate": True, "sensitive": False}, None),
        ("社会关注。", {"sensitive": True}, "2020-12-13"),
    ]


def test_what_is_wrong_with_a_naming_is_said_at_once(as_office, desk):
    (number,) = desk.cases()
    chief = {"office": COUNTY, "post": "检察长"}
    faulty = post(
        as_office(COUNTY, "leader"),
        number,
        "leaders",
        named_on="2020-11-01",
        resolve_by="2020-10-01",
        leaders=[chief, chief, {"office": "419999", "post": "检察长"}],
        responsible_post="科长",
    )
    upper = {"office": CITY, "post": "副检察长"}
    above = post(
        as_office(COUNTY, "leader"),
        number,
        "leaders",
        named_on="2020-11-10",
        leaders=[upper],
    )

    assert places(faulty) == {
        ("/named_on", "date_before_start"),
        ("/resolve_by", "date_before_start"),
        ("/leaders/1", "leader_repeated"),
        ("/leaders/2/office", "no_such_office"),
        ("/responsible_post", "no_such_post"),
    }
    refused(above, 403, "outside_your_offices")


def test_the_load_of_leaders_above_is_not_for_those_below_to_see(as_office, desk):
    (number,) = desk.cases()
    handed(as_office, number)

    def loads(caller):
        found = get(caller, at("cases", number, "leader-suggestions"))["suggestions"]
        return {
            each["office"]: [post["leads"] for post in each["candidates"]]
            for each in found
            if not each["advice"]
        }

    below, above = loads(as_office(COUNTY)), loads(as_office(CITY))

    assert all(load is None for load in below[CITY])
    assert None not in below[COUNTY] + above[CITY]
    assert below.keys() == above.keys() == {COUNTY, CITY}


def test_units_disagree_and_the_conference_names_the_lead(as_office, desk):
    (number,) = desk.cases()
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    helper = as_office(NEIGHBOUR)
    parts = [
        {"office": COUNTY, "role": "lead"},
        {"office": NEIGHBOUR, "role": "co_handling"},
    ]
    two = [{**each, "role": "lead"} for each in parts]
    stranger = helper.get("assignment", at("cases", number, "units"))
    faulty = post(hub, number, "units", on="2020-11-10", units=two)
    pushed_off = post(clerk, number, "units", on="2020-11-10", units=two[1:])
    agreed = post(clerk, number, "units", on="2020-11-10", units=parts)
    said = {"on": "2020-11-11", "disagreement": "事发地在邻县。"}
    not_the_lead = post(helper, number, "coordination-requests", **said)
    asked = post(clerk, number, "coordination-requests", **said)
    waiting = post(clerk, number, "coordination-requests", **said)
    path = f"/coordination-requests/{asked.json()['id']}/decisions"
    decision = {"on": "2020-11-12", "lead": NEIGHBOUR, "opinion": "由事发地主办。"}
    nowhere = hub.post("assignment", path, {**decision, "lead": "419999"})
    not_theirs = as_office(COUNTY, "reviewer").post("assignment", path, decision)
    decided = hub.post("assignment", path, decision)
    twice = hub.post("assignment", path, decision)
    shown = get(clerk, at("cases", number, "units"))["units"]
    queue = all_items(hub, "assignment", "/coordination-requests")
    taken_back = post(clerk, number, "units", on="2020-11-13", units=parts)
    asked_again = post(
        helper, number, "coordination-requests", **{**said, "on": "2020-11-13"}
    )

    refused(stranger, 404, "not_found")
    refused(faulty, 422, "one_lead")
    refused(pushed_off, 403, "outside_your_offices")
    assert agreed.status_code == 201, agreed.text
    refused(not_the_lead, 403, "outside_your_offices")
    assert asked.status_code == 201, asked.text
    refused(waiting, 409, "coordination_waiting")
    assert places(nowhere) == {("/lead", "no_such_office")}
    refused(not_theirs, 403, "outside_your_offices")
    assert decided.status_code == 201, decided.text
    refused(twice, 409, "already_decided")
    assert [(each["office"], each["role_title"]) for each in shown] == [
        (NEIGHBOUR, "主办"),
        (COUNTY, "协办"),
    ]
    assert asked.json()["id"] in {each["id"] for each in queue}
    refused(taken_back, 403, "outside_your_offices")
    assert asked_again.status_code == 201, asked_again.text


def test_no_unit_helps_in_a_case_that_was_struck_off(as_office, desk):
    (number,) = desk.cases()
    clerk, leader = as_office(COUNTY), as_office(COUNTY, "leader")
    struck = {"on": "2020-11-10", "reason": "事由清楚。", "approver_post": "检察长"}
    parts = [
        {"office": COUNTY, "role": "lead"},
        {"office": NEIGHBOUR, "role": "co_handling"},
    ]
    struck_off = post(leader, number, "strike-offs", **struck)
    agreed = post(clerk, number, "units", on="2020-11-10", units=parts)
    said = {"on": "2020-11-10", "disagreement": "事发地在邻县。"}
    asked = post(clerk, number, "coordination-requests", **said)

    assert struck_off.status_code == 201, struck_off.text
    refused(agreed, 422, "case_not_open")
    refused(asked, 422, "case_not_open")


def test_an_item_of_a_duty_list_is_entered_with_day_post_and_evidence(as_office, desk):
    (number,) = desk.cases()
    clerk = as_office(COUNTY)
    before = get(clerk, at("cases", number, "checklist"))["lists"]
    first = before[0]
    entry = {
        "list": first["title"],
        "item": first["items"][0]["text"],
        "on": "2020-11-10",
        "post": "检察长",
        "evidence": "谈话笔录",
    }
    done = post(clerk, number, "checklist", **entry)
    wrong = post(
        clerk, number, "checklist", **{**entry, "item": "没有", "post": "科长"}
    )

    assert not any(item["done"] for item in first["items"])
    assert done.status_code == 201, done.text
    assert done.json()["lists"][0]["items"][0]["entries"] == [
        {
            "on": "2020-11-10",
            "post": "检察长",
            "evidence": "谈话笔录",
            "document_ids": [],
        }
    ]
    refused(wrong, 422, "no_such_item", "no_such_post")


def test_an_item_that_is_an_act_needs_what_the_act_needs(as_office, a_case, clock):
    clock.set(date(2021, 3, 22))
    court = "410800900"
    opened = case_opened(
        new_number("焦法信"),
        office=court,
        occurred_on=date(2021, 3, 16),
        programme="jiaozuo-2021",
        handed=True,
    )
    number, clerk = a_case(opened), as_office(court)
    entry = {
        "list": "three_guarantees_one",
        "item": "support",
        "on": "2021-03-18",
        "post": "副院长",
        "evidence": "协办通知",
    }
    bare = post(clerk, number, "checklist", **entry)
    done = post(clerk, number, "checklist", **entry, to="司法所", text="协调帮扶。")
    acts = all_items(clerk, "assignment", at("cases", number, "acts"))

    assert places(bare) == {("/to", "to_missing"), ("/text", "text_missing")}
    assert done.status_code == 201, done.text
    assert [(each["act"], each["to"]) for each in acts] == [("support_given", "司法所")]


@pytest.mark.requirement(
    "JZ-07", "JZ-08", "JZ-09", "JZ-51", "F-13", "I-37", "I-38", "TL-39"
)
def test_reception_is_rostered_logged_and_its_gaps_are_shown(as_office, clock):
    court = "410800900"
    leader, clerk = as_office(court, "leader"), as_office(court)
    clock.set(date(2021, 3, 22))
    slot = {
        "programme": "jiaozuo-2021",
        "roster": "hall",
        "office": court,
        "day": "2021-03-22",
        "post": "副院长",
    }
    put = leader.post("assignment", "/rosters", slot)
    again = leader.post("assignment", "/rosters", slot)
    wrong = leader.post("assignment", "/rosters", {**slot, "post": "清洁工"})
    log = {**slot, "receptions": 5, "entered": 4}
    logged = clerk.post("assignment", "/receptions", log)
    too_many = clerk.post("assignment", "/receptions", {**log, "entered": 6})
    found = get(
        clerk,
        "/rosters/gaps",
        programme="jiaozuo-2021",
        roster="hall",
        **{"from": "2021-03-19", "to": "2021-03-22"},
    )
    ours = [gap for gap in found["gaps"] if gap["office"] == court]

    assert put.status_code == 201, put.text
    refused(again, 409, "already_rostered")
    refused(wrong, 422, "post_not_eligible")
    assert logged.status_code == 201, logged.text
    refused(too_many, 422, "more_entered_than_received")
    assert [(gap["from"], gap["kind"]) for gap in ours] == [
        ("2021-03-19", "not_rostered"),
        ("2021-03-19", "not_logged"),
        ("2021-03-22", "not_entered"),
        ("2021-03-22", "not_in_register"),  # JZ-08: no visit was registered
    ]
    assert found["entered"] == {"part": 4, "whole": 5, "percent": "80.0"}
    _is_entered_compared_and_corrected(clerk, as_office, logged.json(), slot)
    assert slot["day"] in {
        each["day"] for each in all_items(clerk, "assignment", "/rosters")
    }
    assert all_items(clerk, "assignment", "/receptions")


def _is_entered_compared_and_corrected(clerk, as_office, log, slot):
    """
    JZ-08, JZ-09, JZ-51, F-13: what of a log is in the national system since when, day
    by day, and what the log said before it was corrected.
    """
    path = at("receptions", log["id"])
    entries = f"{path}/national-entries"
    asked = {"programme": slot["programme"], "roster": slot["roster"]}
    days = {"from": "2021-03-19", "to": "2021-03-22", "office": slot["office"]}
    national = {"national": 3, "national_on": "2021-03-22"}
    early = clerk.post("assignment", entries, {**national, "national_on": "2021-03-21"})
    entered = clerk.post("assignment", entries, national)
    nothing = clerk.post("assignment", f"{path}/corrections", {"reason": "核对。"})
    fewer = clerk.post("assignment", entries, {**national, "national": 2})
    elsewhere = as_office("410922").post("assignment", entries, national)
    wrong = {"reason": "漏记一次。", "receptions": 6}
    corrections = f"{path}/corrections"
    too_few = clerk.post("assignment", corrections, {**wrong, "receptions": 2})
    right = clerk.post("assignment", corrections, wrong)
    history = get(clerk, corrections)["items"]
    compared = get(clerk, "/receptions/entries", **asked, **days)
    turns = get(clerk, "/rosters/turns", **asked, office=slot["office"])

    assert (log["half_days"], log["national"], log["corrected"]) == (1, 0, 0)
    assert log["logged_at"]
    refused(early, 422, "date_before_start")
    assert entered.status_code == 201, entered.text
    refused(fewer, 422, "no_more_than_before")
    refused(nothing, 422, "nothing_to_change")
    assert elsewhere.status_code == 404
    assert places(too_few) == {
        ("/entered", "more_entered_than_received"),
        ("/national", "more_entered_than_received"),
    }
    assert (right.json()["receptions"], right.json()["corrected"]) == (6, 2)
    assert [(each["reason"], each["before"]) for each in history] == [
        ("信访系统录入", {"national": "0", "national_on": "", "in_time": "0"}),
        ("漏记一次。", {"receptions": "5"}),
    ]
    assert compared["national"] == {"part": 3, "whole": 6, "percent": "50.0"}
    (day,) = [each for each in compared["days"] if each["office"] == slot["office"]]
    assert (day["receptions"], day["registered"], day["lacking"]) == (6, 0, 3)
    times = {(each["office"], each["post"]): each["times"] for each in turns["items"]}
    received = {
        each["day"]
        for each in all_items(clerk, "assignment", "/receptions")
        if (each["office"], each["post"]) == (slot["office"], "副院长")
        and each["day"].startswith("2021")
        and each["half_days"]
    }
    assert log["day"] in received
    assert times[slot["office"], "副院长"] == len(received)
