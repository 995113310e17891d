"""
A hearing from the decision to its result, over HTTP.
"""

from __future__ import annotations

import pytest

from tests.builders import COUNTY, NEIGHBOUR
from tests.service.asking import all_items, at, refused

TRADES = [{"trade": "律师"}, {"trade": "人大代表"}, {"trade": "教师"}]


def scheduled(as_office, number, **changes):
    body = {
        "notified_on": "2020-11-04",
        "scheduled_on": "2020-11-09",
        "place": "清丰县院听证室",
        "public": True,
        "chair_post": "检察长",
        "members": TRADES,
        **changes,
    }
    return as_office(COUNTY).post("hearing", at("cases", number, "hearings"), body)


def sat(as_office, identity, **changes):
    body = {"held_on": "2020-11-09", "members_present": 3, **changes}
    return as_office(COUNTY).post("hearing", f"/hearings/{identity}/sittings", body)


def resulted(as_office, identity, **changes):
    body = {
        "result_on": "2020-11-10",
        "settled": True,
        "opinion": "听证员一致认为原处理并无不当。",
        **changes,
    }
    return as_office(COUNTY).post("hearing", f"/hearings/{identity}/results", body)


def test_a_hearing_is_decided_announced_held_and_ends_in_a_result(
    as_office, desk, announced, eventually
):
    (number,) = desk.cases()
    decided = desk.decide_on_hearing(number, "hold", reason="争议较大。")
    noticed = scheduled(as_office, number)
    identity = decided.json()["id"]
    held = sat(as_office, identity)
    ended = resulted(as_office, identity)
    shown = as_office(COUNTY).get("hearing", f"/hearings/{identity}")

    states = [answer.json()["state"] for answer in (decided, noticed, held, ended)]
    assert [a.status_code for a in (decided, noticed, held, ended)] == [201] * 4
    assert states == ["decided", "scheduled", "held", "resulted"]
    assert noticed.json()["id"] == identity
    assert shown.json() == ended.json()
    assert shown.json()["members"] == TRADES
    assert announced("hearing", number) == [
        "hearing.hearing_decided",
        "hearing.hearing_scheduled",
        "hearing.hearing_held",
        "hearing.hearing_resulted",
    ]
    eventually(lambda: desk.entries(number, "hearings") == [("2020-11-09", 1)])
    eventually(lambda: desk.entries(number, "hearings_settled") == [("2020-11-10", 1)])


def test_a_decision_reaches_assignment_which_then_accepts_a_closing(
    as_office, desk, eventually
):
    (number,) = desk.cases()
    desk.decide_on_hearing(number)

    clerk = as_office(COUNTY)
    eventually(
        lambda: clerk.get("assignment", at("cases", number)).json()["hearing_decided"]
    )


def test_a_new_decision_replaces_the_earlier_one(as_office, desk):
    (number,) = desk.cases()
    first = desk.decide_on_hearing(number, "not_needed").json()
    second = desk.decide_on_hearing(number, "hold", decided_on="2020-11-05").json()
    clerk = as_office(COUNTY)

    assert clerk.get("hearing", f"/hearings/{first['id']}").json()["state"] == (
        "replaced"
    )
    assert clerk.get("hearing", f"/hearings/{second['id']}").json() == second


def test_hearings_are_listed_by_state_for_the_office_and_those_above(as_office, desk):
    (number,) = desk.cases()
    identity = desk.decide_on_hearing(number, "hold").json()["id"]

    def listed(by, **parameters):
        found = all_items(by, "hearing", "/hearings", **parameters)
        return identity in {hearing["id"] for hearing in found}

    assert listed(as_office(COUNTY))
    assert listed(as_office(COUNTY), state="decided")
    assert not listed(as_office(COUNTY), state="held")
    assert listed(as_office("410000", "auditor"), office=COUNTY)
    assert not listed(as_office(NEIGHBOUR))


@pytest.mark.requirement("TL-22")
def test_a_notice_names_everything_that_is_wrong_with_it(as_office, desk):
    (number,) = desk.cases()
    desk.decide_on_hearing(number, "hold")
    answer = scheduled(
        as_office,
        number,
        scheduled_on="2020-11-05",
        chair_post="院长",
        members=TRADES[:2],
    )

    said = refused(
        answer,
        422,
        "notice_too_short",
        "no_such_post",
        "members_out_of_bounds",
    )
    assert said["notice_too_short"]["pointer"] == "/scheduled_on"
    assert "2020-11-0" in said["notice_too_short"]["remedy"]
    assert said["members_out_of_bounds"]["pointer"] == "/members"
    assert scheduled(as_office, number).status_code == 201


def test_nothing_happens_before_its_turn_or_twice(as_office, desk):
    (number,) = desk.cases()
    undecided = desk.once_known(lambda: scheduled(as_office, number))
    identity = desk.decide_on_hearing(number, "hold").json()["id"]
    early = sat(as_office, identity)
    scheduled(as_office, number)
    again = scheduled(as_office, number)
    too_few = sat(as_office, identity, members_present=2)
    before = sat(as_office, identity, held_on="2020-11-08")
    sat(as_office, identity)
    twice = sat(as_office, identity)

    refused(undecided, 409, "hearing_not_decided")
    refused(early, 409, "hearing_decided")
    refused(again, 409, "hearing_scheduled")
    refused(too_few, 422, "members_present_out_of_bounds")
    refused(before, 422, "date_before_start")
    refused(twice, 409, "hearing_held")


def test_only_a_leader_decides_and_only_a_leaders_post_approves(as_office, desk):
    (number,) = desk.cases()
    body = {
        "decision": "hold",
        "decided_on": "2020-11-03",
        "reason": "争议较大。",
        "approver_post": "检察官",
    }
    path = at("cases", number, "hearing-decisions")
    clerk = as_office(COUNTY).post("hearing", path, body)
    leader = desk.once_known(
        lambda: as_office(COUNTY, "leader").post("hearing", path, body)
    )

    refused(clerk, 403, "role_not_allowed")
    said = refused(leader, 422, "approver_not_a_leader")
    assert "检察长" in said["approver_not_a_leader"]["remedy"]


def test_a_merged_case_has_no_more_hearings(as_office, desk, announce, eventually):
    number, into = desk.cases(2)
    body = {"into": into, "merged_on": "2020-11-03", "reason": "同一事项。"}
    as_office(COUNTY).post("intake", at("cases", number, "merge"), body)

    def merged():
        answer = desk.decide_on_hearing(number, "hold", decided_on="2020-11-04")
        return answer.status_code == 409 and answer

    assert (
        into in refused(eventually(merged), 409, "case_merged")["case_merged"]["remedy"]
    )
