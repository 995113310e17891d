"""
What Xingqing's plan asks of a sub-district: four fields, a county leader, a push plan.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.leaders.filing import filing_problems
from services.reporting.domain.figures import short_by
from shared.policy.current import current_policy
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

CODE = "xq-2020"
UNIT, HUB = "640104001", "640104800"
CAME = date(2020, 10, 27)
RESOLVED = "matter.case_resolved"
PLANNED = act("plan_made", CAME)


def the_case(*facts, on=CAME, **said):
    return Story(CODE, UNIT, opened(on, **{"resolve_by": None, **said}), *facts)


def led(*more, on=CAME, **said):
    own = (UNIT, "党（工）委书记")
    said = {"team": "化解专班", "resolve_by": date(2021, 6, 30), **said}
    return named(on, own, *more, department="综治中心", **said)


# -- what is owed


@pytest.mark.requirement("XQ-07", "XQ-19", "XQ-20", "XQ-41", "XQ-66")
def test_an_ordinary_case_owes_its_fields_a_plan_an_outcome_and_a_monthly_word():
    # XQ-20, asked for in the second stage (XQ-19); XQ-07; XQ-41; XQ-66.
    assert the_case().owed() == {
        "plan": (UNIT, None, date(2020, 11, 26)),
        "leader_named": (UNIT, None, date(2020, 11, 3)),
        "resolve_by": (UNIT, None, date(2022, 12, 31)),
        "progress_notice/1": (UNIT, None, date(2020, 11, 27)),
    }


@pytest.mark.requirement("XQ-23")
def test_a_stubborn_case_owes_a_push_plan_and_the_plan_its_outcome():
    # XQ-23: a plan by the end of the year; the aim is the end of the next.
    stubborn = the_case(led(), difficulty="nail")
    planned = the_case(
        led(), act("push_plan", date(2020, 12, 20), until=None), difficulty="nail"
    )
    dated = the_case(
        led(),
        act("push_plan", date(2020, 12, 20), until=date(2021, 9, 30)),
        difficulty="nail",
    )

    assert stubborn.due()["push_plan"] == date(2020, 12, 31)
    assert "push_plan" not in planned.open()
    assert planned.owed()["push_plan_done"] == (
        UNIT,
        "党（工）委书记",
        date(2021, 12, 31),
    )
    assert dated.due()["push_plan_done"] == date(2021, 9, 30)


@pytest.mark.requirement("XQ-21", "XQ-23")
@pytest.mark.parametrize(
    "mark", ["cross_separate", "long_span", "many_people", "policy_heavy"]
)
def test_what_a_county_leader_must_take_owes_a_plan_whenever_that_is_seen(mark):
    # XQ-21, XQ-23: 三跨三分离 and the like, in the ledger or by a person's appraisal.
    seen = happened(
        "matter.case_appraised", date(2020, 12, 1), in_scope=True, **{mark: True}
    )
    listed, appraised = the_case(led(), **{mark: True}), the_case(led(), seen)
    both = the_case(led(), seen, **{mark: True})

    assert "push_plan" not in the_case(led()).owed()
    for case in (listed, appraised, both):
        assert case.due()["push_plan"] == date(2020, 12, 31)
    assert len(both.owed()) == len(listed.owed())


@pytest.mark.requirement("XQ-12")
def test_a_case_outside_the_plan_owes_no_push_plan():
    seen = happened(
        "matter.case_appraised",
        date(2020, 12, 1),
        in_scope=False,
        cross_separate=True,
    )

    assert the_case(seen, in_scope=False, failing=["XQ-12.repeated"]).owed() == {}


@pytest.mark.requirement("XQ-20")
def test_all_four_fields_are_named_before_the_duty_to_name_them_is_done():
    # XQ-20: leader, unit, team and the day by which it is to be resolved.
    later = date(2020, 10, 29)
    undated = the_case(led(resolve_by=None))
    dated = the_case(led(resolve_by=None), led(on=later))

    assert undated.gaps == ["未明确化解时限。"]
    assert undated.states()["leader_named"][0] == "open"
    assert dated.states()["leader_named"] == ("discharged", later)


def test_a_list_is_filed_only_when_every_case_has_all_four_fields():
    cases = [
        ("一号", UNIT, the_case(led()).led),
        ("二号", UNIT, the_case(led(team=None, resolve_by=None)).led),
        ("三号", UNIT, the_case().led),
    ]
    problems = filing_problems(cases, programme_of(CODE), current_policy().directory)

    assert [(problem.code, problem.location) for problem in problems] == [
        ("team_missing", "/cases/二号"),
        ("resolve_by_missing", "/cases/二号"),
        ("leader_missing", "/cases/三号"),
        ("department_missing", "/cases/三号"),
        ("team_missing", "/cases/三号"),
        ("resolve_by_missing", "/cases/三号"),
    ]


@pytest.mark.requirement("XQ-20")
def test_the_day_first_named_with_the_leaders_is_the_day_it_is_owed_by():
    # XQ-20; naming leaders anew with another day moves nothing.
    named_anew = led(on=date(2021, 3, 1), resolve_by=date(2022, 6, 30))
    listed = the_case(led(), resolve_by=date(2021, 3, 31))

    assert the_case(led()).due()["resolve_by"] == date(2021, 6, 30)
    assert the_case(named_anew, led()).due()["resolve_by"] == date(2021, 6, 30)
    assert listed.due()["resolve_by"] == date(2021, 3, 31)


def test_a_case_resolved_within_the_year_needs_no_plan():
    case = the_case(led(), happened(RESOLVED, date(2020, 12, 28)), difficulty="hard")

    assert case.open() == set()


def test_the_petitioner_is_told_every_month_until_the_end():
    case = the_case(
        led(),
        act("plan_made", date(2020, 11, 20)),
        act("progress_told", date(2020, 11, 20)),
        replied(date(2020, 12, 3), "progress"),
    ).run(date(2021, 1, 10))
    case.learn(happened(RESOLVED, date(2021, 1, 10))).run(date(2021, 6, 30))

    assert {kind: on for kind, on in case.due().items() if "notice" in kind} == {
        "progress_notice/1": date(2020, 11, 27),
        "progress_notice/2": date(2020, 12, 27),
        "progress_notice/3": date(2021, 1, 27),
    }
    assert case.open() == set()
    assert case.reached == []


@pytest.mark.requirement("XQ-29", "XQ-33")
@pytest.mark.parametrize(
    ("opening", "said", "duty", "owner", "due"),
    [
        (
            "solve_by_set",
            {"until": "2021-04-30"},
            "solve_by",
            UNIT,
            date(2021, 4, 30),
        ),
    ],
)
def test_what_the_plan_answers_with_a_duty_opens_that_one(
    opening, said, duty, owner, due
):
    case = the_case(led(), act(opening, date(2021, 3, 4), **said))

    assert set(case.owed()) - set(the_case(led()).owed()) == {duty}
    assert (case.owed()[duty][0], case.owed()[duty][2]) == (owner, due)


@pytest.mark.requirement("XQ-33")
def test_the_conference_owes_an_answer_to_each_request_to_coordinate():
    # XQ-33.
    def decided(request):
        on = date(2021, 3, 9)
        return happened("matter.coordination_decided", on, request=request)

    asked = happened("matter.coordination_requested", date(2021, 3, 4), request="r")
    waiting = the_case(led(), asked, decided("s"))

    assert waiting.owed()["coordination/r"][::2] == (HUB, date(2021, 3, 19))
    assert "coordination/r" not in the_case(led(), asked, decided("r")).open()


@pytest.mark.requirement("XQ-49")
def test_a_case_that_flows_back_is_traced_and_resumes_its_old_clock():
    # XQ-49.
    case = the_case(
        led(),
        happened(RESOLVED, date(2021, 2, 1)),
        happened("matter.case_reopened", date(2021, 3, 1)),
    )

    assert case.due()["traceback"] == date(2021, 3, 31)
    assert case.states()["resolve_by"] == ("open", date(2021, 3, 1))
    assert case.due()["resolve_by"] == date(2021, 6, 30)


@pytest.mark.requirement("XQ-41")
def test_a_case_that_flows_back_owes_the_petitioner_a_word_each_month_again():
    case = the_case(
        led(),
        happened(RESOLVED, date(2021, 2, 1)),
        happened("matter.case_reopened", date(2021, 3, 1)),
    )

    assert "progress_notice" in {duty.split("/")[0] for duty in case.open()}


@pytest.mark.requirement("TL-15")
def test_a_letter_owes_what_the_regulation_of_its_day_says():
    # Until 2022-04-30 the regulation of 2005, from then on that of 2022.
    old = Story(CODE, UNIT, registered(date(2022, 4, 29)))
    new = Story(CODE, UNIT, registered(date(2022, 5, 5)))

    assert old.due() == {"registration": date(2022, 5, 14)}
    assert old.duties()[0].source.startswith("TL-15")
    assert not any(each.source.startswith("TL-15") for each in new.duties())


# -- who leads


def test_four_fields_are_asked_for_and_a_missing_one_is_red():
    assert the_case().fields_missing() == ["leader", "team", "resolve_by"]
    assert the_case().alert_level(CAME) == "red"
    assert the_case(led()).fields_missing() == []
    assert the_case(led()).alert_level(CAME) == "blue"
    assert the_case(led(resolve_by=None)).alert_level(CAME) == "red"


@pytest.mark.parametrize(
    "mark", ["cross_separate", "long_span", "many_people", "policy_heavy"]
)
def test_a_weighty_case_waits_for_a_leader_of_county_rank(mark):
    own = the_case(led(), **{mark: True})
    low = the_case(led((HUB, "信联办工作人员")), **{mark: True})
    county = the_case(led((HUB, "副区长")), **{mark: True})

    assert own.gaps == low.gaps
    assert [text for text in own.gaps if "县处级副职以上" in text] == own.gaps
    assert own.states()["leader_named"][0] == "open"
    assert county.gaps == []
    assert county.states()["leader_named"] == ("discharged", CAME)


def test_without_a_team_nobody_counts_as_leading():
    assert the_case(led(team=None)).gaps == ["未明确工作专班。"]


# -- refusals


@pytest.mark.requirement("XQ-12")
@pytest.mark.parametrize(
    ("accepted", "repeat", "failing"),
    [
        (date(2019, 1, 1), True, []),
        (date(2020, 6, 30), True, []),
        (date(2018, 12, 31), True, ["XQ-12.registered"]),
        (date(2020, 7, 1), True, ["XQ-12.registered"]),
        (date(2019, 6, 1), False, ["XQ-12.repeated"]),
    ],
)
def test_only_repeat_matters_registered_in_the_window_belong_to_it(
    accepted, repeat, failing
):
    facts = {"accepted_on": accepted, "registered_repeat": repeat}

    assert [c.id for c in programme_of(CODE).scope.failing(facts)] == failing


def reported():
    case = the_case(led())
    assert case.report("resolved", date(2021, 4, 9)) == []
    return case


def signed():
    case, post = reported(), "党（工）委书记"
    assert case.sign("unit", post, date(2021, 4, 9)) == []
    assert case.sign("leader", post, date(2021, 4, 9), "同意报结。") == []
    return case


@pytest.mark.requirement("XQ-27", "XQ-42")
def test_a_closing_without_the_four_criteria_is_not_confirmed():
    # XQ-27, XQ-42: matter ended, petition ceased, content, no repeat; no mere form.
    case = signed()
    refused = case.review(date(2021, 4, 12), ["matter_ended"])

    assert [detail.partition("“")[2][:4] for detail in refused] == [
        "息访罢诉",
        "群众满意",
        "不再重复",
        "不搞形式",
    ]
    assert case.owed()["closing_review/c1"][:2] == (HUB, "信联办")
    assert case.review(date(2021, 4, 13), case.standard("resolved")) == []


@pytest.mark.requirement("XQ-25")
def test_the_leading_leader_signs_with_a_written_opinion_after_the_unit():
    # XQ-25.
    case, post, on = reported(), "党（工）委书记", date(2021, 4, 12)
    early = case.sign("leader", post, on, "同意报结。")
    case.sign("unit", post, on)

    assert early == ["not_in_turn"]
    assert case.sign("leader", post, on) == ["opinion_missing"]
    assert case.review(on, case.standard("resolved")) == [
        "缺少“包案领导签署书面意见”的签字。"
    ]
    assert case.sign("leader", post, on, "诉求已解决，同意报结。") == []
    assert case.review(on, case.standard("resolved")) == []


@pytest.mark.requirement("XQ-43")
def test_what_only_describes_the_process_is_sent_back_for_a_named_reason():
    # XQ-43; it goes back whether or not it was signed.
    case, on = reported(), date(2021, 4, 12)

    assert case.send_back(on, reasons="只写了过程。") == ["reason_missing"]
    assert case.send_back(on, "process_only", "no_such") == ["no_such_reason"]
    assert case.send_back(on, "process_only", reasons="只写了过程。") == []
    assert case.reported.return_reasons == ("process_only",)
    assert case.states()["closing_review/c1"] == ("discharged", on)


@pytest.mark.requirement("XQ-35")
def test_what_is_ended_by_law_is_signed_for_too_and_does_not_count_as_settled():
    # XQ-35: the support handed over is asked for but not demanded.
    case, post, on = the_case(led()), "党（工）委书记", date(2021, 4, 9)
    assert case.report("lawful_ending", on) == ["document_missing"]
    case.report("lawful_ending", on, documents=("办结报告", "终结决定"))
    case.sign("unit", post, on)
    case.sign("leader", post, on, "同意。")

    assert case.review(on, []) == ["办结标准“已依法终结”未核对。"]
    assert case.review(on, ["ended_by_law"]) == []
    assert case.matter.standing == "ended"


# -- escalations


@pytest.mark.requirement("XQ-47")
def test_three_letters_without_progress_make_a_candidate_for_interview():
    # XQ-47, A-23: the fields missing and no letter answered, sent again each time.
    case = the_case(PLANNED).run(date(2021, 1, 20))
    about = {c.on: c.about for c in case.reached if c.kind == "notice"}
    asked = [c for c in case.reached if c.kind == "interview_candidate"]

    assert about == {
        date(2020, 11, 11): "逐案明确包案领导、责任单位、工作专班和化解时限",
        date(2020, 11, 26): "答复督办函",
        date(2020, 12, 5): "定期向信访人通报进展",
        date(2020, 12, 11): "答复督办函",
        date(2021, 1, 4): "定期向信访人通报进展",
    }
    assert [(c.on, c.to_office, c.to_post) for c in asked] == [
        (date(2020, 12, 13), HUB, "信联办")
    ]


def test_two_letters_do_not_and_progress_begins_the_count_anew():
    two = the_case(PLANNED).run(date(2020, 12, 12))
    moved = the_case(PLANNED).run(date(2020, 12, 8))
    moved.answer(date(2020, 12, 8), "党（工）委书记", progress=True)
    moved.run(date(2021, 1, 20))

    assert "interview" not in dict(two.escalations())
    assert "interview" not in dict(moved.escalations())


def test_a_missing_leader_climbs_step_by_step():
    case = the_case().run(date(2020, 12, 4))
    late = [c for c in case.reached if c.duty and c.duty.endswith("leader_named")]

    assert [(c.step, c.on, c.to_office) for c in late] == [
        ("reminder", date(2020, 11, 4), UNIT),
        ("notice", date(2020, 11, 11), UNIT),
        ("upward", date(2020, 12, 4), HUB),
    ]
    assert ("bulletin", date(2020, 11, 19)) in case.escalations()


def test_a_case_in_order_escalates_nothing():
    told = [act("progress_told", date(2020, 11, 20))]

    assert the_case(led(), PLANNED, *told).run(date(2020, 12, 27)).reached == []


# -- the aims


@pytest.mark.parametrize(
    ("as_of", "wanted"),
    [(date(2020, 12, 31), 62), (date(2021, 12, 31), 81), (date(2022, 12, 31), 95)],
)
def test_of_the_ninety_five_so_many_are_wanted_by_each_year(as_of, wanted):
    milestone = programme_of(CODE).milestone_for(as_of, "handed95")

    assert short_by(95, 0, milestone.percent) == wanted


@pytest.mark.requirement("XQ-45")
def test_every_unit_feeds_back_each_week():
    # XQ-45: the week of 2020-11-02 ends on Sunday 11-08, due the next working day.
    period, due, units = reports(CODE, "feedback", date(2020, 11, 4))

    assert (period, due) == ("2020-W45", date(2020, 11, 9))
    assert (UNIT, None) in units
    assert (HUB, None) not in units
    assert reports(CODE, "bulletin", date(2020, 11, 4)) == (
        "2020-11",
        date(2020, 12, 7),
        [(HUB, None)],
    )
