"""
What the plan of Jiaozuo's courts makes of a case handed down on 2021-03-15.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.assignment.domain.duties.changes import changes_of
from tests.builders.courts_story import CITY, CODE, COURT, HANDED, led, the_case
from tests.builders.programme_story import (
    Story,
    act,
    handed_down,
    happened,
    opened,
    programme_of,
    received,
    reports,
)


def classed(case_class, on=HANDED):
    return happened("matter.case_appraised", on, in_scope=True, case_class=case_class)


def measures(case):
    """
    The measures that the class of a case asks for: kind to state.
    """
    return {d.kind: d.state for d in case.duties() if d.kind.startswith("class_")}


@pytest.mark.requirement("JZ-06")
@pytest.mark.parametrize(
    ("case_class", "measure"),
    [(each.id, each.measure) for each in programme_of(CODE).case_classes],
)
def test_each_class_of_a_case_asks_for_its_own_measure(case_class, measure):
    # JZ-26 .. JZ-29.
    case, kind = the_case(classed(case_class)), f"class_{case_class}"

    assert measures(case) == {kind: "open"}
    assert case.due()[kind] == date(2021, 4, 14)
    assert measures(case.learn(act(measure, HANDED))) == {kind: "discharged"}


@pytest.mark.requirement("JZ-06")
def test_who_puts_a_case_into_another_class_owes_the_measure_of_that_one():
    days = [HANDED + timedelta(n) for n in (0, 2, 4)]
    case = the_case(classed("re_entry"), classed("explanation", days[1]))
    assert measures(case) == {"class_re_entry": "released", "class_explanation": "open"}

    case.learn(classed("re_entry", days[2]))
    again = case.duties()
    assert [d.state for d in again if d.kind == "class_re_entry"] == [
        "released",
        "open",
    ]
    assert {d.state for d in again if d.kind == "class_explanation"} == {"released"}
    assert case.led.traits["case_class"] == "re_entry"


@pytest.mark.requirement("JZ-18", "JZ-21")
def test_receipt_starts_its_clocks_of_natural_days_and_nothing_else():
    # JZ-18 .. JZ-21; 2021-03-17 is a Wednesday, 04-14 a Wednesday.
    assert the_case().owed() == {
        "plan": (COURT, None, date(2021, 3, 22)),
        "ledger/b1": (COURT, None, date(2021, 3, 17)),
        "meeting/b1": (COURT, None, date(2021, 3, 17)),
        "progress_report/b1": (COURT, None, date(2021, 3, 22)),
        "conclusion/b1": (COURT, None, date(2021, 4, 14)),
    }


def test_the_meeting_is_the_leaders_own_duty_once_one_is_named():
    assert the_case(led()).owed()["meeting/b1"] == (COURT, "院长", date(2021, 3, 17))


def test_two_days_over_a_weekend_do_not_roll():
    # Received on a Friday: due on Sunday.
    assert the_case(on=date(2021, 3, 19)).due()["ledger/b1"] == date(2021, 3, 21)


def test_a_case_known_but_not_received_owes_nothing_yet():
    case = Story(CODE, COURT, opened(HANDED, origin="handed_by_city"))

    assert case.owed() == {}


@pytest.mark.parametrize(
    ("done", "discharged"),
    [
        ("ledger_completed", "ledger/b1"),
        ("met_petitioner", "meeting/b1"),
        ("plan_made", "plan"),
        ("progress_reported", "progress_report/b1"),
    ],
)
def test_each_act_does_its_own_duty_only(done, discharged):
    case = the_case(act(done, date(2021, 3, 16)))

    assert case.states()[discharged] == ("discharged", date(2021, 3, 16))
    assert len(case.open()) == 4


@pytest.mark.requirement("JZ-18", "JZ-21")
def test_a_case_handed_down_again_is_owed_again_and_the_first_clocks_stay():
    # JZ-18 .. JZ-21: 接到交办案件后. What was done for the first letter does not
    # answer the second; what is done after it answers both.
    again = date(2021, 5, 6)
    case = the_case(
        act("ledger_completed", date(2021, 3, 16)),
        act("met_petitioner", date(2021, 3, 16)),
        handed_down(again, batch="b2"),
        received(again, batch="b2"),
        act("progress_reported", date(2021, 5, 10)),
    )
    states = {kind: state for kind, (state, _) in case.states().items()}

    assert case.due()["conclusion/b1"] == date(2021, 4, 14)
    assert {k: d for k, d in case.due().items() if k.endswith("/b2")} == {
        "ledger/b2": date(2021, 5, 8),
        "meeting/b2": date(2021, 5, 8),
        "progress_report/b2": date(2021, 5, 13),
        "conclusion/b2": date(2021, 6, 5),
    }
    assert [states[f"ledger/{b}"] for b in ("b1", "b2")] == ["discharged", "open"]
    assert [states[f"meeting/{b}"] for b in ("b1", "b2")] == ["discharged", "open"]
    assert {states[f"progress_report/{b}"] for b in ("b1", "b2")} == {"discharged"}


def test_nothing_but_a_letter_starts_or_moves_a_clock():
    before = the_case(led()).due()
    touched = the_case(
        led(),
        led(on=date(2021, 3, 20)),
        happened("matter.case_appraised", date(2021, 3, 21), difficulty="nail"),
        act("case_read", date(2021, 3, 22), post="院长"),
        received(HANDED),
        received(date(2021, 3, 29)),
    )

    assert touched.due() == before


def test_what_was_done_between_sending_and_stamping_answers_the_letter():
    # sent on the 15th, stamped on the 17th, the petitioner met on the 16th.
    first = opened(HANDED, origin="handed_by_city")
    met = act("met_petitioner", date(2021, 3, 16))
    case = Story(CODE, COURT, first, handed_down(HANDED), met)
    case.learn(received(date(2021, 3, 17)))

    assert case.states()["meeting/b1"] == ("discharged", date(2021, 3, 17))


def test_a_letter_about_a_case_already_resolved_asks_for_no_second_conclusion():
    resolved = happened("matter.case_resolved", date(2021, 4, 9))
    again = (
        handed_down(date(2021, 5, 6), batch="b2"),
        received(date(2021, 5, 6), batch="b2"),
    )
    reopened = happened("matter.case_reopened", date(2021, 5, 1))

    assert the_case(resolved, *again).states()["conclusion/b2"][0] == "discharged"
    flowed_back = the_case(resolved, reopened, *again)
    assert flowed_back.states()["conclusion/b2"][0] == "open"


@pytest.mark.parametrize(
    ("kind", "said", "reason"),
    [
        ("intake.case_merged", {}, "case_merged"),
        ("matter.batch_withdrawn", {"batch": "b1"}, "batch_withdrawn"),
        (
            "matter.objection_decided",
            {"batch": "b1", "verdict": "returned"},
            "objection_decided",
        ),
    ],
)
def test_a_release_names_the_fact_that_released(kind, said, reason):
    released = the_case(happened(kind, date(2021, 3, 16), **said)).duties()
    told = [
        change.reason
        for duty in released
        for change in changes_of(duty, None)
        if change.what == "released"
    ]

    assert told == [reason] * 5


@pytest.mark.requirement("JZ-22")
def test_the_hander_may_set_another_day_and_no_one_else_moves_it():
    # JZ-22: an urgent case, to be concluded in ten days.
    conclusion = next(d.id for d in the_case().duties() if d.kind == "conclusion")
    other = happened(
        "matter.duty_overridden",
        HANDED,
        duty=conclusion,
        record="r1",
        until=date(2021, 3, 25),
    )
    case = the_case(other)

    assert case.due()["conclusion/b1"] == date(2021, 3, 25)
    assert case.due()["progress_report/b1"] == date(2021, 3, 22)


def test_a_missed_meeting_is_escalated_and_one_held_is_not():
    # Reminder the day after; the letter a day later to the chief, to be answered in
    # two days; unanswered it is listed, and sent again two days after; a week late it
    # goes to the leading group.
    case = the_case(
        led(),
        act("ledger_completed", date(2021, 3, 17)),
        act("plan_made", date(2021, 3, 22)),
        act("progress_reported", date(2021, 3, 22)),
    ).run(date(2021, 3, 26))

    assert [(c.step, c.on, c.to_office, c.to_post) for c in case.reached] == [
        ("reminder", date(2021, 3, 18), COURT, "院长"),
        ("notice", date(2021, 3, 19), COURT, "院长"),
        ("bulletin", date(2021, 3, 22), CITY, "信访局"),
        ("again", date(2021, 3, 24), COURT, "院长"),
        ("upward", date(2021, 3, 25), CITY, "信访局"),
    ]
    assert {step.about for step in case.reached} == {
        "包案领导两日内约见信访人",
        "答复督办函",
    }


def test_everything_in_time_escalates_nothing():
    case = the_case(
        led(),
        act("ledger_completed", date(2021, 3, 17)),
        act("met_petitioner", date(2021, 3, 17)),
        act("plan_made", date(2021, 3, 22)),
        act("progress_reported", date(2021, 3, 22)),
        happened("matter.case_resolved", date(2021, 4, 14)),
    ).run(date(2021, 5, 31))

    assert case.reached == []
    assert case.open() == set()


@pytest.mark.requirement("JZ-43")
def test_three_letters_without_progress_ask_for_an_explanation():
    # JZ-43: ledger, meeting and progress report all missed, no letter answered. Two
    # letters of 03-19 and three of 03-24 are two; the third time is on 03-29.
    case = the_case().run(date(2021, 4, 10))
    asked = [c for c in case.reached if c.kind == "interview_candidate"]

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
    assert case.alert_level(HANDED) == "red"
    assert planned.alert_level(HANDED) == "blue"
    assert planned.alert_level(date(2021, 3, 16)) == "yellow"


@pytest.mark.requirement("JZ-18")
def test_only_cases_handed_down_belong_to_the_plan():
    scope = programme_of(CODE).scope

    assert [c.id for c in scope.failing({"handed": False})] == ["JZ-18"]
    assert scope.failing({"handed": True}) == ()


@pytest.mark.requirement("JZ-22", "JZ-25")
def test_the_letter_may_ask_for_an_earlier_end_than_thirty_days():
    # JZ-22, JZ-25.
    asked = date(2021, 3, 26)
    case = Story(CODE, COURT, opened(HANDED), handed_down(HANDED))
    case.learn(received(HANDED, due_on=asked.isoformat()))
    usual = Story(CODE, COURT, opened(HANDED), handed_down(HANDED))
    usual.learn(received(HANDED, due_on=None))

    assert case.due()["conclusion/b1"] == asked
    assert usual.due()["conclusion/b1"] == HANDED + timedelta(days=30)
    assert case.due()["progress_report/b1"] == usual.due()["progress_report/b1"]


@pytest.mark.requirement("JZ-37")
def test_every_court_and_department_reports_every_day_also_on_rest_days():
    # 2021-03-20 is a Saturday (JZ-37, A-26).
    period, due, courts = reports(CODE, "day_report", date(2021, 3, 20))
    departments = reports(CODE, "day_report_department", date(2021, 3, 20))[2]

    assert (period, due, len(courts)) == ("2021-03-20", date(2021, 3, 20), 10)
    assert (CITY, "信访局") in departments
    assert reports(CODE, "two_weeks", date(2021, 3, 28)) == (
        "2021-03-15",
        date(2021, 3, 31),
        [(CITY, None)],
    )
