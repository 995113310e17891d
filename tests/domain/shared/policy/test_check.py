# ruff: noqa: E501 - the table of problems reads best with one problem a line
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.assignment.domain.facts.vocabulary import VOCABULARY
from shared.policy.checks.deploy import check
from shared.policy.directory import Directory
from shared.policy.loading import ProgrammeError, load_programmes
from shared.yaml.load import ConfigurationError

DEPLOY = Path(__file__).parents[4] / "deploy"
PUYANG = "programmes/puyang-2020.yaml"


@pytest.fixture
def deploy(tmp_path):
    """
    The policy with one programme, whatever is wrong: five would be read each time.
    """
    for name in ("calendar", "directory", "rulesets"):
        shutil.copytree(DEPLOY / name, tmp_path / name)
    (tmp_path / "programmes").mkdir()
    shutil.copy(DEPLOY / PUYANG, tmp_path / PUYANG)
    return tmp_path


def spoil(deploy, old, new, file=PUYANG):
    """
    Put a problem into a file; the line it stands in, from 1.
    """
    path = deploy / file
    if not path.exists():
        shutil.copy(DEPLOY / file, path)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return line


def test_what_we_ship_has_no_problems():
    assert check(DEPLOY, VOCABULARY) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("percent: 50", "percent: 150", "milestones[2].percent", "percent_out_of_range"),
        ("percent: 50", "percnt: 50", "milestones[2].percnt", "unknown_key"),
        ("percent: 50", "percnt: 50", "milestones[2].percent", "missing_key"),
        ("percent: 50", "percent: fifty", "milestones[2].percent", "wrong_type"),
        ("percent: 50", "percent: true", "milestones[2].percent", "wrong_type"),
        ("2021-12-31, percent", "2020-12-31, percent", "milestones[2].on", "duplicate_id"),
        ("2021-12-31, percent", "2025-12-31, percent", "milestones[2].on", "never_fires"),
        ('hub: "410900"', 'hub: "410901"', "hub", "unknown_office"),
        ('hub: "410900"', "hub: 410900", "hub", "wrong_type"),
        ("_department: 第九检察部", "_department: 第九部", "hub_department", "unknown_department"),
        ('offices_root: "410000"', 'offices_root: "41000"', "offices_root", "unknown_office"),
        ('recipients: ["410000"]', 'recipients: ["420000"]', "returns.recipients", "unknown_office"),
        ("hand_over: {limit: 5W, too_often: 3,", "hand_over: {limit: 5W,", "hand_over.too_often", "missing_key"),
        ("objections: {limit: 5W", "objections: {limit: 5W, dispute_to: 无", "objections.dispute_to", "unknown_office"),
        ("from: 2020-10-01, to: 2023-08-01", "from: 2020-10-01, to: 2019-08-01", "window.to", "dates_inverted"),
        ("from: 2020-11-01, to: 2020-12-15", "from: 2020-11-01, to: 2020-10-15", "phases[1].to", "dates_inverted"),
        ("from: 2020-11-01,", "from: 2020-09-01,", "phases[1].from", "outside_window"),
        ("to: 2023-08-01, source", "to: 2023-02-30, source", "phases[3].to", "wrong_type"),
        ("name: 总结提升", "name: 集中治理", "phases[3].name", "duplicate_id"),
        ("id: three_month_answer", "id: procedural_reply", "duties[2].id", "duplicate_id"),
        ("id: PY-10", "id: PY-09", "scope.clauses[8].id", "duplicate_id"),
        ("repeats_in_window, at_least: 1", "repeats_in_window, atleast: 1", "scope.clauses[3].test[1].atleast", "unknown_key"),
        ("fact: repeats_in_window", "fact: repeats", "scope.clauses[3].test[1].fact", "unknown_value"),
        ("repeats_in_window, at_least: 1}", "repeats_in_window, at_least: 1, one_of: 2}", "scope.clauses[3].test[1]", "one_operator"),
        ("one_of: handed_by_joint_conference", "one_of: handed_by_conference", "scope.clauses[5].test[1].one_of", "unknown_value"),
        ("when: {scope_class: 4}", "when: {scope_class: 5}", "scope.clauses[8].when", "never_fires"),
        ("when: {handed: true}", "when: {hand: true}", "leader_rules[2].when.hand", "unknown_key"),
        ("when: {scope_class: 4}", "when: {scope_clas: 4}", "scope.clauses[8].when.scope_clas", "unknown_key"),
        ("{organ: [other_competent, procuratorate], final: true}", "{organ: [other_competent, procuratorate], finale: true}", "scope.clauses[7].test[3].contains.finale", "unknown_key"),
        ("[{office: own, flag: leader}]", "[{office: owner, flag: leader}]", "leader_rules[1].need[1].office", "unknown_value"),
        ("limit: 7N roll}\n    discharged_by:", "limit: 7D}\n    discharged_by:", "duties[1].due.limit", "wrong_type"),
        ("day: 2020-12-15", "day: 2019-12-15", "duties[3].due.day", "never_fires"),
        ("day: 2020-12-15", "day: 2020-12-15, limit: 3N", "duties[3].due", "one_due"),
        ("day: 2020-12-15", "day: 2020-12-15, fact: until", "duties[3].due", "one_due"),
        ("day: 2020-12-15", "fact: resolve_by", "duties[3].due", "one_due"),
        ("day: 2020-12-15", "fact: resolve_by, limit: 3N, or_else: 2020-12-15", "duties[3].due", "one_due"),
        ("opened_by: aid.aid_opened", "opened_by: aid.opened", "duties[5].opened_by", "unknown_event"),
        ("event: aid.aid_refused", "event: aid.aid_refusd", "duties[5].discharged_by[2].event", "unknown_event"),
        ("{kind: [progress, result]}", "{kinds: [progress, result]}", "duties[2].discharged_by[1].when", "never_fires"),
        ("discharged_by: [{event: intake.reply_given, when: {kind: [progress, result]}}]", "discharged_by: []", "duties[2].discharged_by", "never_discharged"),
        ("discharged_by: [{event: intake.reply_given, when: {kind: [progress, result]}}]", "discharged_by: [{event: intake.petition_registered}]", "duties[2].discharged_by", "never_fires"),
        ("opened_by: matter.repeat_after_closing", "only_after: true\n    opened_by: matter.repeat_after_closing", "duties[12].only_after", "ambiguous"),
        ("counts_as: ended", "counts_as: over", "closing.kinds[2].counts_as", "unknown_value"),
        ("id: lawful_ending", "id: lawful_end", "closing.kinds[2].id", "unknown_value"),
        ("office: hub, post: line", "office: hub, post: chief", "closing.routes[1].signers[1].departments", "no_line"),
        ("departments: [第一检察部", "departments: [第一部", "closing.routes[1].signers[1].post", "nobody_named"),
        ("members_max: 7", "members_max: 2", "hearing.members_max", "bounds_inverted"),
        ("cap_months: 36", "cap_months: 0", "aid.cap_months", "not_positive"),
        ('year: 2022, yuan: "5600.00"', 'year: 2022, yuan: "much"', "aid.example_wages[4].yuan", "wrong_type"),
        ("year: 2022", "year: 2021", "aid.example_wages[4].year", "duplicate_id"),
        ("percent: 50, source", "percent: 101, source", "milestones[2].percent", "percent_out_of_range"),
        ("rule_sets:\n  - procuratorate-2019", "rule_sets:\n  - procuratorate-2018", "rule_sets", "unknown_rule_set"),
        ("rule_sets:\n  - procuratorate-2019", "rule_sets:\n  - cn-2022", "rule_sets", "never_fires"),
        ("act: named_in_bulletin", "act: named_in_buletin", "duties[9].when", "unknown_act"),
        ("id: own_screening, title: 本院排查", "id: own_screening, title: 省院交办", "origins[6].title", "duplicate_id"),
        ("origins:\n", "origins: []\nfrom:\n", "origins", "no_words"),
        ("id: party_agenda, title", "id: group_agenda, title", "acts[9].id", "act_not_asked"),
        ("{act: bulletin_answered}", "{}", "duties[9].discharged_by[1].when", "act_not_named"),
        ("{act: bulletin_answered}", "{acts: bulletin_answered}", "duties[9].discharged_by[1].when", "never_fires"),
        ("report: summary, act", "report: sumary, act", "report_schedules[3].report", "unknown_report"),
        ("every: unset, report: summary, act: summary_sent", "every: unset, act: summary_sent", "report_schedules[3].report", "missing_key"),
        ("every: unset, report: summary", "every: two_weeks, report: summary", "report_schedules[3].anchor", "no_anchor"),
        ("every: unset, report: summary", "every: year, from: 2030-01-01, report: summary", "report_schedules[3].from", "outside_window"),
        ("act: summary_sent, source", "act: summary_send, source", "report_schedules[3].act", "unknown_act"),
        ("difficulty: [hard, bone, nail]}\n    need", "difficulty: [hard, bones, nail]}\n    need", "leader_rules[3].when", "unknown_value"),
        ("need: [{office: own, flag: chief}]", "need: [{office: own}]", "leader_rules[3].need[1].flag", "nobody_named"),
        ("need: [{office: own, flag: chief}]", "need: [{office: own, flag: chief, rank_at_least: 国家级正职}]", "leader_rules[3].need[1]", "nobody_named"),
        ("need: [{office: own, flag: chief}]\n    department: false", "need: []\n    department: false", "leader_rules[3].need", "nobody_named"),
        ("duties: [named_case_answer], kind: notice, reply: 7N roll,", "duties: [named_case_answer], kind: notice,", "supervision.steps[2].reply", "missing_key"),
        ("duties: [named_case_answer]", "duties: [named_case_answers]", "supervision.steps[2].duties", "unknown_duty"),
        ("due: {fact: resolve_by, or_else: 2022-12-31}", "due: {fact: resolve_by}", "duties[4].due", "one_due"),
        ('from: "08:30", to: "17:30"', 'from: "18:30", to: "17:30"', "supervision.office_hours.to", "never_fires"),
        ("measure: rate, at: bottom_quartile", "measure: rate, at: at_least, value: 101", "supervision.thresholds[2].value", "percent_out_of_range"),
        ("base: frozen, frozen_on: 2020-12-31", "base: frozen", "baselines[1].frozen_on", "missing_key"),
        ("owner: {office: hub, post: hub_department}\n    source: PY-31", "every: 1M\n    source: PY-31", "duties[8].every", "never_ends"),
        ("id: A-24, text: 以四分位和目标节点产生候选名单，是否督查由人决定", 'id: A-24, text: ""', "resolutions[12].text", "empty_text"),
        ("of: office, needs: [document], source: PY-41", "fields: [handler], needs: [document], source: PY-41", "acts[9].fields", "unknown_field"),
        ("of: office, needs: [document], source: PY-41", "of: office, fields: [leader], source: PY-41", "acts[9].fields", "never_fires"),
        ("form: annex2", "form: annex2\nform: annex3", "form", "duplicate_key"),
        ("form: annex2", "forms: annex2", "forms", "unknown_key"),
        ("form: annex2", "progress_only: {case_kinds: [gossip], source: x}\nform: annex2", "progress_only.case_kinds", "unknown_value"),
        ("count_ended_as_resolved: false", "count_ended_as_resolved: 0", "settings.count_ended_as_resolved", "wrong_type"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_line_and_reason(deploy, old, new, path, code):
    line = spoil(deploy, old, new)
    found = {
        each.location.path: each
        for each in check(deploy, VOCABULARY)
        if each.code == code
    }

    assert path in found
    problem = found[path]
    assert problem.location.file == str(deploy / PUYANG)
    assert abs(problem.location.line - line) <= (code == "duplicate_key")
    assert problem.detail
    assert problem.remedy


def test_overlapping_phases_need_a_stated_winner(deploy):
    spoil(deploy, "shared_phase_day: later", "")
    [problem] = check(deploy, VOCABULARY)

    assert problem.code == "phases_overlap"
    assert problem.location.path == "phases[2].from"
    assert "集中治理" in problem.detail


def test_notices_without_a_duty_to_answer_them_are_no_escalation(deploy):
    opens = "opened_by: matter.supervision_issued\n    per: notice"
    spoil(deploy, opens, "opened_by: matter.case_reopened")
    found = {each.location.path: each.code for each in check(deploy, VOCABULARY)}

    assert found["supervision"] == "no_reply_duty"


def test_all_faults_are_named_at_once_in_the_order_of_the_file(deploy):
    spoil(deploy, 'hub: "410900"', "hub: 410900")
    spoil(deploy, "from: 2020-11-01, to: 2020-12-15", "from: 2020-11-01")
    spoil(deploy, "percent: 50", "percent: 150")
    spoil(deploy, "fact: repeats_in_window", "fact: repeats")
    spoil(deploy, 'recipients: ["410000"]', 'recipients: ["420000"]')
    spoil(deploy, "form: annex2", "from: annex2")
    spoil(
        deploy,
        'parents: [{code: "410900"}]\n    mail: [kongshen@nanle',
        'parents: [{code: "410901"}]\n    mail: [kongshen@nanle',
        "directory/henan-procuratorate.yaml",
    )
    found = check(deploy, VOCABULARY)

    assert [(each.location.path, each.code) for each in found] == [
        ("offices[5].parents[1].code", "unknown_office"),
        ("form", "missing_key"),  # at the top of the file
        ("hub", "wrong_type"),
        ("phases[1].to", "missing_key"),
        ("milestones[2].percent", "percent_out_of_range"),
        ("scope.clauses[3].test[1].fact", "unknown_value"),
        ("returns.recipients", "unknown_office"),
        ("from", "unknown_key"),
    ]


def test_a_hub_outside_the_offices_covered_is_a_finding(deploy):
    spoil(deploy, 'offices_root: "410000"', 'offices_root: "410922"')
    [problem] = check(deploy, VOCABULARY)

    assert (problem.location.path, problem.code) == ("hub", "hub_outside")


def test_offices_in_a_circle_are_found_and_not_walked_for_ever(deploy):
    spoil(
        deploy,
        'parents: [{code: "410000"}]',
        'parents: [{code: "410922"}]',
        "directory/henan-procuratorate.yaml",
    )
    found = check(deploy, VOCABULARY)

    assert {each.location.path for each in found if each.code == "circle"} == {
        "offices[2].parents[1].code",
        "offices[4].parents[1].code",
    }


def test_a_misspelt_key_is_answered_with_the_nearest_one(deploy):
    spoil(deploy, "percent: 50", "percnt: 50")
    message = " ".join(each.detail for each in check(deploy, VOCABULARY))

    assert "是否想写“percent”？" in message


def test_without_a_vocabulary_the_names_of_facts_are_not_checked(deploy):
    spoil(deploy, "opened_by: aid.aid_opened", "opened_by: aid.opened")

    assert check(deploy) == []
    assert [each.code for each in check(deploy, VOCABULARY)] == ["unknown_event"]


def test_loading_refuses_with_every_fault(deploy):
    spoil(deploy, "percent: 50", "percent: 150")
    spoil(deploy, "members_max: 7", "members_max: 2")
    directory = Directory.load(deploy / "directory")

    with pytest.raises(ProgrammeError) as refused:
        load_programmes(deploy / "programmes", directory)
    assert [each.code for each in refused.value.problems] == [
        "percent_out_of_range",
        "bounds_inverted",
    ]
    assert "puyang-2020.yaml:33" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("code: [\n", "not_yaml"),
        ("\tcode: x\n", "not_yaml"),
        ("- a\n- b\n", "wrong_type"),
        ("just words\n", "wrong_type"),
    ],
)
def test_a_file_that_is_no_programme_is_a_finding(deploy, text, code):
    (deploy / "programmes/other.yaml").write_text(text, encoding="utf-8")

    assert [each.code for each in check(deploy, VOCABULARY)] == [code]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code: x\n\ttitle: y\n", "制表符"),
        ("code: x\ntitle：y\nform: z\n", "全角冒号"),
        ("code: [x\n", "没有配对"),
        ("code: x: y\n", "两个冒号"),
    ],
)
def test_a_slip_of_the_pen_is_explained_in_chinese(deploy, text, said):
    (deploy / "programmes/other.yaml").write_text(text, encoding="utf-8")

    (problem,) = check(deploy)
    assert said in problem.detail
    assert "半角" in problem.remedy


def test_a_file_in_another_encoding_is_a_finding(deploy):
    (deploy / "programmes/other.yaml").write_bytes("title: 濮阳".encode("gbk"))

    (problem,) = check(deploy)
    assert (problem.code, "不是 UTF-8" in problem.detail) == ("not_yaml", True)


def test_the_same_programme_twice_is_a_finding(deploy):
    shutil.copy(deploy / PUYANG, deploy / "programmes/zz-copy.yaml")
    [problem] = check(deploy, VOCABULARY)

    assert (problem.code, problem.location.path) == ("duplicate_id", "code")
    assert problem.location.file.endswith("zz-copy.yaml")


def test_a_folder_with_nothing_in_it_is_a_finding(tmp_path):
    problems = check(tmp_path)

    assert [each.code for each in problems] == ["nothing_here"] * 3
    with pytest.raises(ConfigurationError, match="nothing_here"):
        Directory.load(tmp_path)


def test_a_fault_in_the_calendar_is_found_too(deploy):
    spoil(deploy, "overrides: []", "overrides: [{day: 2021-13-01}]", "calendar/cn.yaml")

    assert {each.location.path for each in check(deploy)} == {
        "overrides[1].day",
        "overrides[1].working",
        "overrides[1].reason",
        "overrides[1].document",
    }


def test_an_owner_that_no_office_can_be_is_nobody(deploy):
    line = spoil(
        deploy,
        "owner: {office: hub, post: hub_department}\n    source: MX-24",
        "owner: {office: own, post: leader}\n    source: MX-24",
        "programmes/meixian.yaml",
    )
    path = deploy / "directory/shaanxi-procuratorate.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("leader: true", "leader: false"), encoding="utf-8")
    found = [
        each
        for each in check(deploy, VOCABULARY)
        if each.location.file.endswith("n.yaml")
    ]

    assert ("duties[10].owner", "nobody_named") in {
        (f.location.path, f.code) for f in found
    }
    assert line in {problem.location.line for problem in found}


JIAOZUO = "programmes/jiaozuo-2021.yaml"


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("{id: president, title: 本院院长, office: own, post: chief}", "{id: president, title: 本院院长, office: own, post: hub_department}", "closing.routes[2].signers[2].post", "nobody_named"),
        ("{id: president, title: 本院院长, office: own, post: chief}", "{id: leader, title: 本院院长, office: own, post: chief}", "closing.routes[2].signers[2].id", "duplicate_id"),
        ("documents: [评查报告, 息诉材料, 化解方案]", "documents: []", "closing.packets[1].documents", "empty_list"),
        ("levels: [county]", "levels: [city]", "closing.routes[2].levels", "never_fires"),
    ],
)  # fmt: skip
def test_a_closing_that_nobody_can_bring_or_sign_is_found(deploy, old, new, path, code):
    line = spoil(deploy, old, new, JIAOZUO)
    found = {
        (f.location.path, f.code): f.location.line for f in check(deploy, VOCABULARY)
    }

    assert found[path, code] == line


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("blue: [owed]", "blue: [owing]", "alerts.blue[1]", "unknown_value"),
        ("blue: [owed]", "blue: [owed, due_soon]", "alerts.blue", "never_fires"),
        ("category: suggestion", "category: suggestions", "routes[5].when", "unknown_value"),
        ("when: {category: suggestion}, department: 12309检察服务中心", "when: {category: suggestion}, department: 12308中心", "routes[5].department", "unknown_department"),
        ("organ: 有管理权限的纪检监察机关", "office: hub, organ: 纪检监察机关", "routes[7].office", "one_receiver"),
        ("organ: 有管理权限的纪检监察机关", "office: own", "routes[7].department", "one_receiver"),
    ],
)  # fmt: skip
def test_a_route_that_leads_nowhere_is_found(deploy, old, new, path, code):
    file = "programmes/meixian.yaml"
    spoil(deploy, old, new, file=file)
    found = {
        (each.location.file, each.location.path, each.code)
        for each in check(deploy, VOCABULARY)
    }

    assert (str(deploy / file), path, code) in found


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("limit: 15N", "limit: 15D", "duties[1].due.limit", "wrong_type"),
        ("act: handling_opinion}", "act: handling_opinon}", "duties[2].discharged_by[2].when", "unknown_act"),
        ("step: [forwarded, handed_down]", "step: [forwardet]", "duties[1].discharged_by[1].when", "unknown_value"),
        ("kinds: [joint_conference, petition_office, department, township]", "kinds: []", "kinds", "never_fires"),
        ("from: 2005-05-01, to: 2022-04-30", "from: 2005-05-01, to: 2002-04-30", "in_force.to", "dates_inverted"),
        ("asked_within: review_request", "asked_within: review_wish", "review.asked_within", "unknown_limit"),
        ("representatives: 5", "representatives: 0", "group_visits.representatives", "not_positive"),
        ("{channels: [visit], from: 5", "{channels: [visit, vsit], from: 5", "group_visits.channels", "unknown_value"),
        ("needs: [document]}\n", "needs: [document], within: review_request}\n", "acts[1].within", "never_fires"),
        ("needs: [document]}\n", "needs: [document], after: handling_opinion, within: review_wish}\n", "acts[1].within", "unknown_limit"),
        ("{id: explained,", "{id: supported,", "verdicts[2].id", "duplicate_id"),
        ("id: cn-2005", "id: cn-2022", "id", "duplicate_id"),
    ],
)  # fmt: skip
def test_a_fault_in_a_rule_set_is_found_too(deploy, old, new, path, code):
    same_id = path == "id"
    file = "rulesets/cn-2022.yaml" if same_id else "rulesets/cn-2005.yaml"
    if same_id:
        old, new = "id: cn-2022", "id: cn-2005"
    text = (deploy / file).read_text(encoding="utf-8")
    (deploy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = {
        (each.location.file, each.location.path, each.code)
        for each in check(deploy, VOCABULARY)
    }

    assert (str(deploy / file), path, code) in found
