"""
Supervision as offices meet it: what the clock brings up, notices, answers, candidates.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.builders import (
    CITY,
    COUNTY,
    DAY,
    case_merged,
    case_opened,
    new_number,
    petition_registered,
    reply_given,
)
from tests.service.asking import all_items, at, refused
from tests.service.requirements.steps.figures import percent

REPLY_DUE = date(2020, 11, 27)
# Offices of the scheme whose notices go out by themselves (DY-11).
BASE, BESIDE, ABOVE = "990101", "990102", "990100"
# What a step shows of the decision on an interview (XQ-47).
DECIDED = ("decision", "decided_by", "decided_on", "reason")


@pytest.fixture
def steps_reached(as_office):
    """
    The steps a matter came to, as an office above sees them.
    """

    def ask(number, by=CITY, **parameters):
        above = as_office(by, "auditor")
        found = all_items(above, "assignment", "/supervision", **parameters)
        return [each for each in found if each["number"] == number]

    return ask


@pytest.fixture
def late(announce, settled, clock, eventually, steps_reached):
    """
    A petition whose seven-day reply is so many days overdue, its steps reached.
    """

    def made(days, by=CITY, **said):
        petition = petition_registered(**said)
        announce(petition)
        settled()
        clock.set(REPLY_DUE + timedelta(days=days))
        eventually(lambda: steps_reached(petition.case_number, by))
        return petition.case_number

    return made


@pytest.fixture
def noticed(late, as_office, eventually):
    """
    The notice about such a petition.
    """

    def made():
        number = late(8, ABOVE, office=BASE, programme="dy-leaders")

        def found():
            listed = all_items(as_office(ABOVE), "assignment", "/notices")
            return next((each for each in listed if each["number"] == number), None)

        return eventually(found)

    return made


@pytest.fixture
def reply_duty(as_office):
    """
    The duty to answer a notice.
    """

    def find(notice):
        office = as_office(notice["office"])
        (duty,) = [
            each
            for each in all_items(office, "assignment", "/duties")
            if each["id"].endswith(notice["id"])
        ]
        return duty

    return find


def an_answer(**changes):
    return {
        "on": (REPLY_DUE + timedelta(days=8)).isoformat(),
        "post": "检察长",
        "text": "已约见信访人，正在核实。",
        "progress": True,
        **changes,
    }


def steps_of(found):
    return {(each["step"], each["on"]) for each in found}


def test_every_step_is_dated_to_the_day_it_became_true_though_the_clock_ran_late(
    late, steps_reached, eventually
):
    number = late(40)
    found = eventually(
        lambda: len(steps_reached(number)) >= 3 and steps_reached(number)
    )

    assert steps_of(found) == {
        ("reminder", "2020-11-28"),
        ("late", "2020-12-05"),
        ("upward", "2020-12-28"),
    }


def test_a_step_is_announced_once_and_names_the_chief_where_no_post_owns_the_duty(
    noticed, steps_reached, owner_session, settled
):
    number = noticed()["number"]
    settled()
    query = sa.text(
        "SELECT body #>> '{payload,escalation_step}' AS escalation_step,"
        " body #>> '{payload,to_post}' AS post FROM assignment.outbox"
        " WHERE type = 'assignment.escalation_step_reached'"
        " AND case_number = :number"
    )
    told = owner_session.execute(query, {"number": number}).all()

    found = steps_reached(number, ABOVE)

    assert {each.escalation_step for each in told} == {each["id"] for each in found}
    assert len(told) == len(found) == 4, "two duties, each with two steps"
    assert {each.post for each in told} == {"检察长"}


def test_a_duty_done_ends_its_steps_and_its_notices(
    noticed, steps_reached, announce, settled, as_office, reply_duty
):
    notice = noticed()
    number = notice["number"]
    done_on = REPLY_DUE + timedelta(days=8)
    announce(reply_given(number, office=BASE, occurred_on=done_on))
    settled()
    left = steps_reached(number, ABOVE, state="open")
    after = as_office(BASE).get("assignment", at("notices", notice["id"])).json()

    assert left == []
    assert len(steps_reached(number, ABOVE, state="ended")) == 4
    assert after["state"] == "ended"
    assert reply_duty(notice)["state"] == "released"


def test_a_merged_case_ends_its_steps(
    announce, settled, clock, eventually, steps_reached
):
    opened = case_opened(new_number(), occurred_on=date(2021, 1, 4))
    announce(opened)
    settled()
    clock.set(date(2021, 1, 5))
    eventually(lambda: steps_reached(opened.case_number))
    announce(case_merged(opened.case_number, occurred_on=date(2021, 1, 5)))
    settled()
    clock.set(date(2021, 2, 15))
    later = late_petition(announce, settled, eventually, steps_reached)

    assert len(steps_reached(later)) > 1
    assert steps_of(steps_reached(opened.case_number)) == {("reminder", "2021-01-05")}
    assert steps_reached(opened.case_number, state="open") == []


def late_petition(announce, settled, eventually, steps_reached):
    """
    A petition so late that all its steps are reached at once; whatever else is late
    has reached its steps by then, too.
    """
    petition = petition_registered()
    announce(petition)
    settled()
    eventually(lambda: len(steps_reached(petition.case_number)) > 1)
    return petition.case_number


@pytest.mark.requirement("I-34")
def test_a_notice_is_answered_judged_returned_and_answered_again(
    noticed, as_office, reply_duty, eventually
):
    notice = noticed()
    path = at("notices", notice["id"])
    county, city = as_office(BASE), as_office(ABOVE, "reviewer")
    owed = reply_duty(notice)
    day = an_answer()["on"]
    answered = county.post("assignment", f"{path}/answers", an_answer())
    again = county.post("assignment", f"{path}/answers", an_answer())
    returned = city.post(
        "assignment",
        f"{path}/reviews",
        {"verdict": "returned", "on": day, "reasons": "没有写明措施。"},
    )
    owed_again = reply_duty(notice)
    second = county.post("assignment", f"{path}/answers", an_answer())
    accepted = city.post(
        "assignment", f"{path}/reviews", {"verdict": "accepted", "on": day}
    )

    assert notice["state"] == "issued"
    assert notice["by_post"] is None
    assert answered.status_code == 201, answered.text
    assert answered.json()["state"] == "answered"
    refused(again, 409, "not_in_this_state")
    assert returned.json()["state"] == "returned"
    assert second.json()["state"] == "answered"
    assert accepted.json()["state"] == "accepted"
    course = city.get("assignment", path).json()["course"]
    assert [(act["act"], act["on"], act["post"], act["text"]) for act in course] == [
        ("answered", day, "检察长", "已约见信访人，正在核实。"),
        ("returned", day, None, "没有写明措施。"),
        ("answered", day, "检察长", "已约见信访人，正在核实。"),
        ("accepted", day, None, None),
    ]
    assert accepted.json()["progress"] is True
    assert (owed["state"], owed["due_on"]) == ("open", notice["reply_by"])
    assert (owed_again["state"], owed_again["due_on"]) == ("open", notice["reply_by"])
    assert reply_duty(notice)["state"] == "discharged"

    asked = {"programme": "dy-leaders", "office": BASE, "as_of": notice["reply_by"]}
    counted = {**asked, "measure": "supervision_reply_done"}

    def numbers():
        found = all_items(as_office(ABOVE), "reporting", "/cases", **counted)
        return notice["number"] in {each["case_number"] for each in found}

    eventually(numbers)
    total = city.get("reporting", "/further-figures", **asked).json()["total"]
    parts = (total[f"supervision_reply_{name}"] for name in ("done", "due"))
    assert total["supervision_reply_share"] == percent(*parts)


def test_an_answer_is_refused_with_every_fault(noticed, as_office):
    path = at("notices", noticed()["id"])
    wrong = an_answer(on="2019-01-01", post="没有的职务")
    faults = refused(
        as_office(BASE).post("assignment", f"{path}/answers", wrong),
        422,
        "date_before_start",
        "no_such_post",
    )

    assert "检察长" in faults["no_such_post"]["remedy"]


def test_nobody_supervises_his_own_office_or_judges_his_own_answer(noticed, as_office):
    notice = noticed()
    path = at("notices", notice["id"])
    review = {"verdict": "accepted", "on": an_answer()["on"]}
    city = as_office(ABOVE, "reviewer")
    own = as_office(BASE, "leader").post("assignment", f"{path}/reviews", review)
    foreign = as_office(BESIDE).get("assignment", path)
    city.post("assignment", f"{path}/answers", an_answer())
    same = city.post("assignment", f"{path}/reviews", review)

    refused(own, 403, "own_office")
    refused(foreign, 404, "not_found")
    refused(same, 403, "own_answer")


def a_notice(number, **changes):
    return {
        "number": number,
        "issued_on": DAY.isoformat(),
        "by_post": "检察长",
        "text": "请三日内报告办理情况。",
        "urgent": True,
        **changes,
    }


def test_a_person_issues_an_urgent_notice_and_the_programme_says_until_when(
    a_case, as_office, steps_reached
):
    number = a_case()
    city = as_office(CITY, "leader")
    issued = city.post("assignment", "/notices", a_notice(number))
    own = as_office(COUNTY, "leader").post("assignment", "/notices", a_notice(number))
    wrong = city.post(
        "assignment",
        "/notices",
        a_notice(number, issued_on="2021-01-01", by_post="没有", reply_by="2020-11-01"),
    )

    assert issued.status_code == 201, issued.text
    assert issued.json()["reply_by"] == "2020-11-27"
    assert issued.json()["by_post"] == "检察长"
    refused(own, 403, "own_office")
    refused(wrong, 422, "date_in_future", "no_such_post", "date_before_start")


def test_notices_are_found_by_matter_state_and_programme_oldest_first(
    a_case, as_office, clock
):
    number, other = a_case(), a_case()
    city = as_office(CITY, "leader")
    clock.set(DAY + timedelta(days=2))

    def issue(of, later):
        day = (DAY + timedelta(days=later)).isoformat()
        sent = a_notice(of, issued_on=day)
        return city.post("assignment", "/notices", sent).json()["id"]

    late, early, elsewhere = issue(number, 1), issue(number, 0), issue(other, 0)
    same = issue(number, 1)
    answer = an_answer(on=(DAY + timedelta(days=2)).isoformat())
    as_office(COUNTY).post("assignment", f"{at('notices', early)}/answers", answer)

    def found(**asked):
        listed = all_items(city, "assignment", "/notices", **asked)
        return [each["id"] for each in listed]

    in_order = [early, *sorted([late, same])]
    assert found(number=number) == in_order
    paged, after = [], {}
    for _ in in_order:
        page = city.get("assignment", "/notices", number=number, limit=1, **after)
        paged += [each["id"] for each in page.json()["items"]]
        after = {"after": page.json()["next"]}
    assert paged == in_order
    assert after == {"after": None}
    assert found(number=number, state="issued") == in_order[1:]
    assert found(number=number, state="answered") == [early]
    assert {*in_order, elsewhere} <= {*found(programme="puyang-2020")}
    assert found(number=number, programme="jiaozuo-2021") == []
    unknown = city.get("assignment", "/notices", state="lost")
    nowhere = city.get("assignment", "/notices", programme="none")
    refused(unknown, 422)
    refused(nowhere, 422, "no_such_programme")


@pytest.mark.requirement("PY-51")
def test_three_notices_without_progress_make_a_candidate_and_a_person_decides(
    a_case, as_office, steps_reached, eventually, clock
):
    number = a_case()
    city, county = as_office(CITY, "leader"), as_office(COUNTY)
    days = [DAY + timedelta(days=later) for later in range(3)]
    clock.set(days[-1])
    for day in days:
        sent = a_notice(number, issued_on=day.isoformat())
        notice = city.post("assignment", "/notices", sent).json()
        path = f"{at('notices', notice['id'])}/answers"
        answer = an_answer(on=day.isoformat(), progress=False)
        answered = county.post("assignment", path, answer)
        assert answered.status_code == 201, answered.text
    (candidate,) = eventually(lambda: steps_reached(number, kind="interview_candidate"))
    decision = {
        "candidate": candidate["id"],
        "decision": "held",
        "on": days[-1].isoformat(),
        "by_post": "检察长",
        "reason": "三次督办均无进展。",
    }
    own = as_office(COUNTY, "leader").post("assignment", "/interviews", decision)
    decided = city.post("assignment", "/interviews", decision)
    twice = city.post("assignment", "/interviews", decision)
    sent = a_notice(number, issued_on=days[-1].isoformat())
    notice = city.post("assignment", "/notices", sent).json()
    moved = an_answer(on=days[-1].isoformat(), progress=True)
    county.post("assignment", f"{at('notices', notice['id'])}/answers", moved)

    assert candidate["on"] == days[-1].isoformat()
    assert [candidate[name] for name in DECIDED] == [None] * 4
    refused(own, 403, "own_office")
    assert decided.status_code == 201, decided.text
    shown = ["held", "检察长", days[-1].isoformat(), decision["reason"]]
    (listed,) = steps_reached(number, kind="interview_candidate")
    for told in (decided.json(), listed):
        assert [told[name] for name in DECIDED] == shown
    refused(twice, 409, "already_decided")
    assert steps_reached(number, kind="interview_candidate", state="open") == []


def test_progress_in_between_takes_an_office_off_the_way_to_an_interview(
    a_case, as_office, steps_reached, clock, eventually
):
    number = a_case()
    city, county = as_office(CITY, "leader"), as_office(COUNTY)
    last = DAY + timedelta(days=5)
    clock.set(last)
    for later, progress in enumerate((False, False, True, False, False, False)):
        day = (DAY + timedelta(days=later)).isoformat()
        sent = a_notice(number, issued_on=day)
        notice = city.post("assignment", "/notices", sent).json()
        answer = an_answer(on=day, progress=progress)
        county.post("assignment", f"{at('notices', notice['id'])}/answers", answer)
    (candidate,) = eventually(lambda: steps_reached(number, kind="interview_candidate"))

    assert candidate["on"] == last.isoformat()


def test_an_open_case_without_any_act_is_stagnant_and_an_act_ends_it(
    announce, settled, clock, eventually, steps_reached
):
    opened = case_opened(new_number(), occurred_on=DAY)
    announce(opened)
    settled()
    clock.set(DAY + timedelta(days=91))
    found = eventually(
        lambda: [
            e for e in steps_reached(opened.case_number) if e["step"] == "stagnant"
        ]
    )

    assert [each["on"] for each in found] == ["2021-02-19"]


@pytest.mark.requirement("PY-37")
def test_candidates_for_inspection_come_with_their_reason(a_case, as_office):
    for _ in range(2):
        a_case()
    asked = {"programme": "puyang-2020", "office": CITY, "as_of": "2020-12-31"}
    answer = as_office(CITY).get("reporting", "/inspection-candidates", **asked)
    own = as_office(COUNTY).get("reporting", "/inspection-candidates", **asked)
    unknown = as_office(CITY).get(
        "reporting", "/inspection-candidates", **{**asked, "programme": "none"}
    )

    assert answer.status_code == 200, answer.text
    found = {(each["office"], each["threshold"]) for each in answer.json()["items"]}
    assert (COUNTY, "behind") in found
    assert all(each["reason"] and each["source"] for each in answer.json()["items"])
    refused(own, 403, "outside_your_offices")
    refused(unknown, 422, "no_such_programme")
