"""
What Meixian's procuratorate owes a petitioner, and itself after a case is settled.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders.programme_story import (
    Story,
    act,
    happened,
    named,
    opened,
    programme_of,
    registered,
    replied,
    reports,
)

CODE, OFFICE = "meixian", "610326"
CAME = date(2023, 3, 1)
RESOLVED = "matter.case_resolved"


def petition(*facts, on=CAME):
    return Story(CODE, OFFICE, registered(on), *facts)


def the_case(*facts, on=CAME):
    return Story(CODE, OFFICE, opened(on), *facts)


@pytest.mark.requirement("MX-19", "TL-23")
def test_a_petition_is_replied_to_in_seven_days_and_answered_in_three_months():
    # MX-19; the monthly answer after that is asked for by the rules (TL-23).
    assert petition().owed() == {
        "procedural_reply": (OFFICE, None, date(2023, 3, 8)),
        "three_month_answer": (OFFICE, None, date(2023, 6, 1)),
        "monthly_followup/1": (OFFICE, None, date(2023, 7, 3)),
    }


def test_a_petition_before_the_monthly_rule_owes_no_monthly_answer():
    assert set(petition(on=date(2023, 2, 22)).owed()) == {
        "procedural_reply",
        "three_month_answer",
    }


def test_progress_is_no_result():
    told = petition(
        replied(date(2023, 3, 8), "procedural"), replied(date(2023, 5, 10), "progress")
    )

    assert told.states()["procedural_reply"] == ("discharged", date(2023, 3, 8))
    assert told.states()["three_month_answer"][0] == "open"
    assert told.run(date(2023, 6, 2)).alert_level(date(2023, 6, 2)) == "red"


def test_the_result_ends_all_that_is_owed_to_the_petitioner():
    told = petition(
        replied(date(2023, 3, 3), "procedural"), replied(date(2023, 5, 26), "result")
    ).run(date(2023, 12, 31))

    assert told.open() == set()
    assert told.reached == []


@pytest.mark.requirement("MX-17", "MX-21")
def test_a_missed_result_is_warned_of_reminded_and_pressed():
    # Yellow three days before, red the day after, a letter a week later (MX-17, MX-21).
    told = petition(replied(date(2023, 3, 8), "procedural")).run(date(2023, 6, 20))

    assert told.escalations("three_month_answer") == [
        ("reminder", date(2023, 5, 29)),
        ("overdue", date(2023, 6, 2)),
        ("notice", date(2023, 6, 9)),
    ]
    assert told.escalations("procedural_reply") == [("reminder", date(2023, 3, 5))]
    assert {each.to_post for each in told.reached} == {"检察长"}


@pytest.mark.parametrize("months", range(1, 4))
def test_until_the_result_an_answer_is_owed_every_month(months):
    told = petition().run(date(2023, 6 + months, 28))
    due = told.due()

    assert (
        [due[f"monthly_followup/{n}"] for n in range(1, months + 1)]
        == [
            date(2023, 7, 3),  # 07-01 is a Saturday
            date(2023, 8, 1),
            date(2023, 9, 1),
        ][:months]
    )


@pytest.mark.requirement("MX-28", "MX-31")
def test_a_settled_case_is_evaluated_analysed_warned_about_and_followed_up():
    # MX-28, MX-31; thirty days from 05-04 end on Saturday 06-03.
    case = the_case(happened(RESOLVED, date(2023, 5, 4)))

    assert case.due() == dict.fromkeys(
        ["evaluation", "analysis", "warning", "follow_up"], date(2023, 6, 5)
    )


def test_each_of_the_four_is_done_by_its_own_act():
    done = [
        act(name, date(2023, 5, 10))
        for name in ("evaluated", "analysed", "warned", "followed_up")
    ]
    settled = happened(RESOLVED, date(2023, 5, 4))

    assert the_case(settled, *done).open() == set()
    assert the_case(settled, *done[:3]).open() == {"follow_up"}


def test_a_visit_before_the_end_is_no_follow_up():
    case = the_case(
        act("followed_up", date(2023, 4, 4)), happened(RESOLVED, date(2023, 5, 4))
    )

    assert "follow_up" in case.open()


def test_an_open_case_owes_none_of_the_four_and_a_reopened_one_no_longer():
    reopened = the_case(
        happened(RESOLVED, date(2023, 5, 4)),
        happened("matter.case_reopened", date(2023, 5, 20)),
    )

    assert the_case().owed() == {}
    assert reopened.open() == set()


def test_a_case_ended_by_law_or_procedure_owes_none_of_the_four():
    for end in ("matter.case_ended", "matter.case_concluded"):
        assert the_case(happened(end, date(2023, 5, 4))).owed() == {}


def test_the_chief_leads_every_case():
    deputy = named(CAME, (OFFICE, "副检察长"), department="控告申诉检察部")
    department = next(iter(the_case().directory.office(OFFICE).departments))
    chief = named(CAME, (OFFICE, "检察长"), department=department)

    assert the_case().gaps == ["缺少眉县人民检察院的主要领导包案。", "未落实责任部门。"]
    assert the_case(deputy).gaps == ["缺少眉县人民检察院的主要领导包案。"]
    assert the_case(chief).gaps == []


def test_a_case_quiet_for_sixty_days_is_not_pressed_where_the_note_asks_for_none():
    assert the_case().run(date(2023, 7, 1)).reached == []


@pytest.mark.requirement("MX-21")
def test_a_step_left_out_is_made_good_in_days():
    # MX-21: registering, forwarding, handing on.
    case = the_case(act("step_missed", date(2023, 3, 6)))

    assert case.due() == {"step_mended": date(2023, 3, 13)}
    assert case.learn(act("step_mended", date(2023, 3, 9))).open() == set()


@pytest.mark.requirement("MX-28", "MX-31")
def test_a_settled_case_is_closed_by_its_standard_only():
    department = next(iter(the_case().directory.office(OFFICE).departments))
    case = the_case(named(CAME, (OFFICE, "检察长"), department=department))
    submitted = case.report("resolved", date(2023, 5, 4))

    assert submitted == []
    assert len(case.review(date(2023, 5, 8), ["settled"])) == 3
    assert case.open() == {"closing_review/c1"}
    assert case.review(date(2023, 5, 8), case.standard("resolved")) == []
    # MX-28, MX-31: what follows a closing is owed by duties.
    assert case.open() == {"evaluation", "analysis", "warning", "follow_up"}


@pytest.mark.requirement("MX-04")
def test_an_everyday_thing_without_a_case_kind_is_not_taken():
    scope = programme_of(CODE).scope

    assert [c.id for c in scope.failing({"case_kind": None})] == ["MX-04"]
    assert scope.failing({"case_kind": "judicial_aid"}) == ()


def test_analyses_are_owed_by_the_quarter_and_the_year():
    assert reports(CODE, "class_analysis", date(2023, 5, 4)) == (
        "2023-Q2",
        date(2023, 7, 14),
        [(OFFICE, None)],
    )
