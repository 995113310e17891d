"""
The counter: repeats are proposed with their evidence, and a person decides.
"""

from __future__ import annotations

import pytest

from tests.builders import COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import at

WHO = {"name": "甄重访", "id_no": "999999194605021872", "phone": "13812345678"}
DEMAND = "村委会未经同意征收我家三亩承包地，补偿款至今没有支付。"


def registration(client, **changes):
    given = {"petitioner": WHO, "demand": DEMAND, **changes}
    answer = client.post("intake", "/petitions", a_petition(**given))
    assert answer.status_code == 201, answer.text
    return answer.json()


def registered(client, **changes):
    return registration(client, **changes)["number"]


def candidates(client, number):
    answer = client.get("intake", at("petitions", number, "candidates"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def decided(client, number, **said):
    body = {"decided_on": "2020-11-20", "reason": "核对身份和原卷。", **said}
    return client.post("intake", at("petitions", number, "matter"), body)


@pytest.mark.requirement("PY-19", "S2")
def test_a_repeat_is_proposed_with_its_evidence_and_a_person_decides(as_office):
    clerk = as_office(COUNTY)
    original = new_number("清刑初")
    first = registered(clerk, original_case_no=original)
    typed = {"name": "甄众访", "phone": "138-1234-5678"}
    answered = registration(clerk, petitioner=typed, demand=DEMAND + "请依法处理。")
    again = answered["number"]
    proposed = candidates(clerk, again)
    (best,) = [c for c in proposed["candidates"] if c["number"] == first]

    assert answered["candidates"] == proposed["candidates"]
    assert answered["proposals"][0]["programme"] == "puyang-2020"
    assert best["level"] == "likely"
    assert best["evidence"][0]["text"] == "姓名同音（不计声调），可能听写有误"
    assert best["score"] == sum(each["points"] for each in best["evidence"])
    assert "甄" not in str(proposed)

    accepted = {"step": "accepted", "on": "2020-11-20", "document": "受1"}
    taken = clerk.post("intake", at("petitions", again, "steps"), accepted)
    assert first in taken.json()["undecided_candidates"]

    answer = decided(clerk, again, same_as=first)
    assert answer.status_code == 200, answer.text
    assert answer.json()["repeat_of"] == first
    assert answer.json()["matter_decided_on"] == "2020-11-20"

    anew = decided(clerk, again, new_facts=True, same_as=first)
    assert anew.json()["repeat_of"] is None
    assert [d["new_facts"] for d in candidates(clerk, again)["decisions"]] == [
        False,
        True,
    ]


def test_of_a_record_elsewhere_it_is_only_said_that_there_is_one(as_office):
    who = {"name": "甄异地", "id_no": "999999194605021872", "phone": "13887654321"}
    clerk, neighbour = as_office(COUNTY), as_office(NEIGHBOUR)
    first = registered(neighbour, petitioner=who)
    again = registered(clerk, petitioner=who)
    proposed, seen = candidates(clerk, again), candidates(as_office("410900"), again)

    assert proposed["elsewhere"] >= 1
    assert first not in str(proposed)
    assert first in {each["number"] for each in seen["candidates"]}
    assert decided(clerk, again, same_as=first).status_code == 404
    assert decided(as_office("410900"), again, same_as=first).status_code == 200


def test_members_of_a_joint_petition_are_matched_one_by_one(as_office):
    clerk = as_office(COUNTY)
    member = {"name": "甄联名", "phone": "13911223344"}
    alone = registered(clerk, petitioner=member)
    joint = registered(clerk, petitioner={"name": "甄代表"}, members=[member])

    assert alone in {c["number"] for c in candidates(clerk, joint)["candidates"]}


def test_a_decision_says_all_its_faults_at_once(as_office):
    clerk = as_office(COUNTY)
    number = registered(clerk)
    answer = decided(clerk, number, decided_on="2020-11-19")

    assert {each["code"] for each in answer.json()["errors"]} == {
        "date_before_start",
        "decision_missing",
    }


@pytest.mark.requirement("PY-19")
def test_a_decided_repeat_of_a_case_is_shown_on_both_and_proposed_no_more(
    as_office, desk
):
    who = {**WHO, "name": "甄再来"}
    (case,) = desk.cases(petitioner_name=who["name"], main_demand=DEMAND)
    clerk = as_office(COUNTY)
    number = registered(clerk, petitioner=who)
    before = {each["number"] for each in candidates(clerk, number)["candidates"]}
    answer = decided(clerk, number, same_as=case)
    shown = clerk.get("intake", at("petitions", number)).json()
    of_case = clerk.get("intake", at("cases", case)).json()
    of_both = (
        candidates(clerk, number),
        clerk.get("intake", at("cases", case, "candidates")).json(),
    )

    assert case in before
    assert answer.status_code == 200, answer.text
    assert (shown["first"], shown["repeat_of"]) == (False, case)
    assert of_case["repeated_by"] == [number]
    assert not {case, number} & {
        each["number"] for found in of_both for each in found["candidates"]
    }
