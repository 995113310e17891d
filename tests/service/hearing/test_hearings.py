"""
A hearing from the decision to its result, over HTTP.
"""

from __future__ import annotations

import io

import httpx
import pytest
from docx import Document

from tests.builders import COUNTY, NEIGHBOUR
from tests.builders.hearings import a_member, a_plan, a_sitting, notices_of
from tests.service.asking import all_items, at, refused
from tests.service.hearing_desk import hearing_desk

DEPUTY = {"chair_post": "副检察长", "chair_holder": "B02", "first_chair": True}


def planned(as_office, number, **changes):
    path = at("cases", number, "hearings")
    return as_office(COUNTY).post("hearing", path, a_plan(**changes))


def step(as_office, identity, name, body, role="clerk"):
    by = as_office(COUNTY, role)
    return by.post("hearing", at("hearings", identity, name), body)


@pytest.mark.requirement("TL-22", "DY-37")
def test_a_hearing_is_decided_planned_announced_held_and_ends_in_a_result(
    as_office, desk, announced, eventually
):
    (number,) = desk.cases()
    decided = desk.decide_on_hearing(number, "hold", reason="争议较大。").json()
    hearing = hearing_desk(as_office)
    case = at("cases", number)
    states = [decided["state"], hearing.plan(case, **DEPUTY)["state"]]
    states += [hearing.invite()["state"], hearing.notify()["state"]]
    states += [hearing.take("sittings", a_sitting(hearing.hearing))["state"]]
    states += [hearing.advise()["state"]]
    answered = {
        "adoption": "部分采纳",
        "adoption_on": "2020-11-10",
        "reason": "程序部分已另行答复。",
        "approver_post": "检察长",
        "members_told_on": "2020-11-11",
    }
    states += [hearing.take("opinion-answers", answered, "leader")["state"]]
    states += [hearing.result("2020-11-10")["state"]]
    over = {"watch_over_on": "2020-11-18", "settled": False}
    # Puyang orders no watch after a hearing, so nothing is kept after one.
    refused(step(as_office, decided["id"], "watch-results", over), 422, "no_watch")
    shown = as_office(COUNTY).get("hearing", hearing.path).json()

    assert states == [
        *("decided", "planned", "planned", "scheduled", "held", "advised"),
        *("advised", "resulted"),
    ]
    assert (shown["id"], shown["leader_chaired"]) == (decided["id"], True)
    assert shown["adoption"] == "part"
    assert len(shown["members"]) == 3
    assert announced("hearing", number) == [
        "hearing.hearing_decided",
        "hearing.hearing_scheduled",
        "hearing.hearing_held",
        "hearing.opinion_answered",
        "hearing.hearing_resulted",
    ]
    asked = {"programme": "puyang-2020", "since": "2020-11-01", "until": "2020-11-30"}
    counted = {
        by: as_office(COUNTY).get("hearing", "/hearing-counts", by=by, **asked).json()
        for by in ("主持人职务", "level", "leader")
    }
    closed = as_office(COUNTY).get(
        "hearing", "/hearing-counts", by="level", public="false", **asked
    )
    (level,), chairs = counted["level"]["rows"], counted["主持人职务"]["rows"]
    assert (level["value"], level["title"]) == ("county", "县级")
    assert level["held"] == sum(row["held"] for row in chairs)
    assert "副检察长" in {row["title"] for row in chairs if row["leader_chaired"]}
    assert level["settled_share"].endswith("%")
    assert (level["kept"], level["kept_share"]) == (0, "—")
    people = {row["value"] for row in counted["leader"]["rows"]}
    assert f"{COUNTY}/副检察长/{DEPUTY['chair_holder']}" in people
    assert closed.json()["rows"] == []
    eventually(lambda: desk.entries(number, "hearings") == [("2020-11-09", 1)])
    eventually(lambda: desk.entries(number, "hearings_settled") == [("2020-11-10", 1)])


def test_a_party_asks_for_a_hearing_and_is_answered_with_the_reason(as_office, desk):
    (number,) = desk.cases()
    clerk, path = as_office(COUNTY), at("cases", number, "hearing-requests")
    body = {"role": "信访人", "requested_on": "2020-11-02"}
    asked = desk.once_known(lambda: clerk.post("hearing", path, body)).json()
    answer = {"request": asked["id"], "told_on": "2020-11-05"}
    alone = desk.decide_on_hearing(number, request=asked["id"])
    other = desk.decide_on_hearing(number, request="r0", told_on="2020-11-05")
    decided = desk.decide_on_hearing(number, reason="涉及未成年人。", **answer)
    again = desk.decide_on_hearing(number, **answer)
    listed = all_items(clerk, "hearing", "/hearing-requests", state="refused")

    assert asked["state"] == "open"
    refused(alone, 422, "request_and_told_on")
    refused(other, 422, "no_such_request")
    refused(again, 409, "already_answered")
    assert decided.json()["request"] == asked["id"]
    (found,) = (each for each in listed if each["id"] == asked["id"])
    assert (found["reason"], found["told_on"]) == ("涉及未成年人。", "2020-11-05")


def test_a_member_who_declines_is_replaced_and_one_hearing_at_a_time_is_in_a_room(
    as_office, desk
):
    first, second = desk.cases(2)
    desk.decide_on_hearing(first, "hold")
    desk.decide_on_hearing(second, "hold")
    hearing = hearing_desk(as_office)
    plan = hearing.plan(at("cases", first))
    room = {"place": plan["place"], "starts": "10:00", "ends": "12:00"}
    taken = planned(as_office, second, **room)
    later = planned(as_office, second, **{**room, "starts": "11:00"})
    for _ in range(4):
        hearing.send("/members", a_member(), "clerk")
    hearing.take("draws", {"size": 3, "method": "随机抽取"})
    declined = hearing.hearing["members"][0]["number"]
    answer = {"member": declined, "accepted": False, "answered_on": "2020-11-04"}
    silent = step(as_office, plan["id"], "member-answers", answer)
    replaced = hearing.take("member-answers", {**answer, "reason": "出差"})

    refused(taken, 422, "place_taken")
    assert later.status_code == 201
    refused(silent, 422, "reason_missing")
    states = [seat["state"] for seat in replaced["members"]]
    assert states == ["declined", "invited", "invited", "invited"]
    first_draw, second_draw = replaced["draws"]
    assert first_draw["method"] == second_draw["method"] == "lot"
    assert first_draw["seed"] != second_draw["seed"]
    assert declined not in second_draw["pool"]


def test_a_hearing_put_off_is_told_anew_and_one_called_off_is_decided_again(
    as_office, desk, announced
):
    (number,) = desk.cases()
    desk.decide_on_hearing(number, "hold")
    hearing = hearing_desk(as_office)
    hearing.plan(at("cases", number))
    hearing.invite()
    hearing.notify()
    put_off = {
        "adjourned_on": "2020-11-08",
        "reason": "信访人因病申请延期。",
        "scheduled_on": "2020-11-16",
        "starts": "09:30",
        "ends": "11:00",
        "place": hearing.hearing["place"],
        "elsewhere_approved_by": "检察长",
    }
    adjourned = hearing.take("adjournments", put_off)
    asked = {seat["state"] for seat in adjourned["members"]}
    hearing.accept("2020-11-09")
    early = step(as_office, adjourned["id"], "sittings", a_sitting(hearing.hearing))
    again = hearing.take("notices", notices_of(hearing.hearing, "2020-11-10"))
    body = {"called_off_on": "2020-11-12", "reason": "双方已和解。"}
    body["approver_post"] = "检察长"
    clerk = step(as_office, adjourned["id"], "callings-off", body)
    gone = hearing.take("callings-off", body, "leader")
    new = desk.decide_on_hearing(number, decided_on="2020-11-13")

    assert (adjourned["state"], again["state"]) == ("planned", "scheduled")
    assert asked == {"invited"}
    refused(early, 409, "hearing_planned")
    refused(clerk, 403, "role_not_allowed")
    assert (gone["state"], new.status_code) == ("called_off", 201)
    assert "hearing.hearing_adjourned" in announced("hearing", number)


@pytest.mark.requirement("F-11")
def test_papers_and_the_calendar_name_nobody(as_office, desk, stack):
    (number,) = desk.cases()
    desk.decide_on_hearing(number, "hold")
    hearing = hearing_desk(as_office)
    case = at("cases", number)
    early = desk.decide_on_hearing(number, "hold").json()["id"]
    too_early = step(as_office, early, "papers/docx", {"paper": "plan"})
    hearing.plan(case, scheduled_on="2020-11-27", **DEPUTY)
    hearing.invite()
    hearing.notify()
    identity = hearing.hearing["id"]
    wanted = {"paper": "notice", "addressee": "信访人", "document": "清检听〔2020〕1号"}
    word = step(as_office, identity, "papers/docx", wanted)
    pdf = step(as_office, identity, "papers/pdf", {"paper": "minutes"})
    filed = step(as_office, identity, "papers", {**wanted, "form": "pdf"})
    drawn = {"paper": "announcement", "form": "pdf", "numbered": True}
    signed = step(as_office, identity, "papers", {**drawn, "issued_by": "检察长"})
    nobody = step(as_office, identity, "papers", {**drawn, "issued_by": "院长"})
    none = step(as_office, identity, "papers/docx", {"paper": "opinion"})
    path = at("offices", COUNTY, "hearings.ics")
    calendar = as_office(COUNTY).get("hearing", path)
    elsewhere = as_office(NEIGHBOUR).get("hearing", path)
    keys = at("offices", COUNTY, "calendar-keys")
    by_clerk = as_office(COUNTY).post("hearing", keys)
    unknown = at("offices", "999999", "calendar-keys")
    of_nobody = as_office(COUNTY, "leader").post("hearing", unknown)
    feed = as_office(COUNTY, "leader").post("hearing", keys).json()
    subscribed = httpx.get(stack.url("hearing") + feed["address"])

    refused(too_early, 409, "nothing_to_state")
    lines = [p.text for p in Document(io.BytesIO(word.content)).paragraphs]
    assert lines[:3] == ["听证告知书", "清检听〔2020〕1号", "信访人："]
    assert pdf.content.startswith(b"%PDF"), pdf.text
    assert filed.json()["kind"] == "hearing_record", filed.text
    assert filed.json()["number"] == number
    assert signed.json()["title"] == "听证公告 清检听〔2020〕2号", signed.text
    refused(nobody, 422, "no_such_post")
    refused(none, 409, "nothing_to_state")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert identity in calendar.text
    assert subscribed.content == calendar.content
    refused(by_clerk, 403, "role_not_allowed")
    refused(of_nobody, 403, "outside_your_offices")
    refused(elsewhere, 403, "outside_your_offices")


def test_members_are_registered_by_number_and_trade_and_leave_the_register(as_office):
    clerk, body = as_office(COUNTY), a_member(trade="教师")
    member = clerk.post("hearing", "/members", body).json()
    twice = clerk.post("hearing", "/members", body)
    open_ = clerk.post("hearing", "/members", a_member(eligibility=["fit"]))
    named = clerk.post("hearing", "/members", a_member(name="张三"))
    # Before any hearing of the others: whoever has left by then is not drawn.
    leaving = {"status": "ended", "on": "2020-11-02", "reason": "换届"}
    path = at("members", member["id"], "changes")
    elsewhere = as_office(NEIGHBOUR).post("hearing", path, leaving)
    left = clerk.post("hearing", path, leaving)
    again = clerk.post("hearing", path, {**leaving, "status": "active"})
    listed = all_items(clerk, "hearing", "/members", status="离册")

    assert (member["trade"], member["status"]) == ("教师", "active")
    refused(twice, 409, "member_number_taken")
    refused(open_, 422, "eligibility_open")
    refused(named, 422, "unknown_field")
    refused(elsewhere, 404, "not_found")
    assert left.status_code == 201
    refused(again, 409, "member_ended")
    assert member["number"] in {each["number"] for each in listed}


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
def test_a_plan_names_everything_that_is_wrong_with_it(as_office, desk):
    (number,) = desk.cases()
    desk.decide_on_hearing(number, "hold")
    wrong = {"scheduled_on": "2020-11-05", "chair_post": "院长", "subject": "逮捕"}
    wrong["elsewhere_approved_by"] = "副检察长"
    answer = planned(as_office, number, **wrong)

    codes = ("notice_too_short", "no_such_post", "no_such_subject")
    said = refused(answer, 422, *codes, "elsewhere_not_approved")
    assert "检察听证室" in said["elsewhere_not_approved"]["detail"]
    assert said["notice_too_short"]["pointer"] == "/scheduled_on"
    assert "2020-11-0" in said["notice_too_short"]["remedy"]
    assert planned(as_office, number).status_code == 201


def test_nothing_happens_before_its_turn_or_twice(as_office, desk):
    (number,) = desk.cases()
    undecided = desk.once_known(lambda: planned(as_office, number))
    identity = desk.decide_on_hearing(number, "hold").json()["id"]
    sitting = a_sitting({"scheduled_on": "2020-11-09", "members": []})
    sitting["members_present"] = ["1", "2", "3"]
    early = step(as_office, identity, "sittings", sitting)
    hearing = hearing_desk(as_office)
    hearing.plan(at("cases", number))
    again = planned(as_office, number)
    too_few = step(as_office, identity, "draws", {"size": 2, "method": "lot"})
    hearing.invite()
    hearing.notify()
    strangers = step(as_office, identity, "sittings", sitting)
    before = a_sitting(hearing.hearing, held_on="2020-11-08")
    before = step(as_office, identity, "sittings", before)
    hearing.take("sittings", a_sitting(hearing.hearing))
    twice = step(as_office, identity, "sittings", a_sitting(hearing.hearing))

    refused(undecided, 409, "hearing_not_decided")
    refused(early, 409, "hearing_decided")
    refused(again, 409, "hearing_planned")
    refused(too_few, 422, "members_out_of_bounds")
    refused(strangers, 422, "no_such_member", "participants_not_told")
    refused(before, 422, "not_on_its_day")
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
