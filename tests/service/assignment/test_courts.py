"""
What the courts of Jiaozuo are refused: to move their own limits, to hand to
themselves, to say "ledger done" with nobody named, to report for a day there is not.
"""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.builders import case_opened, new_number
from tests.service.asking import at, get, post, refused

COURT, HUB, PROGRAMME = "410821900", "410800900", "jiaozuo-2021"
DAY = "2021-03-16"
PUNCTUAL_COURT = "410882900"
COUNTED = ("due", "done", "in_time", "late", "missing", "rate")


@pytest.fixture
def handed(a_case, as_office, clock):
    """
    A case handed down by the intermediate court, not yet led.
    """
    clock.set(date.fromisoformat(DAY))
    opened = case_opened(
        new_number("焦信"),
        office=COURT,
        occurred_on=date(2021, 3, 15),
        programme=PROGRAMME,
        handed=True,
        resolve_by=None,
    )
    number = a_case(opened)
    given = as_office(HUB, "reviewer").post("assignment", "/batches", a_letter(number))
    assert given.status_code == 201, given.text
    return number


def a_letter(number):
    return {
        "programme": PROGRAMME,
        "letter_no": new_number("焦中法信交"),
        "source": "中院信访局",
        "kind": "handed",
        "handed_on": DAY,
        "case_numbers": [number],
    }


def duty(office, number, kind):
    owed = get(office, "/duties", number=number)["items"]
    assert {each["number"] for each in owed} == {number}
    (found,) = (each for each in owed if each["kind"] == kind)
    return found["id"]


def test_only_the_hander_sets_another_day_or_lets_a_duty_go(handed, as_office):
    court, hub = as_office(COURT, "leader"), as_office(HUB, "leader")
    path = at("duties", duty(court, handed, "conclusion"))
    signed = {"on": DAY, "by_post": "院长", "reason": "督导组要求。"}
    override, release = path + "/overrides", path + "/releases"
    own = court.post("assignment", override, {**signed, "until": "2021-08-01"})
    let_go = as_office(COURT, "reviewer").post("assignment", release, signed)
    above = hub.post("assignment", override, {**signed, "until": "2021-03-31"})

    refused(own, 422, "own_office")
    refused(let_go, 422, "own_office")
    assert above.status_code == 201, above.text
    assert above.json()["due_on"] == "2021-03-31"


def test_a_court_hands_no_case_to_itself(handed, as_office):
    own = as_office(COURT, "reviewer").post("assignment", "/batches", a_letter(handed))

    refused(own, 422, "own_office")


def test_the_ledger_is_complete_only_once_four_fields_are_named(handed, as_office):
    clerk, hub = as_office(COURT), as_office(HUB, "leader")
    done = {"act": "ledger_completed", "on": DAY, "post": "法官"}
    early = post(clerk, handed, "acts", **done)
    post(
        hub,
        handed,
        "leaders",
        named_on=DAY,
        leaders=[{"office": COURT, "post": "院长"}],
        department="执行局",
        handler_post="法官",
        responsible_post="副院长",
        contact="0391-0000000",
    )
    in_time = post(clerk, handed, "acts", **done)

    said = [fault["detail"] for fault in early.json()["errors"]]
    refused(early, 422, "field_missing")
    assert len(said) == 4
    assert in_time.status_code == 201, in_time.text


def test_a_report_names_a_period_there_was_and_a_department_where_one_owes_it(
    as_office, clock
):
    clock.set(date.fromisoformat(DAY))
    nil = {"programme": PROGRAMME, "act": "day_reported", "on": DAY, "nil": True}
    court, hub = as_office(COURT), as_office(HUB)

    def report(office, code, **more):
        return office.post("assignment", at("offices", code, "acts"), {**nil, **more})

    week = report(court, COURT, period="2021-W11")
    tomorrow = report(court, COURT, period="2021-03-17")
    split = report(court, COURT, department="执行局")
    whole = report(hub, HUB)
    late = report(court, COURT, period="2021-03-15")
    part = report(hub, HUB, department="执行局", period=DAY)

    assert DAY in refused(week, 422, "no_such_period")["no_such_period"]["remedy"]
    refused(tomorrow, 422, "no_such_period")
    refused(split, 422, "department_unfit")
    missing = refused(whole, 422, "department_unfit")["department_unfit"]
    assert "执行局" in missing["remedy"]
    assert (late.status_code, part.status_code) == (201, 201)


@pytest.mark.last
@pytest.mark.requirement("JZ-37", "JZ-39", "I-36")
def test_a_report_after_its_hour_is_late_and_one_never_sent_is_missing(
    as_office, clock, eventually
):
    """
    Of the days from 19 to 21 March the first report comes in time, the second after the
    hour at which the day closes, the third not at all.
    """
    court, acts = as_office(PUNCTUAL_COURT), at("offices", PUNCTUAL_COURT, "acts")
    asked = {"programme": PROGRAMME, "office": PUNCTUAL_COURT, "own": "true"}
    asked |= {"since": "2021-03-19", "as_of": "2021-03-21"}

    def shown():
        found = court.get("reporting", "/further-figures", **asked).json()
        return {name: found["rows"][0][f"reports_{name}"] for name in COUNTED}

    def send(day):
        sent = {"programme": PROGRAMME, "act": "day_reported", "nil": True}
        return court.post("assignment", acts, {**sent, "on": day, "period": day})

    clock.set(date(2021, 3, 19), time(17, 0))
    in_time = send("2021-03-19")
    clock.set(date(2021, 3, 20), time(17, 31))
    late = send("2021-03-20")
    clock.set(date(2021, 3, 22))

    assert (in_time.status_code, late.status_code) == (201, 201)
    expected = dict(zip(COUNTED, (3, 2, 1, 1, 1, "33.3%"), strict=True))
    eventually(lambda: shown() == expected)


def test_a_report_without_its_period_asks_which_while_an_earlier_one_is_owed(
    as_office, clock, eventually
):
    clock.set(date(2021, 3, 18))
    court, acts = as_office(COURT), at("offices", COURT, "acts")
    earlier = f"{PROGRAMME}/{COURT}/day_report/2021-03-18/day_report"
    path = at("duties", earlier, "history")
    eventually(lambda: court.get("assignment", path).is_success)
    clock.set(date(2021, 3, 19))
    said = {"programme": PROGRAMME, "act": "day_reported", "on": "2021-03-19"}
    unsaid = court.post("assignment", acts, {**said, "nil": True})
    named = court.post(
        "assignment", acts, {**said, "nil": True, "period": "2021-03-19"}
    )

    fault = refused(unsaid, 422, "period_missing")["period_missing"]
    assert "2021-03-18" in fault["detail"]
    assert named.status_code == 201, named.text
