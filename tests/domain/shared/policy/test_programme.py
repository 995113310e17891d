from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.facts.vocabulary import VOCABULARY
from shared.policy.calendar import Due, Limit
from shared.policy.current import current_policy
from shared.policy.describe.programme import describe
from shared.policy.directory import UnknownOffice
from shared.policy.programmes import Programmes, UnknownProgramme

CALENDAR = current_policy().calendar
DIRECTORY = current_policy().directory
PROGRAMMES = current_policy().programmes
PUYANG = PROGRAMMES.get("puyang-2020")

PROCURATORATE = {"organ": "procuratorate", "final": False}
PROCURATORATE_FINAL = {"organ": "procuratorate", "final": True}
COURT_FINAL = {"organ": "court", "final": True}
OTHER_FINAL = {"organ": "other_competent", "final": True}

IN_SCOPE = {
    "case_kind": "criminal_appeal_procuratorate",
    "accepted_on": date(2018, 5, 4),
    "repeats_in_window": 3,
    "last_petition_on": date(2020, 3, 18),
    "scope_class": 2,
    "origin": "own_screening",
    "opinions": [PROCURATORATE],
}


def failing(**facts):
    return [clause.id for clause in PUYANG.scope.failing({**IN_SCOPE, **facts})]


def duty(rule):
    return next(each for each in PUYANG.duties if each.id == rule)


def gaps(*leaders, handed, office="410922", department="第一检察部"):
    found = PUYANG.leader_gaps(
        handed=handed,
        responsible_office=office,
        leaders=leaders,
        department=department,
        directory=DIRECTORY,
    )
    return [gap.code for gap in found]


def test_a_case_that_meets_every_clause_is_in_scope():
    assert failing() == []


@pytest.mark.requirement("PY-06", "PY-07", "PY-08", "PY-10")
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"accepted_on": date(2015, 6, 29)}, ["PY-06.accepted"]),
        ({"accepted_on": date(2015, 6, 30)}, []),
        ({"accepted_on": date(2020, 6, 30)}, []),
        ({"accepted_on": date(2020, 7, 1)}, ["PY-06.accepted"]),
        ({"accepted_on": None}, ["PY-06.accepted"]),
        ({"repeats_in_window": 0}, ["PY-06.repeated"]),
        ({"repeats_in_window": 1}, []),
        ({"last_petition_on": date(2018, 12, 31)}, ["PY-06.repeated"]),
        ({"last_petition_on": date(2019, 1, 1)}, []),
        ({"last_petition_on": date(2020, 9, 1)}, []),
        ({"scope_class": None}, ["PY-06.class"]),
        ({"scope_class": 5}, ["PY-06.class"]),
        ({"case_kind": "report"}, ["PY-06.kind", "PY-08"]),
        ({"case_kind": "civil_supervision"}, ["PY-08"]),
        ({"opinions": []}, ["PY-08"]),
        ({"opinions": [COURT_FINAL]}, ["PY-08"]),
        ({"scope_class": 1}, ["PY-07"]),
        ({"scope_class": 1, "origin": "handed_by_joint_conference"}, []),
        ({"scope_class": 4}, ["PY-10"]),
        ({"scope_class": 4, "opinions": [COURT_FINAL]}, ["PY-10"]),
        ({"scope_class": 4, "opinions": [PROCURATORATE_FINAL]}, []),
        (
            {"accepted_on": date(2014, 1, 1), "repeats_in_window": 0},
            ["PY-06.accepted", "PY-06.repeated"],
        ),
    ],
)
def test_a_case_out_of_scope_is_told_every_clause(facts, expected):
    assert failing(**facts) == expected


@pytest.mark.requirement("PY-09")
@pytest.mark.parametrize(
    "kind", ["civil_supervision", "administrative_supervision", "state_compensation"]
)
@pytest.mark.parametrize(
    ("opinions", "expected"),
    [
        ([COURT_FINAL, OTHER_FINAL], []),
        ([COURT_FINAL, PROCURATORATE_FINAL], []),
        ((COURT_FINAL, PROCURATORATE_FINAL), []),
        ([COURT_FINAL], ["PY-09"]),
        ([OTHER_FINAL, PROCURATORATE_FINAL], ["PY-09"]),
        ([COURT_FINAL, PROCURATORATE], ["PY-09"]),
        ([{"organ": "court", "final": 1}, OTHER_FINAL], ["PY-09"]),
    ],
)
def test_the_third_class_needs_two_final_opinions(kind, opinions, expected):
    assert failing(case_kind=kind, scope_class=3, opinions=opinions) == expected


@pytest.mark.requirement("PY-06")
def test_a_case_of_which_nothing_is_known_is_out_of_scope():
    clauses = [clause.id for clause in PUYANG.scope.failing({})]

    assert clauses == ["PY-06.kind", "PY-06.accepted", "PY-06.repeated", "PY-06.class"]


@pytest.mark.requirement("PY-11", "PY-20")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 10, 31), None),
        (date(2020, 11, 1), "动员排查"),
        (date(2020, 12, 14), "动员排查"),
        (date(2020, 12, 15), "集中治理"),
        (date(2022, 12, 31), "集中治理"),
        (date(2023, 8, 1), "总结提升"),
        (date(2023, 8, 2), None),
    ],
)
def test_the_later_phase_wins_on_a_shared_day(day, expected):
    phase = PUYANG.phase_on(day)

    assert (phase and phase.name) == expected


@pytest.mark.requirement("XQ-09", "XQ-10")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 10, 25), None),
        (date(2020, 10, 26), "安排部署"),
        (date(2020, 10, 30), "安排部署"),
        (date(2020, 10, 31), "攻坚化解"),
        (date(2022, 12, 31), "攻坚化解"),
        (date(2023, 8, 31), "巩固提升"),
        (date(2023, 9, 1), None),
    ],
)
def test_the_three_phases_of_xingqing_follow_each_other(day, expected):
    phase = PROGRAMMES.get("xq-2020").phase_on(day)

    assert (phase and phase.name) == expected


def test_the_earlier_phase_wins_where_the_file_says_so():
    earlier = replace(PUYANG, shared_phase_day="earlier")

    assert earlier.phase_on(date(2020, 12, 15)).name == "动员排查"


@pytest.mark.parametrize(
    ("as_of", "percent"),
    [
        (date(2020, 11, 1), 30),
        (date(2020, 12, 31), 30),
        (date(2021, 1, 1), 50),
        (date(2021, 12, 31), 50),
        (date(2022, 1, 1), 100),
        (date(2022, 12, 31), 100),
        (date(2023, 5, 1), 100),
    ],
)
def test_the_next_milestone_counts_and_in_the_end_the_last(as_of, percent):
    assert PUYANG.milestone_for(as_of).percent == percent


CITY_LEADER = ("410900", "副检察长")
OWN_LEADER = ("410922", "检察长")
OTHER_LEADER = ("410923", "检察长")
MIDDLE_MANAGER = ("410922", "第一检察部主任")
NO_SUCH_POST = ("410922", "院长")


@pytest.mark.parametrize(
    ("leaders", "handed", "expected"),
    [
        ([OWN_LEADER], False, []),
        ([CITY_LEADER], False, ["own_leader_missing"]),
        ([OTHER_LEADER], False, ["own_leader_missing"]),
        ([MIDDLE_MANAGER], False, ["own_leader_missing"]),
        ([NO_SUCH_POST], False, ["own_leader_missing"]),
        ([], False, ["own_leader_missing"]),
        ([OWN_LEADER, CITY_LEADER], True, []),
        ([OWN_LEADER], True, ["hub_leader_missing"]),
        ([CITY_LEADER], True, ["own_leader_missing"]),
        ([], True, ["hub_leader_missing", "own_leader_missing"]),
    ],
)
def test_a_handed_case_needs_leaders_at_two_levels(leaders, handed, expected):
    assert gaps(*leaders, handed=handed) == expected


@pytest.mark.parametrize("handed", [True, False])
def test_one_leader_of_the_city_leads_the_citys_own_case(handed):
    assert gaps(CITY_LEADER, handed=handed, office="410900") == []
    assert len(gaps(handed=handed, office="410900")) == 1


@pytest.mark.parametrize("department", [None, "", "  "])
def test_a_case_without_department_is_not_led(department):
    codes = gaps(OWN_LEADER, handed=False, department=department)

    assert codes == ["department_missing"]


def test_a_gap_says_in_chinese_what_is_missing():
    found = PUYANG.leader_gaps(
        handed=True,
        responsible_office="410922",
        leaders=[],
        department=None,
        directory=DIRECTORY,
    )

    assert [gap.detail for gap in found] == [
        "缺少濮阳市人民检察院的院领导包案。",
        "缺少清丰县人民检察院的院领导包案。",
        "未落实责任部门。",
    ]


def test_a_responsible_office_that_does_not_exist_is_refused():
    with pytest.raises(UnknownOffice):
        gaps(handed=False, office="999999")


@pytest.mark.parametrize(
    ("event_type", "payload", "expected"),
    [
        (
            "intake.petition_registered",
            {},
            ["procedural_reply", "three_month_answer"],
        ),
        (
            "intake.case_opened",
            {"in_scope": True},
            ["leader_named", "resolve_by", "hearing_decision"],
        ),
        ("intake.case_opened", {"in_scope": False}, []),
        ("intake.case_opened", {}, []),
        ("aid.aid_opened", {"origin": "own_motion"}, ["aid_decision"]),
        ("hearing.hearing_held", {"in_scope": True}, []),
    ],
)
def test_an_event_opens_the_duties_that_the_programme_names(
    event_type, payload, expected
):
    rules = PUYANG.duty_rules_for(event_type, payload)

    assert [rule.id for rule in rules] == expected


@pytest.mark.parametrize(
    ("rule", "start", "payload", "expected"),
    [
        ("procedural_reply", "2020-09-28", {}, "2020-10-09"),
        ("three_month_answer", "2020-11-30", {}, "2021-03-01"),
        ("leader_named", "2020-11-20", {}, "2020-12-15"),
        ("leader_named", "2020-12-15", {}, "2020-12-15"),
        ("leader_named", "2021-03-02", {}, "2021-03-02"),
        ("resolve_by", "2020-11-20", {"resolve_by": "2021-06-30"}, "2021-06-30"),
        ("resolve_by", "2020-11-20", {"resolve_by": None}, "2022-12-31"),
        ("aid_decision", "2020-09-28", {}, "2020-10-19"),
    ],
)
def test_a_duty_is_due_by_limit_by_day_or_by_fact(rule, start, payload, expected):
    due = duty(rule).nth_due(0, date.fromisoformat(start), payload, CALENDAR)

    assert due == Due(date.fromisoformat(expected), provisional=False)


def test_a_due_day_may_come_as_a_date():
    day = date(2021, 6, 30)
    said = {"resolve_by": day}
    due = duty("resolve_by").nth_due(0, date(2020, 11, 1), said, CALENDAR)

    assert due.day == day


@pytest.mark.parametrize(
    ("rule", "event_type", "payload", "expected"),
    [
        ("procedural_reply", "intake.reply_given", {"kind": "procedural"}, True),
        ("procedural_reply", "intake.reply_given", {"kind": "result"}, True),
        ("three_month_answer", "intake.reply_given", {"kind": "procedural"}, False),
        ("three_month_answer", "intake.reply_given", {"kind": "progress"}, True),
        ("three_month_answer", "intake.reply_given", {"kind": "result"}, True),
        ("leader_named", "matter.leader_named", {}, True),
        ("resolve_by", "matter.case_resolved", {}, True),
        ("resolve_by", "matter.case_ended", {}, True),
        ("resolve_by", "matter.case_concluded", {}, False),
        ("aid_decision", "aid.aid_refused", {}, True),
    ],
)
def test_a_duty_is_discharged_by_the_facts_named(rule, event_type, payload, expected):
    assert duty(rule).discharged(event_type, payload) is expected


def test_a_merge_releases_and_a_reopening_resumes():
    rule = duty("resolve_by")

    assert [each.event for each in rule.released_by] == ["intake.case_merged"]
    assert [each.event for each in rule.restored_by] == ["intake.case_unmerged"]
    assert [each.event for each in rule.resumed_by] == ["matter.case_reopened"]
    # The office that takes a case over names a leader of its own.
    (moved,) = duty("leader_named").resumed_by
    assert moved.fired_by("matter.case_moved", {"leaderless": True})
    assert not moved.fired_by("matter.case_moved", {"leaderless": False})


def test_each_kind_of_closing_has_a_standard_of_its_own():
    def mandatory(kind):
        items = PUYANG.closing.standard(kind, date(2021, 5, 1))
        return [item.id for item in items if item.mandatory]

    assert mandatory("resolved") == [
        "substantive",
        "matter_settled",
        "feelings_settled",
        "spp_standard",
        "in_time",
    ]
    assert mandatory("procedural") == ["in_time"]
    assert mandatory("lawful_ending") == ["in_time", "ended_by_law"]


def test_aid_is_capped_in_months_and_decided_in_ten_working_days():
    assert PUYANG.aid.cap_months == 36
    assert PUYANG.aid.approval == Limit.parse("10W")


def test_invented_wages_say_so():
    assert {wage.source for wage in PUYANG.aid.example_wages} == {"示例值"}


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("410922", ("dijiubu@puyang.jcy.invalid",)),
        ("410900", ("xinfang@henan.jcy.invalid",)),
        ("410000", ("spp-returns@jcy.invalid",)),
    ],
)
def test_a_return_goes_one_level_up(office, expected):
    recipients = PUYANG.return_recipients(office, DIRECTORY, date(2020, 12, 31))

    assert recipients == expected


@pytest.mark.parametrize(
    ("office", "day", "covered"),
    [
        ("410922", date(2020, 9, 30), False),
        ("410922", date(2020, 10, 1), True),
        ("410900", date(2023, 8, 1), True),
        ("410000", date(2023, 8, 2), False),
        ("640104800", date(2020, 10, 1), False),
    ],
)
def test_a_programme_covers_offices_of_its_tree_during_its_window(office, day, covered):
    found = PROGRAMMES.covering(office, DIRECTORY, day)

    assert found == ((PUYANG,) if covered else ())


@pytest.mark.parametrize(
    ("office", "day", "code"),
    [
        ("410922", date(2022, 11, 1), "puyang-2020"),
        ("410922", date(2024, 3, 4), "puyang-2020"),
        ("640104001", date(2026, 1, 5), "xq-2020"),
    ],
)
def test_an_office_works_by_the_programme_that_ended_once_none_runs(office, day, code):
    found = PROGRAMMES.of_office(office, DIRECTORY, day)

    assert [programme.code for programme in found] == [code]


def test_what_runs_comes_first_then_what_ended_last_then_what_is_to_begin():
    span, day = type(PUYANG.window), date(2024, 3, 4)
    windows = {
        "to_begin": span(date(2025, 1, 1), date(2025, 2, 1)),
        "ended": span(date(2020, 1, 1), date(2021, 1, 1)),
        "ended_last": span(date(2020, 1, 1), date(2023, 1, 1)),
        "running": span(date(2024, 1, 1), date(2024, 12, 31)),
    }
    programmes = Programmes(
        replace(PUYANG, code=code, window=window) for code, window in windows.items()
    )
    found = programmes.of_office("410922", DIRECTORY, day)

    assert [programme.code for programme in found] == [
        *("running", "ended_last", "ended", "to_begin")
    ]


def test_an_unknown_programme_is_refused():
    with pytest.raises(UnknownProgramme):
        Programmes([]).get("puyang-2020")
    assert [programme.code for programme in PROGRAMMES] == [
        "dy-leaders",
        "jiaozuo-2021",
        "meixian",
        "puyang-2020",
        "xq-2020",
    ]


@pytest.mark.requirement("PY-04")
def test_a_programme_can_be_read_aloud():
    said = describe(PUYANG, DIRECTORY, VOCABULARY)

    assert "期限：2020-10-01 至 2023-08-01" in said
    assert "2020-12-31 化解率 30% 以上〔PY-04〕" in said
    assert "交办案件：牵头院院领导、责任单位院领导、责任部门" in said
    assert "七日内程序性回复，期限7日（末日遇休息日顺延）" in said
    assert "豫检〔2020〕-108号" in said
