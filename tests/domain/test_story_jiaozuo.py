"""
What the plan of Jiaozuo's courts makes of a case handed down on 2021-03-15.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.programme_story import (
    Story,
    act,
    handed_down,
    happened,
    named,
    opened,
    papers,
    programme_of,
    received,
)

CODE = "jiaozuo-2021"
COURT, CITY = "410825900", "410800900"
HANDED = date(2021, 3, 15)


def the_case(*facts, on=HANDED):
    first = opened(on, origin="handed_by_city", resolve_by=None)
    return Story(CODE, COURT, first, handed_down(on), received(on), *facts)


def led(on=HANDED):
    return named(
        on,
        (COURT, "院长"),
        (CITY, "副院长"),
        department="立案庭",
        responsible_post="副院长",
        handler_post="法官",
        contact="0391-0000000",
    )


def test_receipt_starts_four_clocks_of_natural_days_and_nothing_else():
    # JZ-18 .. JZ-21; 2021-03-17 is a Wednesday, 04-14 a Wednesday.
    assert the_case().owed() == {
        "ledger": (COURT, None, date(2021, 3, 17)),
        "meeting": (COURT, None, date(2021, 3, 17)),
        "progress_report": (COURT, None, date(2021, 3, 22)),
        "conclusion": (COURT, None, date(2021, 4, 14)),
    }


def test_the_meeting_is_the_leaders_own_duty_once_one_is_named():
    assert the_case(led()).owed()["meeting"] == (COURT, "院长", date(2021, 3, 17))


def test_two_days_over_a_weekend_do_not_roll():
    # Received on a Friday: due on Sunday.
    assert the_case(on=date(2021, 3, 19)).due()["ledger"] == date(2021, 3, 21)


def test_a_case_known_but_not_received_owes_nothing_yet():
    case = Story(CODE, COURT, opened(HANDED, origin="handed_by_city"))

    assert case.owed() == {}


@pytest.mark.parametrize(
    ("done", "discharged"),
    [
        ("ledger_completed", "ledger"),
        ("met_petitioner", "meeting"),
        ("progress_reported", "progress_report"),
    ],
)
def test_each_act_does_its_own_duty_only(done, discharged):
    case = the_case(act(done, date(2021, 3, 16)))

    assert case.states()[discharged] == ("discharged", date(2021, 3, 16))
    assert len(case.open()) == 3


def test_the_hander_may_set_another_day_and_no_one_else_moves_it():
    # JZ-22: an urgent case, to be concluded in ten days.
    conclusion = next(d.id for d in the_case().duties() if d.kind == "conclusion")
    other = happened(
        "assignment.duty_overridden",
        HANDED,
        duty=conclusion,
        record="r1",
        until="2021-03-25",
    )
    case = the_case(other)

    assert case.due()["conclusion"] == date(2021, 3, 25)
    assert case.due()["progress_report"] == date(2021, 3, 22)


def test_a_missed_meeting_climbs_the_ladder_and_a_kept_one_does_not():
    # Reminder the day after; the letter a day later to the chief, to be answered in
    # two days; unanswered it is listed, and sent again two days after; a week late it
    # goes to the leading group.
    case = the_case(
        led(),
        act("ledger_completed", date(2021, 3, 17)),
        act("progress_reported", date(2021, 3, 22)),
    ).run(date(2021, 3, 26))

    assert [(c.step, c.on, c.to_office, c.to_post) for c in case.crossed] == [
        ("reminder", date(2021, 3, 18), COURT, "院长"),
        ("notice", date(2021, 3, 19), COURT, "院长"),
        ("bulletin", date(2021, 3, 22), CITY, "信访局"),
        ("again", date(2021, 3, 24), COURT, "院长"),
        ("upward", date(2021, 3, 25), CITY, "信访局"),
    ]
    assert {crossing.about for crossing in case.crossed} == {
        "包案领导两日内约见信访人",
        "答复督办函",
    }


def test_everything_in_time_escalates_nothing():
    case = the_case(
        led(),
        act("ledger_completed", date(2021, 3, 17)),
        act("met_petitioner", date(2021, 3, 17)),
        act("progress_reported", date(2021, 3, 22)),
        happened("assignment.case_resolved", date(2021, 4, 14)),
    ).run(date(2021, 5, 31))

    assert case.crossed == []
    assert case.open() == set()


def test_three_letters_without_progress_ask_for_an_explanation():
    # JZ-43: ledger, meeting and progress report all missed, no letter answered. Two
    # letters of 03-19 and three of 03-24 are two; the third time is on 03-29.
    case = the_case().run(date(2021, 4, 10))
    asked = [c for c in case.crossed if c.kind == "interview_candidate"]

    assert [(c.step, c.on, c.to_office) for c in asked] == [
        ("interview", date(2021, 4, 1), CITY)
    ]


def test_a_basic_courts_case_needs_its_president_and_a_leader_of_the_city_court():
    assert the_case().gaps == [
        "缺少温县人民法院的主要领导包案。",
        "缺少焦作市中级人民法院的院领导包案。",
        "未落实责任部门。",
    ]
    assert the_case(led()).gaps == []


def test_five_things_are_named_for_each_case_or_it_is_red():
    case = the_case(led())
    planned = the_case(led(), act("plan_made", HANDED))

    assert the_case().fields_missing() == [
        "leader",
        "responsible_leader",
        "handler",
        "contact",
        "plan",
    ]
    assert case.fields_missing() == ["plan"]
    assert case.colour(HANDED) == "red"
    assert planned.colour(HANDED) == "blue"
    assert planned.colour(date(2021, 3, 16)) == "yellow"


def test_only_cases_handed_down_belong_to_the_plan():
    scope = programme_of(CODE).scope

    assert [c.id for c in scope.failing({"origin": "own_screening"})] == ["JZ-18"]
    assert scope.failing({"origin": "handed_by_province"}) == ()


def test_a_case_that_nobody_leads_cannot_be_reported_closed():
    assert the_case().report("resolved", date(2021, 4, 9)) == ["case_not_led"]


def test_a_closing_needs_the_review_of_the_case_and_ends_the_thirty_days():
    # JZ-15, JZ-24, JZ-46.
    case = the_case(led())
    submitted = case.report("resolved", date(2021, 4, 9))
    unchecked = case.review(date(2021, 4, 12), [])
    waiting = case.states()["conclusion"]
    confirmed = case.review(date(2021, 4, 13), case.standard("resolved"))

    assert (submitted, confirmed) == ([], [])
    assert [detail[5:12] for detail in unchecked] == [
        "已评查，包案领",
        "事心双解，不走",
        "一案一档，全程",
    ]
    assert waiting[0] == "open"
    assert case.states()["conclusion"] == ("discharged", date(2021, 4, 9))
    assert case.owed()["closing_review"][:2] == (CITY, "信访局")


def test_every_court_and_department_reports_every_day_also_on_rest_days():
    # 2021-03-20 is a Saturday (JZ-37, A-26).
    period, due, courts = papers(CODE, "day_report", date(2021, 3, 20))
    departments = papers(CODE, "day_report_department", date(2021, 3, 20))[2]

    assert (period, due, len(courts)) == ("2021-03-20", date(2021, 3, 20), 10)
    assert (CITY, "信访局") in departments
    assert papers(CODE, "two_weeks", date(2021, 3, 28)) == (
        "2021-03-15",
        date(2021, 3, 31),
        [(CITY, None)],
    )
