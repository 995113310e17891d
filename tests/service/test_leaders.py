"""
Leaders, units, duty lists and reception through the door of assignment.
"""

from __future__ import annotations

from datetime import date

from tests.builders import CITY, COUNTY, NEIGHBOUR
from tests.service.asking import PROGRAMME, all_items, at, get, post, refused

DEPARTMENT = "控告申诉检察部"


def name(as_office, number, *posts, on="2020-11-10", **changes):
    leaders = [{"office": COUNTY, "post": each} for each in posts]
    body = {"named_on": on, "leaders": leaders, "department": DEPARTMENT, **changes}
    answer = post(as_office(COUNTY, "leader"), number, "leaders", **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


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
    name(as_office, number, "副检察长", on="2020-11-16")
    shown = get(as_office(COUNTY), at("cases", number, "leaders"))

    assert back.status_code == 201, back.text
    assert back.json()["complete"] is False
    refused(again, 422, "nothing_to_change")
    refused(named_again, 422, "leader_recused")
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


def test_units_disagree_and_the_conference_names_the_lead(as_office, desk):
    (number,) = desk.cases()
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    parts = [
        {"office": COUNTY, "role": "lead"},
        {"office": NEIGHBOUR, "role": "co_handling"},
    ]
    two = [{**each, "role": "lead"} for each in parts]
    faulty = post(clerk, number, "units", on="2020-11-10", units=two)
    agreed = post(clerk, number, "units", on="2020-11-10", units=parts)
    said = {"on": "2020-11-11", "disagreement": "事发地在邻县。"}
    asked = post(clerk, number, "coordination-requests", **said)
    waiting = post(clerk, number, "coordination-requests", **said)
    path = f"/coordination-requests/{asked.json()['id']}/decisions"
    decision = {"on": "2020-11-12", "lead": NEIGHBOUR, "opinion": "由事发地主办。"}
    not_theirs = as_office(COUNTY, "reviewer").post("assignment", path, decision)
    decided = hub.post("assignment", path, decision)
    twice = hub.post("assignment", path, decision)
    shown = get(clerk, at("cases", number, "units"))["units"]
    queue = all_items(hub, "assignment", "/coordination-requests")

    refused(faulty, 422, "one_lead")
    assert agreed.status_code == 201, agreed.text
    assert asked.status_code == 201, asked.text
    refused(waiting, 409, "coordination_waiting")
    refused(not_theirs, 403, "outside_your_offices")
    assert decided.status_code == 201, decided.text
    refused(twice, 409, "already_decided")
    assert [(each["office"], each["role_title"]) for each in shown] == [
        (NEIGHBOUR, "主办"),
        (COUNTY, "协办"),
    ]
    assert asked.json()["id"] in {each["id"] for each in queue}


def test_an_item_of_a_duty_list_is_entered_with_day_post_and_evidence(as_office, desk):
    (number,) = desk.cases()
    clerk = as_office(COUNTY)
    before = get(clerk, at("cases", number, "matrix"))["lists"]
    first = before[0]
    entry = {
        "list": first["id"],
        "item": first["items"][0]["id"],
        "on": "2020-11-10",
        "post": "检察长",
        "evidence": "谈话笔录",
    }
    done = post(clerk, number, "matrix", **entry)
    wrong = post(clerk, number, "matrix", **{**entry, "item": "没有", "post": "科长"})

    assert not any(item["done"] for item in first["items"])
    assert done.status_code == 201, done.text
    assert done.json()["lists"][0]["items"][0]["entries"] == [
        {"on": "2020-11-10", "post": "检察长", "evidence": "谈话笔录"}
    ]
    refused(wrong, 422, "no_such_item", "no_such_post")


def test_reception_is_rostered_logged_and_its_gaps_are_shown(as_office, clock):
    court = "410800900"
    leader, clerk = as_office(court, "leader"), as_office(court)
    clock.set(date(2021, 4, 12))
    turn = {
        "programme": "jiaozuo-2021",
        "roster": "hall",
        "office": court,
        "day": "2021-04-12",
        "post": "副院长",
    }
    put = leader.post("assignment", "/rosters", turn)
    again = leader.post("assignment", "/rosters", turn)
    wrong = leader.post("assignment", "/rosters", {**turn, "post": "清洁工"})
    log = {**turn, "receptions": 5, "entered": 4}
    logged = clerk.post("assignment", "/receptions", log)
    too_many = clerk.post("assignment", "/receptions", {**log, "entered": 6})
    found = get(
        clerk,
        "/rosters/gaps",
        programme="jiaozuo-2021",
        roster="hall",
        **{"from": "2021-04-09", "to": "2021-04-12"},
    )
    ours = [gap for gap in found["gaps"] if gap["office"] == court]

    assert put.status_code == 201, put.text
    refused(again, 409, "already_rostered")
    refused(wrong, 422, "post_not_eligible")
    assert logged.status_code == 201, logged.text
    refused(too_many, 422, "more_entered_than_received")
    assert [(gap["from"], gap["kind"]) for gap in ours] == [
        ("2021-04-09", "not_rostered"),
        ("2021-04-09", "not_logged"),
        ("2021-04-12", "not_entered"),
    ]
    assert found["entered"] == {"part": 4, "whole": 5, "percent": "80.0"}
    assert turn["day"] in {
        each["day"] for each in all_items(clerk, "assignment", "/rosters")
    }
    assert all_items(clerk, "assignment", "/receptions")
