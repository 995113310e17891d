# ruff: noqa: E501 - the tables read best with one case a line
from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from services.assignment.domain.facts.vocabulary import VOCABULARY
from shared.policy.calendar import Limit
from shared.policy.checks.deploy import check
from shared.policy.current import current_policy
from shared.policy.describe.programme import describe
from shared.policy.loading import load_programmes
from shared.policy.parts.reports import ReportSchedule
from shared.vocabulary import Disposition, Remedy

DEPLOY = Path(__file__).parents[4] / "deploy"
CALENDAR = current_policy().calendar
DIRECTORY = current_policy().directory
PROGRAMMES = current_policy().programmes
PUYANG, PROVINCE, XINGQING, MEIXIAN, JIAOZUO = (
    PROGRAMMES.get(code)
    for code in ("puyang-2020", "dy-leaders", "xq-2020", "meixian", "jiaozuo-2021")
)
REQUIREMENTS = [
    ("PY", 57, PUYANG),
    ("DY", 33, PROVINCE),
    ("XQ", 63, XINGQING),
    ("MX", 35, MEIXIAN),
    ("JZ", 49, JIAOZUO),
]
WATCHING = ("稳控", "重点信访人员", "缠访", "闹访", "信访老户", "吸附")

# A county's petition office that no programmer has ever heard of.
SIXTH = """
code: sixth
title: 某县信访局日常办理
documents: [{title: 信访事项办理办法, issuer: 某县信访局}]
offices_root: "990101"
hub: "990101"
hub_department: 控告申诉检察部
window: {from: 2024-01-01}
phases: []
scope:
  clauses:
    - {id: one, text: 须为控告, source: 办法第一条, test: [{fact: case_kind, one_of: complaint}]}
leader_rules:
  - {id: two, need: [{office: own, flag: leader}], source: 办法第二条}
filing_requires: [leader, department]
case_kinds: [{id: complaint, title: 控告, source: 办法第一条}]
origins: [{id: own_counter, title: 本单位接访, source: 办法第一条}]
closing:
  kinds: [{id: resolved, title: 化解, counts_as: resolved, source: 办法第三条}]
  checklist: [{id: done, text: 已解决, kinds: [resolved], source: 办法第三条}]
acts: [{id: week_told, title: 周报, of: office, source: 办法第四条}]
reports: [{id: week, title: 周报, heads: [进展], source: 办法第四条}]
report_schedules:
  - {id: week, title: 周报, of: hub, every: week, report: week, act: week_told, source: 办法第四条}
duties:
  - id: answer
    title: 五个工作日内回复
    opened_by: intake.petition_registered
    due: {limit: 5W}
    discharged_by: [{event: intake.reply_given}]
    source: 办法第五条
hearing: {notice: 3N, members_min: 3, members_max: 7, source: 办法第六条}
aid:
  cap_months: 12
  approval: 10W
  once_per_case_and_person: true
  source: 办法第七条
returns: {recipients: ["990100"], above_root: ["990100"], source: 办法第八条}
form: annex2
settings: {count_ended_as_resolved: false, warn_days: 3, receipt_days: 0, delivery_attempts: 3}
"""


def values(part, name):
    """
    Every value of fields called *name* in a programme, at any depth.
    """
    if dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            if field.name == name and isinstance(value, str):
                yield value
            elif field.name != "law":
                yield from values(value, name)
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from values(each, name)
    elif isinstance(part, tuple):
        for each in part:
            yield from values(each, name)


def duty(programme, rule):
    return programme.duty_rule(rule)


def schedule(programme, name):
    return next(each for each in programme.report_schedules if each.id == name)


@pytest.mark.parametrize(
    ("letters", "count", "programme"), REQUIREMENTS, ids=[r[0] for r in REQUIREMENTS]
)
def test_every_requirement_is_done_by_an_entry_or_left_out_with_a_reason(
    letters, count, programme
):
    done = set(re.findall(rf"{letters}-\d\d", " ".join(values(programme, "source"))))
    left = {each.id for each in programme.left_out}
    wanted = {f"{letters}-{number:02}" for number in range(1, count + 1)}

    assert wanted - done - left == set()
    assert done & left == set()


def test_every_ambiguity_is_settled_in_some_file():
    settled = set()
    for programme in PROGRAMMES:
        settled |= {each.id for each in programme.resolutions}
        for rule_set in programme.law:
            settled |= {each.id for each in rule_set.resolutions}

    assert {f"A-{number:02}" for number in range(1, 51)} - settled == set()


@pytest.mark.parametrize("programme", [*PROGRAMMES], ids=lambda each: each.code)
def test_no_title_speaks_of_watching_people(programme):
    said = " ".join(
        text for name in ("title", "text", "duty") for text in values(programme, name)
    )

    assert not [word for word in WATCHING if word in said.replace("人员名单", "")]


@pytest.mark.parametrize("programme", [*PROGRAMMES], ids=lambda each: each.code)
def test_every_programme_can_be_read_aloud(programme):
    said = describe(programme, DIRECTORY, VOCABULARY)

    assert programme.title in said
    assert all(rule.title in said for rule in programme.every_duty_rule())


@pytest.mark.requirement("XQ-01")
def test_the_page_of_a_programme_names_the_documents_it_rests_on():
    said = describe(XINGQING, DIRECTORY, VOCABULARY)

    for number in (
        "中信联发〔2020〕3号",
        "宁信联发〔2020〕2号",
        "银信联发〔2020〕10号",
    ):
        assert number in said


@pytest.mark.parametrize(
    ("baseline", "as_of", "percent", "implied"),
    [
        ("handed95", date(2020, 12, 31), 65, False),
        ("handed95", date(2021, 1, 1), 85, False),
        ("handed95", date(2022, 1, 1), 100, True),
        ("others", date(2020, 12, 31), 100, False),
        (None, date(2020, 11, 1), 65, False),
    ],
)
def test_xingqing_has_two_baselines(baseline, as_of, percent, implied):
    milestone = XINGQING.milestone_for(as_of, baseline)

    assert (milestone.percent, milestone.implied) == (percent, implied)
    assert XINGQING.baselines[0].size == 95


def test_a_programme_without_a_rate_asks_for_none():
    assert JIAOZUO.milestone_for(date(2021, 4, 1)).percent == 0
    assert JIAOZUO.baselines[0].size == 427


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        ("ledger", "2N"),
        ("meeting", "2N"),
        ("progress_report", "7N"),
        ("conclusion", "30N"),
    ],
)
def test_jiaozuo_counts_natural_days_from_receipt(rule, limit):
    found = duty(JIAOZUO, rule)

    assert found.due.limit == Limit.parse(limit)
    assert found.opened_by == "matter.batch_received"
    assert found.overridable


def test_the_masked_number_says_so():
    reply = duty(PROVINCE, "procedural_reply")

    assert str(reply.due.limit) == "7N roll"
    assert reply.masked
    assert "原文数字被遮盖" in describe(PROVINCE, DIRECTORY, VOCABULARY)


@pytest.mark.parametrize(
    ("facts", "leaders", "expected"),
    [
        ({}, [("640104001", "党（工）委书记")], []),
        ({"long_span": True}, [("640104001", "党（工）委书记")], ["hub_rank_missing"]),
        ({"cross_separate": True}, [("640104001", "党（工）委书记"), ("640104800", "副区长")], []),
        ({"policy_heavy": True}, [("640104001", "党（工）委书记"), ("640104800", "信联办工作人员")], ["hub_rank_missing"]),
    ],
)  # fmt: skip
def test_hard_cases_of_xingqing_need_a_leader_of_county_rank(facts, leaders, expected):
    found = XINGQING.leader_gaps(
        handed=True,
        responsible_office="640104001",
        leaders=leaders,
        department="综治中心",
        directory=DIRECTORY,
        facts=facts,
        team="专班",
        resolve_by="2021-06-30",
    )

    assert [gap.code for gap in found] == expected


def test_a_case_of_xingqing_needs_a_team_and_a_day():
    found = XINGQING.leader_gaps(
        handed=False,
        responsible_office="640104001",
        leaders=[("640104001", "党（工）委书记")],
        department="综治中心",
        directory=DIRECTORY,
    )

    assert [gap.detail for gap in found] == ["未明确工作专班。", "未明确化解时限。"]


def test_a_stubborn_case_of_the_province_has_a_unit_of_three_levels():
    facts = {"difficulty": "nail", "office_level": "county"}
    found = PROVINCE.leader_gaps(
        handed=False,
        responsible_office="990101",
        leaders=[],
        department=None,
        directory=DIRECTORY,
        facts=facts,
    )

    assert [gap.detail for gap in found] == [
        "缺少某省人民检察院的院领导包案。",
        "缺少甲市人民检察院分院的主要领导包案。",
        "缺少甲市子县人民检察院的主要领导包案。",
    ]


def test_a_chief_is_advised_and_not_demanded_for_hard_cases():
    asked = {
        "handed": False,
        "responsible_office": "410922",
        "leaders": [("410922", "副检察长")],
        "department": "第一检察部",
        "directory": DIRECTORY,
        "facts": {"difficulty": "bone"},
    }

    assert PUYANG.leader_gaps(**asked) == ()
    assert [g.code for g in PUYANG.leader_gaps(**asked, advice=True)] == [
        "own_chief_missing"
    ]


@pytest.mark.parametrize(
    ("office", "title", "expected"),
    [
        ("990100", "刑事检察部主任", True),
        ("990101", "控告申诉检察部主任", False),
        ("990101", "副检察长", True),
        ("990000", "第十检察部主任", True),
        ("990100", "检察官", False),
    ],
)
def test_who_counts_as_a_leader_differs_by_level(office, title, expected):
    found = DIRECTORY.office(office)

    assert PROVINCE.eligible(found.posts[title], found.level) is expected


@pytest.mark.parametrize(
    ("kind", "level", "signers"),
    [
        ("resolved", "city", ["包案领导", "主管院长", "中院院长", "信访局", "教育整顿领导小组"]),
        ("resolved", "county", ["包案领导", "本院院长", "中院院长", "信访局", "教育整顿领导小组"]),
    ],
)  # fmt: skip
def test_who_signs_goes_by_who_got_the_case(kind, level, signers):
    route = JIAOZUO.closing.route_for(kind, level)

    assert [signer.title for signer in route.signers] == signers
    assert PUYANG.closing.route_for(kind, level) is None


@pytest.mark.parametrize("programme", [*PROGRAMMES], ids=lambda each: each.code)
def test_no_head_measure_ending_or_watch_of_a_programme_goes_without_a_rule(programme):
    # PY-01, PY-33: a head or a measure without a rule would need nothing to show it.
    rules = programme.closing
    (ending,) = rules.packets_for("lawful_ending")

    assert {each.id for each in rules.dispositions} == {*map(str, Disposition)}
    assert {each.id for each in rules.measures} == {*map(str, Remedy)}
    assert all(each.facts for each in rules.measures)
    assert ending.filed
    assert any("终结决定" in name for name in ending.documents)
    assert rules.watch
    assert rules.watch.source


def test_packets_go_by_the_kind_of_closing():
    found = [
        JIAOZUO.closing.packets_for(kind)[0].id
        for kind in ("resolved", "procedural", "lawful_ending")
    ]

    assert found == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("every", "day", "expected"),
    [
        ("day", date(2021, 5, 1), ("2021-05-01", date(2021, 5, 1), date(2021, 5, 1))),
        ("working_day", date(2021, 5, 1), None),
        ("working_day", date(2021, 5, 8), ("2021-05-08", date(2021, 5, 8), date(2021, 5, 8))),
        ("week", date(2021, 1, 3), ("2020-W53", date(2020, 12, 28), date(2021, 1, 3))),
        ("half_month", date(2021, 2, 15), ("2021-02-a", date(2021, 2, 1), date(2021, 2, 15))),
        ("half_month", date(2021, 2, 16), ("2021-02-b", date(2021, 2, 16), date(2021, 2, 28))),
        ("two_weeks", date(2021, 3, 14), None),
        ("two_weeks", date(2021, 3, 28), ("2021-03-15", date(2021, 3, 15), date(2021, 3, 28))),
        ("two_weeks", date(2021, 3, 29), ("2021-03-29", date(2021, 3, 29), date(2021, 4, 11))),
        ("month", date(2020, 2, 3), ("2020-02", date(2020, 2, 1), date(2020, 2, 29))),
        ("quarter", date(2021, 6, 30), ("2021-Q2", date(2021, 4, 1), date(2021, 6, 30))),
        ("year", date(2021, 6, 30), ("2021", date(2021, 1, 1), date(2021, 12, 31))),
        ("unset", date(2021, 6, 30), None),
    ],
)  # fmt: skip
def test_periods_lie_where_the_calendar_has_them(every, day, expected):
    anchor = date(2021, 3, 15) if every == "two_weeks" else None
    report = ReportSchedule("x", "报", "hub", every, "p", "a", "示例", anchor=anchor)
    period = report.period_on(day, CALENDAR)

    assert (period and (period.id, period.from_, period.to)) == expected


def test_two_weeks_of_bulletins_since_the_anchor():
    report = schedule(JIAOZUO, "two_weeks")
    periods = list(report.periods(date(2021, 3, 1), date(2021, 4, 30), CALENDAR))

    assert [each.id for each in periods] == [
        "2021-03-15",
        "2021-03-29",
        "2021-04-12",
        "2021-04-26",
    ]
    assert CALENDAR.due(periods[0].to, report.due).day == date(2021, 3, 31)


def test_lists_without_contents_wait_to_be_filled_in():
    empty = [each.title for each in MEIXIAN.duty_lists if not each.items]

    assert empty == ["“六个一”", "“五包”"]
    said = describe(MEIXIAN, DIRECTORY, VOCABULARY)
    assert "待填" in said
    assert "三色预警：红色 逾期、必填项缺失；黄色 临近到期、督办未答复；蓝色" in said


def test_support_is_owed_by_offices_and_keeps_the_old_word_small():
    supporting = [
        item
        for programme in PROGRAMMES
        for each in programme.duty_lists
        for item in each.items
        if item.support
    ]

    assert {item.tooltip for item in supporting} >= {"保稳定", "包人员稳控"}
    assert all(item.tooltip not in item.text for item in supporting)


@pytest.mark.parametrize("programme", [*PROGRAMMES], ids=lambda each: each.code)
def test_a_supervision_letter_has_a_reply_day(programme):
    steps = programme.supervision.steps
    kinds = [step.kind for step in steps]

    assert all(step.reply for step in steps if step.kind == "notice")
    assert kinds.index("notice") < kinds.index("interview_candidate")
    assert programme.supervision.interview_after == 3


def test_a_sixth_office_is_served_without_code(tmp_path):
    for name in ("calendar", "directory", "programmes", "rulesets"):
        shutil.copytree(DEPLOY / name, tmp_path / name)
    (tmp_path / "programmes/sixth.yaml").write_text(SIXTH, encoding="utf-8")
    loaded = load_programmes(tmp_path / "programmes", DIRECTORY).get("sixth")

    assert check(tmp_path, VOCABULARY) == []
    assert loaded.warn_days(loaded.duty_rule("answer")) == 3
    assert "五个工作日内回复，期限5个工作日" in describe(loaded, DIRECTORY, VOCABULARY)


@pytest.mark.parametrize("programme", [*PROGRAMMES], ids=lambda each: each.code)
def test_what_is_printed_of_duties_is_in_words_an_office_knows(programme):
    lines = describe(programme, DIRECTORY, VOCABULARY).splitlines()
    owed = [line for line in lines if "；自" in line]

    assert len(owed) >= len(programme.duties)
    for line in owed:
        assert not re.search(r"[a-z]+[._][a-z]+", line.partition("，")[2]), line


@pytest.mark.requirement("S10")
@pytest.mark.parametrize("programme", [*PROGRAMMES], ids=lambda p: p.code)
def test_every_office_has_reasons_for_refusing_with_their_source(programme):
    day = programme.window.from_
    kinds = {
        DIRECTORY.office(code).kind
        for code in DIRECTORY.subtree(programme.offices_root, day)
    }
    for kind in kinds:
        for on in (day, date(2022, 5, 1)):
            reasons = programme.refusals_on(on, kind)

            assert len({reason.title for reason in reasons}) == len(reasons) >= 3
            assert all(reason.source for reason in reasons)
