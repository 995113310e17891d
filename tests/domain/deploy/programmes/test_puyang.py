"""
What the city's plan of 2020 makes of its cases: two levels, a gate, milestones.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.duties import recurrence
from services.assignment.domain.leaders.filing import filing_problems
from services.reporting.domain.figures import short_by
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY
from tests.builders.programme_story import (
    Story,
    act,
    handed_down,
    happened,
    named,
    opened,
    programme_of,
    registered,
    replied,
    reports,
)

CODE = "puyang-2020"
CAME = date(2020, 11, 20)
DEPARTMENT = "第一检察部"
LAST = date(2022, 12, 31)


def the_case(*facts, on=CAME, **said):
    return Story(CODE, COUNTY, opened(on, **{"resolve_by": None, **said}), *facts)


def led(on=CAME):
    return named(on, (COUNTY, "检察长"), department=DEPARTMENT)


def listed(number, *facts):
    """
    A case as it stands on the list that an office files.
    """
    return number, COUNTY, the_case(*facts).led


# -- what is owed


@pytest.mark.requirement("PY-03", "PY-12", "PY-17", "PY-28")
def test_a_case_in_scope_owes_a_leader_an_outcome_and_a_word_on_the_hearing():
    # PY-12, PY-17; PY-03; PY-28.
    assert the_case().owed() == {
        "leader_named": (COUNTY, None, date(2020, 12, 15)),
        "resolve_by": (COUNTY, None, date(2022, 12, 31)),
        "hearing_decision": (COUNTY, None, date(2022, 12, 31)),
    }


@pytest.mark.requirement("PY-06")
def test_a_case_out_of_scope_owes_nothing_under_the_plan():
    assert the_case(in_scope=False, failing=["PY-06.accepted"]).owed() == {}


def test_a_letter_owes_what_the_law_says_and_nothing_of_the_plan():
    petition = Story(CODE, COUNTY, registered(CAME))

    assert petition.due() == {
        "procedural_reply": date(2020, 11, 27),
        "three_month_answer": date(2021, 2, 20),
    }


def test_progress_answers_a_letter_within_three_months():
    # this plan does not ask for the result itself.
    petition = Story(CODE, COUNTY, registered(CAME), replied(CAME, "progress"))

    assert petition.open() == set()


@pytest.mark.requirement("PY-46", "PY-48", "PY-49")
@pytest.mark.parametrize(
    ("opening", "duty", "due", "done"),
    [
        (
            "named_in_bulletin",
            "named_case_answer",
            date(2021, 4, 6),
            "bulletin_answered",
        ),
        ("cause_found", "remedy", date(2021, 6, 4), "remedy_done"),
        (
            "first_handling_failed",
            "first_handling",
            date(2021, 3, 11),
            "first_handler_named",
        ),
    ],
)
def test_a_bulletin_a_cause_and_a_failed_first_handling_each_open_one_duty(
    opening, duty, due, done
):
    # PY-48, PY-49, PY-46.
    before = set(the_case().owed())
    case = the_case(act(opening, date(2021, 3, 4)))

    assert set(case.owed()) - before == {duty}
    assert case.due()[duty] == due
    assert duty not in case.learn(act(done, date(2021, 3, 10))).open()


def test_each_application_for_aid_is_decided_in_ten_working_days():
    case = the_case(happened("aid.aid_opened", date(2021, 3, 1), aid="a1"))

    assert case.due()["aid_decision/a1"] == date(2021, 3, 15)


# -- who leads


def test_a_case_of_its_own_is_led_by_a_leader_of_the_office():
    assert the_case().gaps == ["缺少清丰县人民检察院的院领导包案。", "未落实责任部门。"]
    assert the_case(led()).gaps == []
    assert the_case(led()).states()["leader_named"] == ("discharged", CAME)


def test_a_case_handed_down_by_the_city_is_led_at_two_levels():
    alone = the_case(handed_down(CAME), led())
    both = the_case(handed_down(CAME), led(), named(CAME, (CITY, "副检察长")))

    assert alone.gaps == ["缺少濮阳市人民检察院的院领导包案。"]
    assert alone.states()["leader_named"][0] == "open"
    assert both.gaps == []
    assert both.states()["leader_named"][0] == "discharged"


# -- refusals


@pytest.mark.requirement("PY-06", "PY-07", "PY-08", "PY-09", "PY-10")
@pytest.mark.parametrize(
    ("changed", "failing"),
    [
        ({}, []),
        ({"accepted_on": date(2015, 6, 29)}, ["PY-06.accepted"]),
        ({"repeats_in_window": 0}, ["PY-06.repeated"]),
        ({"case_kind": "report"}, ["PY-06.kind", "PY-08"]),
        ({"scope_class": 1}, ["PY-07"]),
        ({"scope_class": 3}, ["PY-09", "PY-09", "PY-09"]),
        ({"scope_class": 4}, ["PY-10"]),
    ],
)
def test_the_scope_says_which_clause_keeps_a_case_out(changed, failing):
    facts = {
        "case_kind": "criminal_appeal_procuratorate",
        "accepted_on": date(2018, 5, 4),
        "repeats_in_window": 1,
        "last_petition_on": date(2020, 3, 18),
        "scope_class": 2,
        "origin": "own_screening",
        "opinions": [{"organ": "procuratorate", "final": False}],
    }
    found = programme_of(CODE).scope.failing({**facts, **changed})

    assert {each.id for each in found} == set(failing)


def test_a_list_is_filed_only_when_every_case_has_leader_and_department():
    cases = [
        listed("一号", led()),
        listed("二号", named(CAME, department=DEPARTMENT)),
        listed("三号", named(CAME, (CITY, "副检察长"))),
    ]
    problems = filing_problems(cases, programme_of(CODE), current_policy().directory)

    assert [(problem.code, problem.location) for problem in problems] == [
        ("leader_missing", "/cases/二号"),
        ("leader_missing", "/cases/三号"),
        ("department_missing", "/cases/三号"),
    ]


@pytest.mark.requirement("PY-31", "PY-44")
def test_a_case_is_closed_only_when_led_judged_and_decided_on_a_hearing():
    bare = the_case()
    undecided = the_case(led())
    ready = the_case(led())
    on = date(2021, 5, 20)

    assert bare.report("resolved", on) == ["case_not_led"]
    assert undecided.report("resolved", on, hearing_decided=False) == [
        "hearing_decision_missing"
    ]
    # PY-31, PY-44: the hub reviews by the standard, within ten working days.
    assert ready.report("resolved", on, submitted_on=date(2021, 5, 24)) == []
    assert ready.due()["closing_review/c1"] == date(2021, 6, 7)
    examined = date(2021, 5, 31)
    assert ready.sign("line", "第一检察部主任", examined, "同意报结。") == []
    assert len(ready.review(date(2021, 6, 1), [])) == 5
    assert ready.review(date(2021, 6, 1), ready.standard("resolved")) == []
    assert ready.states()["resolve_by"] == ("discharged", on)
    assert ready.owed()["closing_review/c1"][:2] == (CITY, "第九检察部")
    assert ready.states()["closing_review/c1"] == ("discharged", date(2021, 6, 1))


@pytest.mark.requirement("PY-44")
def test_the_department_of_a_line_examines_a_closing_of_its_line_before_the_hub():
    # PY-44: 市院相关部门要做好…本条线案件的…审查; the ninth department reviews all.
    on = date(2021, 5, 20)
    case = the_case(named(CAME, (COUNTY, "检察长"), department="第一检察部"))
    case.report("resolved", on)
    unexamined = case.review(on, case.standard("resolved"))
    opinion = "经审查，同意报结。"

    assert len(unexamined) == 1
    assert "市院条线部门审查意见" in unexamined[0]
    assert case.sign("line", "第二检察部主任", on, opinion) == ["post_not_entitled"]
    assert case.sign("line", "第一检察部主任", on) == ["opinion_missing"]
    assert case.sign("line", "第一检察部主任", on, opinion) == []
    assert case.review(on, case.standard("resolved")) == []


@pytest.mark.requirement("PY-44")
def test_a_case_of_the_hubs_own_line_needs_its_review_alone():
    on = date(2021, 5, 20)
    case = the_case(named(CAME, (COUNTY, "检察长"), department="控告申诉检察部"))
    case.report("resolved", on)

    assert case.route is None
    assert case.review(on, case.standard("resolved")) == []


@pytest.mark.requirement("PY-34")
def test_a_lawful_ending_has_a_standard_of_its_own_and_is_no_outcome():
    # PY-34, A-05: the help handed over is asked for but not demanded.
    case = the_case(led())
    case.report("lawful_ending", date(2021, 5, 20), documents=("办结报告", "终结决定"))
    case.sign("line", "第一检察部主任", date(2021, 5, 24), "同意报结。")
    refused = case.review(date(2021, 5, 24), [])

    assert case.review(date(2021, 5, 24), ["in_time", "ended_by_law"]) == []
    assert len(refused) == 2
    assert case.matter.standing == "ended"


@pytest.mark.requirement("PY-33")
def test_a_procedural_ending_never_discharges_the_outcome():
    # PY-33.
    concluded = the_case(led(), happened("matter.case_concluded", CAME))
    ended = the_case(led(), happened("matter.case_ended", CAME))

    assert "resolve_by" in concluded.open()
    assert "resolve_by" not in ended.open()


# -- escalations


@pytest.mark.requirement("PY-37")
def test_an_outcome_overdue_climbs_from_a_reminder_to_the_office_above():
    # Due on Wednesday 2021-06-30. Whether to send a letter is for people (PY-37).
    case = the_case(led(), resolve_by=date(2021, 6, 30), on=date(2021, 4, 20))
    case.run(date(2021, 8, 1))
    late = [c for c in case.reached if c.about == "按化解时限化解"]

    assert [(c.step, c.on, c.to_office, c.to_post) for c in late] == [
        ("reminder", date(2021, 7, 1), COUNTY, "检察长"),
        ("late", date(2021, 7, 8), CITY, "第九检察部"),
        ("upward", date(2021, 7, 31), CITY, "检察长"),
    ]
    assert {c.kind for c in case.reached} == {"reminder", "bulletin", "level_above"}


def test_a_case_quiet_for_ninety_days_is_listed_once():
    case = the_case(led()).run(date(2021, 3, 31))

    assert case.escalations() == [("stagnant", date(2021, 2, 19))]


def test_only_a_case_named_by_the_province_gets_a_letter_nobody_wrote():
    # So no answer is owed in the demonstration, where none is named.
    steps = programme_of(CODE).supervision.steps
    letters = [each for each in steps if each.kind == "notice"]

    assert [(each.on, each.duties) for each in letters] == [
        ("overdue", ("named_case_answer",)),
        ("unanswered", ()),
    ]


@pytest.mark.requirement("PY-48", "PY-51")
def test_a_case_named_by_the_province_is_followed_by_letters_until_answered():
    # PY-48: to be answered by 2021-03-31, each letter within seven days. PY-51: the
    # third without progress brings the office before those who may interview.
    named = act("named_in_bulletin", date(2021, 3, 1))
    silent = the_case(led(), named).run(date(2021, 5, 20))
    letters = [c.on for c in silent.reached if c.kind == "notice"]
    answered = act("bulletin_answered", date(2021, 4, 10))
    heard = the_case(led(), named, answered).run(date(2021, 5, 20))

    assert letters == [date(2021, 4, 1), date(2021, 4, 16), date(2021, 5, 1)]
    assert ("interview", date(2021, 5, 9)) in silent.escalations()
    assert [c.on for c in heard.reached if c.kind == "notice"] == [date(2021, 4, 1)]
    assert {each.state for each in heard.notices.values()} == {"ended"}
    assert "interview" not in dict(heard.escalations())


def test_work_on_the_case_keeps_it_from_being_called_stagnant():
    contacted = [act("contacted", date(2021, month, 4)) for month in (1, 3)]

    assert the_case(led(), *contacted).run(date(2021, 5, 1)).reached == []


def test_a_letter_answered_in_time_is_not_listed():
    named = act("named_in_bulletin", date(2021, 3, 1))
    case = the_case(led(), named).run(date(2021, 4, 7))
    case.answer(date(2021, 4, 7), "检察长", progress=True).run(date(2021, 4, 20))

    assert dict(case.escalations("supervision_reply")) == {}


def test_a_task_of_phase_one_is_backdated_by_a_plan_issued_after_it():
    # due on 2020-12-15 by a plan of 12-29; nobody is pressed for it, yet the
    # list cannot be filed and the case stays red until a leader is named.
    case = the_case().run(date(2021, 1, 31))
    naming = next(d for d in case.duties() if d.kind == "leader_named")

    assert naming.shown_state(date(2021, 1, 31)) == "backdated"
    assert case.reached == []
    assert case.alert_level(date(2021, 1, 31)) == "red"
    assert case.fields_missing() == ["leader", "department"]


@pytest.mark.requirement("TL-37")
def test_what_the_law_wants_the_same_day_is_late_the_next_whenever_the_plan_came():
    # TL-37: urgent on 2020-11-20, before the plan of 12-29.
    case = the_case(act("urgent_received", CAME))
    urgent = next(d for d in case.duties() if d.kind == "urgent_handling")

    assert urgent.due_on == CAME
    assert urgent.shown_state(date(2020, 11, 21)) == "overdue"


# -- the aims


@pytest.mark.parametrize(
    ("as_of", "percent", "short_of_ten"),
    [
        (date(2020, 12, 31), 30, 3),
        (date(2021, 1, 1), 50, 5),
        (date(2021, 12, 31), 50, 5),
        (date(2022, 1, 1), 100, 10),
        (date(2023, 6, 1), 100, 10),
    ],
)
def test_the_rate_is_measured_against_the_next_milestone(as_of, percent, short_of_ten):
    milestone = programme_of(CODE).milestone_for(as_of)

    assert milestone.percent == percent
    assert short_by(10, 0, milestone.percent) == short_of_ten


def milestones(*judged, year=0):
    """
    The matter in which the county owes the rate of one of the three years (PY-04).
    """
    rules = current_policy()
    begun = recurrence.milestones_of(programme_of(CODE), rules.directory)
    ours = [each.fact for each in begun if each.fact.office == COUNTY]
    said = [
        happened("reporting.milestone_judged", on, reached=reached)
        for on, reached in judged
    ]
    return Story(CODE, COUNTY, ours[year], *said)


@pytest.mark.parametrize(
    ("year", "due"), [(0, date(2020, 12, 31)), (1, date(2021, 12, 31)), (2, LAST)]
)
def test_every_office_owes_each_years_rate(year, due):
    assert milestones(year=year).owed() == {"milestone": (COUNTY, None, due)}


def test_a_rate_reached_and_lost_again_before_its_day_is_owed_again():
    early, end = date(2020, 12, 20), date(2020, 12, 31)

    assert milestones((early, True)).states() == {"milestone": ("discharged", early)}
    assert milestones((early, True), (end, False)).open() == {"milestone"}


def test_a_rate_missed_is_escalated_until_it_is_reached_late():
    matter = milestones((date(2020, 12, 31), False)).run(date(2021, 1, 20))
    reached = date(2022, 1, 1)

    assert matter.escalations()[0] == ("reminder", date(2021, 1, 1))
    matter.learn(happened("reporting.milestone_judged", reached, reached=True))
    assert matter.states() == {"milestone": ("discharged", reached)}


@pytest.mark.requirement("PY-35", "PY-53")
def test_where_the_plan_names_no_rhythm_no_paper_is_owed():
    # PY-35, PY-53: schedule unset until the city says.
    for schedule in ("bulletin", "special", "summary"):
        assert reports(CODE, schedule, date(2021, 3, 1)) is None
