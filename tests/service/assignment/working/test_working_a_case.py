"""
How a case is worked, over HTTP: acts that are withdrawn, the log, versions of the plan.
"""

from __future__ import annotations

import pytest

from tests.service.asking import all_items, at, places, refused

MADE = {
    "act": "explained",
    "on": "2021-03-18",
    "text": "释法说理。",
    "parties": [{"role": "grassroots", "consented_on": "2021-03-17"}],
}


@pytest.fixture
def case(courts_case):
    return courts_case("jiaozuo-2021")


def act(case, **fields):
    return case.clerk.post("assignment", at("cases", case.number, "acts"), fields)


def withdraw(case, identity, *, by=None, **changes):
    body = {"on": "2021-03-22", "reason": "记错案件。", "approver_post": "院长"}
    path = at("cases", case.number, "acts", identity, "withdrawals")
    return (by or case.leader).post("assignment", path, {**body, **changes})


@pytest.mark.requirement("JZ-47")
def test_a_withdrawn_act_stays_in_the_log_and_counts_no_more(case, as_office):
    recorded = act(case, **MADE)
    identity = recorded.json()["id"]
    clerk = withdraw(case, identity, by=case.clerk)
    wrong = withdraw(case, identity, on="2021-03-17", approver_post="法官")
    missing = withdraw(case, "0" * 32)
    elsewhere = withdraw(case, identity, by=as_office("410822900", "leader"))
    gone = withdraw(case, identity)
    again = withdraw(case, identity)
    path = at("cases", case.number, "log")
    log = list(all_items(case.clerk, "assignment", path))
    first = case.clerk.get("assignment", path, limit=1).json()
    asked = {"programme": "jiaozuo-2021", "from": "2021-03-18", "to": "2021-03-18"}
    tallies = case.clerk.get("assignment", "/tallies", **asked).json()["items"]
    (parties,) = (each for each in tallies if each["id"] == "third_parties")

    assert recorded.status_code == 201, recorded.text
    labels = {"role": "基层组织"}
    (party,) = MADE["parties"]
    assert recorded.json()["parties"] == [{**party, "labels": labels}]
    refused(clerk, 403, "role_not_allowed")
    assert places(wrong) == {
        ("/on", "date_before_start"),
        ("/approver_post", "approver_not_a_leader"),
    }
    refused(missing, 404, "not_found")
    refused(elsewhere, 404, "not_found")
    assert gone.status_code == 201, gone.text
    assert gone.json()["withdrawn_because"] == "记错案件。"
    refused(again, 409, "already_withdrawn")
    assert [(each["on"], each["title"]) for each in log] == [
        ("2021-03-15", "案件登记"),
        ("2021-03-18", "释法说理（第三方参与须经信访人同意）"),
        ("2021-03-22", "撤销记载事项"),
    ]
    assert log[1]["act"]["withdrawn_on"] == "2021-03-22"
    assert [each["id"] for each in first["items"]] == [log[0]["id"]]
    assert parties["acts"] == 0


def test_what_a_withdrawn_act_discharged_is_owed_again(case, announced):
    handed = case.hand_down()
    reported = act(
        case, act="progress_reported", on="2021-03-19", document="温法〔2021〕7号"
    )
    done = _state(case, "progress_report")
    withdraw(case, reported.json()["id"])

    assert handed.status_code == 201, handed.text
    assert done == ("discharged", "2021-03-19")
    assert _state(case, "progress_report") == ("open", "2021-03-16")
    # The sweep announces what is past its day whenever it comes.
    types = [
        each
        for each in announced("assignment", case.number)
        if each != "assignment.duty_overdue"
    ]
    withdrawn = types.index("assignment.act_withdrawn")
    assert types[withdrawn + 1] == "assignment.duties_changed"


@pytest.mark.requirement("JZ-48")
def test_a_plan_is_changed_by_a_new_version_that_is_approved(case):
    steps = [
        {"task": "查控财产", "post": "执行局", "until": "2021-03-26"},
        {"task": "发放执行款", "post": "法官", "until": "2021-04-09"},
    ]
    body = {"made_on": "2021-03-17", "post": "法官", "aim": "兑现。", "steps": steps}
    body["until"] = "2021-04-14"
    classed = {"on": "2021-03-17", "reason": "生活困难。", "case_class": "hardship"}
    case.clerk.post("assignment", at("cases", case.number, "appraisals"), classed)
    first = _plan(case, body)
    waits = _plan(case, {**body, "reason": "新线索。"})
    wrong = _plan(case, {**body, "post": "书记", "until": "2021-04-01"})
    approved = _decide(case, first, post="院长", document="温法〔2021〕8号")
    done = _step(case, first, 1)
    twice = _step(case, first, 1)
    second = _plan(
        case,
        {**body, "made_on": "2021-03-20", "reason": "新线索。", "steps": steps[1:]},
    )
    replaced = _decide(
        case, second, post="院长", on="2021-03-21", document="温法〔2021〕9号"
    )
    late = _step(case, first, 2)
    listed = list(
        all_items(case.clerk, "assignment", at("cases", case.number, "plans"))
    )

    assert first.status_code == 201, first.text
    assert first.json()["case_class"] == "hardship"
    assert places(waits) == {("/number", "plan_waits")}
    assert places(wrong) == {
        ("/number", "plan_waits"),
        ("/reason", "reason_missing"),
        ("/post", "no_such_post"),
        ("/steps/1/until", "step_after_end"),
    }
    assert approved.status_code == done.status_code == 201, approved.text
    refused(twice, 409, "already_done")
    assert replaced.status_code == 201, replaced.text
    refused(late, 409, "not_in_this_state")
    assert [(each["version"], each["state"]) for each in listed] == [
        (1, "replaced"),
        (2, "in_force"),
    ]
    owed = [each for each in case.shown()["duties"] if each["kind"] == "plan_step"]
    assert sorted((each["state"], each["due_on"]) for each in owed) == [
        ("discharged", "2021-03-26"),
        ("open", "2021-04-09"),
        ("released", "2021-04-09"),
    ]


def _state(case, kind):
    (duty,) = (each for each in case.shown()["duties"] if each["kind"] == kind)
    return duty["state"], duty["state_on"]


def _plan(case, body):
    return case.clerk.post("assignment", at("cases", case.number, "plans"), body)


def _decide(case, plan, **fields):
    body = {"on": "2021-03-18", "verdict": "approved", **fields}
    path = at("plans", plan.json()["id"], "decisions")
    return case.leader.post("assignment", path, body)


def _step(case, plan, place):
    body = {"place": place, "on": "2021-03-19", "evidence": "清单"}
    path = at("plans", plan.json()["id"], "steps")
    return case.clerk.post("assignment", path, body)
