"""
A programme in plain Chinese, as a person wants to read it: every rule with its source.

Prints what is there and judges nothing; a part that a programme lacks is not printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from shared.calendar import Limit, Unit
from shared.conditions import Condition
from shared.directory import Directory
from shared.directory_file import Kind
from shared.duties import DutyRule, Until
from shared.leading import LeaderRule, Need, flag_name
from shared.programme import Baseline, Milestone, Programme
from shared.programme_closing import Closing
from shared.programme_papers import Cadence, DutyList
from shared.supervising import Supervision, SupervisionStep

UNITS = {Unit.NATURAL: "日", Unit.WORKING: "个工作日", Unit.MONTH: "个月"}
LEVELS: Mapping[str, str] = {"hub": "牵头院", "own": "责任单位", "upper": "上级单位"}
OWNERS = {**LEVELS, "hub": "牵头单位", "from": "交办单位", "to": "收函单位"}
POSTS = {
    "leader": "包案领导",
    "chief": "主要领导",
    "handler": "承办人",
    "hub_department": "牵头部门",
}
CREDITORS = {"petitioner": "对信访人", "upper": "对上级", "hub": "对牵头单位"}
FACTS = {
    "origin": "来源",
    "first_petition": "首次信访",
    "office_level": "单位层级",
    "case_kind": "案件类别",
    "difficulty": "难度",
    "cross_separate": "三跨三分离",
    "long_span": "时间跨度长",
    "many_people": "涉及人数多",
    "policy_heavy": "政策性强",
    "sensitive": "重大敏感",
}
EVERY = {
    "day": "每日",
    "working_day": "每个工作日",
    "week": "每周",
    "half_month": "每半月",
    "two_weeks": "每两周",
    "month": "每月",
    "quarter": "每季度",
    "year": "每年",
    "unset": "周期待本单位设定",
}
WHO = {
    "each_office": "各单位",
    "each_child_of_hub": "所属各单位",
    "each_department": "各部门",
    "hub": "牵头单位",
}
DAYS_NAMED = {
    "resolve_by": "案件的化解时限",
    "until": "记录的日期",
    "reply_by": "督办函的答复期限",
}
CAUSES = {
    "due_soon": "临近期限",
    "overdue": "逾期",
    "stagnant": "长期无进展",
    "unanswered": "督办未反馈",
    "notices_without_progress": "多次督办仍无进展",
}
SHOWN = {"count": "统计", "list": "清单", "missing": "缺报清单"}
MOMENTS = {
    "led": "每件包案",
    "handed": "每件交办",
    "closed": "每件办结",
    "every": "每件",
}


def describe(programme: Programme, directory: Directory) -> str:
    """
    The whole programme, a line a rule.
    """
    kind = directory.office(programme.hub).kind
    parts = (
        _head(programme, directory),
        _targets(programme),
        _leading(programme, kind),
        _duties(programme),
        _office_work(programme, kind),
        _supervising(programme),
        _closing(programme.closing),
        _procedures(programme, kind),
        _remarks(programme),
    )
    return "\n".join(line for part in parts for line in part)


def _head(programme: Programme, directory: Directory) -> Iterator[str]:
    root = directory.office(programme.offices_root).name
    hub = directory.office(programme.hub).name
    window = programme.window
    until = "长期" if window.to == date.max else f"至 {window.to}"
    yield f"{programme.title}（{programme.code}）"
    yield f"期限：{window.from_} {until}"
    below = _called("所属各院", directory.office(programme.hub).kind)
    yield f"范围：{root}及{below}；牵头：{hub}{programme.hub_department}"
    if programme.everyday_from:
        yield f"日常交办：{programme.everyday_from} 以后产生的重复信访"
    yield "依据："
    for document in programme.documents:
        yield f"  {document.issuer}《{document.title}》{document.number}"
    for rule_set in programme.law:
        state = "" if rule_set.enabled else "（未启用）"
        yield f"  规则集 {rule_set.id} {rule_set.title}{state}〔{rule_set.source}〕"
    yield from _listed(
        "阶段",
        (f"{p.name} {p.from_} 至 {p.to}〔{p.source}〕" for p in programme.phases),
    )


def _targets(programme: Programme) -> Iterator[str]:
    yield from _listed("目标", (_target(each) for each in programme.milestones))
    for baseline in programme.baselines:
        yield f"基数：{_baseline(baseline)}〔{baseline.source}〕"
        for milestone in baseline.milestones:
            yield f"  {_target(milestone)}"
    clauses = programme.scope.clauses
    yield from _listed("治理范围", (f"{c.id} {c.text}〔{c.source}〕" for c in clauses))
    topics = programme.topics
    yield from _listed("领域", (f"{t.title}〔{t.source}〕" for t in topics))


def _leading(programme: Programme, kind: Kind) -> Iterator[str]:
    yield from _listed(
        "包案",
        (f"{r.id} {_rule(r, kind)}〔{r.source}〕" for r in programme.leader_rules),
    )
    for able in programme.eligible_leaders:
        flags = "、".join(flag_name(flag, kind) for flag in able.flags)
        yield f"  可以包案、办案（{able.level}）：{flags}〔{able.source}〕"
    for floor in programme.leader_floors:
        yield f"  {floor.title}〔{floor.source}〕"
    for target in programme.leader_targets:
        yield f"  {target.title}：{target.percent}%〔{target.source}〕"
    fields = programme.mandatory_fields
    yield from _listed("逐案明确", (f"{f.title}〔{f.source}〕" for f in fields))
    for each in programme.duty_lists:
        yield from _duty_list(each)
    for role in programme.cross_area:
        said = f"{role.unit}：{role.duty}{_old(role.tooltip)}"
        yield f"跨区域分工：{said}〔{role.source}〕"


def _duties(programme: Programme) -> Iterator[str]:
    rules = (f"{duty.id} {_duty(duty)}" for duty in programme.duties)
    yield from _listed("职责", rules)
    for rule_set in programme.law:
        rules = (f"{duty.id} {_duty(duty)}" for duty in rule_set.duties)
        yield from _listed(f"依{rule_set.title}的职责", rules)
        for each in rule_set.limits:
            yield f"  {each.id} {each.title}，{_limit(each.limit)}〔{each.source}〕"


def _office_work(programme: Programme, kind: Kind) -> Iterator[str]:
    if programme.batch_kinds:
        kinds = (f"{b.title}〔{b.source}〕" for b in programme.batch_kinds)
        yield from _listed("交办", kinds)
    if programme.objections:
        sent = programme.objections
        dispute = f"，有争议的提请{sent.dispute_to}" if sent.dispute_to else ""
        yield f"  异议：{_limit(sent.limit)}内退回并说明理由{dispute}〔{sent.source}〕"
    yield from _listed("定期报告", (_cadence(each) for each in programme.cadences))
    papers = (
        f"{p.title}：{'、'.join(p.heads) or '（自拟）'}〔{p.source}〕"
        for p in programme.papers
    )
    yield from _listed("报告文本", papers)
    for roster in programme.rosters:
        flags = "、".join(flag_name(flag, kind) for flag in roster.flags)
        at_least = f"，每年不少于{roster.times_a_year}次" if roster.times_a_year else ""
        said = f"{EVERY[roster.every]}由{flags}在{roster.place}值守{at_least}"
        yield f"接访：{roster.title}，{said}〔{roster.source}〕"
    acts = (f"{a.title}{_old(a.tooltip)}〔{a.source}〕" for a in programme.acts)
    yield from _listed("留痕事项", acts)
    tallies = (f"{t.title}（{SHOWN[t.show]}）〔{t.source}〕" for t in programme.tallies)
    yield from _listed("统计", tallies)


def _supervising(programme: Programme) -> Iterator[str]:
    supervision = programme.supervision
    if supervision is None:
        return
    yield f"督办：〔{supervision.source}〕"
    for step in supervision.steps:
        only = "、".join(programme.duty_rule(kind).title for kind in step.duties)
        only = f"（限于：{only}）" if only else ""
        yield f"  {step.title}：{_step(step, supervision)}{only}〔{step.source}〕"
    for each in supervision.thresholds:
        yield f"  督查对象：{each.title}〔{each.source}〕"
    hours = supervision.office_hours
    yield f"  通知在 {hours.from_} 至 {hours.to} 之间合并发出〔{hours.source}〕"


def _closing(closing: Closing) -> Iterator[str]:
    yield "报结审核："
    for item in closing.checklist:
        need = "必须" if item.mandatory else "可选"
        yield f"  {item.id} {item.text}（{need}）〔{item.source}〕"
    for packet in closing.packets:
        documents = "、".join(packet.documents)
        yield f"  材料{packet.id} {packet.title}：{documents}〔{packet.source}〕"
    for route in closing.routes:
        signers = "→".join(signer.title for signer in route.signers)
        yield f"  签批 {route.title}：{signers}〔{route.source}〕"
    for reason in closing.return_reasons:
        yield f"  退回理由：{reason.text}〔{reason.source}〕"
    watch = f"{closing.observation_days}日" if closing.observation_days else "不设"
    yield f"  化解后的观察期：{watch}〔A-21〕"


def _procedures(programme: Programme, kind: Kind) -> Iterator[str]:
    hearing, aid = programme.hearing, programme.aid
    yield (
        f"听证：提前{_limit(hearing.notice)}通知，"
        f"听证员{hearing.members_min}至{hearing.members_max}人〔{hearing.source}〕"
    )
    yield (
        f"司法救助：{_limit(aid.approval)}内决定，"
        f"不超过{aid.cap_months}个月的月平均工资〔{aid.source}〕"
    )
    for wage in aid.average_monthly_wage:
        state = "" if wage.verified else "，未核实"
        area = f"{wage.office_prefix} 开头各院"
        yield f"  {area} {wage.year}年 {wage.yuan}元（{wage.source}{state}）"
    upward = "、".join(programme.returns.recipients)
    route = _called(f"牵头院报 {upward}，其余各院报上一级院", kind)
    yield f"报送：{route}〔{programme.returns.source}〕"


def _remarks(programme: Programme) -> Iterator[str]:
    points = (f"{each.id} {each.text}" for each in programme.resolutions)
    yield from _listed("文件未明之处的处理", points)
    omitted = (
        f"{each.id} {each.why}{f'（见{each.where}）' if each.where else ''}"
        for each in programme.left_out
    )
    yield from _listed("不在本文件中的要求", omitted)


def _listed(title: str, lines: Iterator[str]) -> Iterator[str]:
    """
    A heading with its lines, and no heading without any.
    """
    found = tuple(lines)
    if found:
        yield f"{title}："
        yield from (f"  {line}" for line in found)


def _target(milestone: Milestone) -> str:
    wanted = "全部化解"
    if milestone.percent < 100:
        wanted = f"化解率 {milestone.percent}% 以上"
    implied = "（推定）" if milestone.implied else ""
    return f"{milestone.on} {wanted}{implied}〔{milestone.source}〕"


def _baseline(baseline: Baseline) -> str:
    base = f"以 {baseline.frozen_on} 的清单为准" if baseline.frozen_on else "动态"
    size = f"，{baseline.size}件" if baseline.size else ""
    size += "（原文数字被遮盖）" if baseline.masked else ""
    return f"{baseline.title}，{base}{size}"


def _rule(rule: LeaderRule, kind: Kind) -> str:
    wanted = [_need(each, kind) for each in rule.need]
    wanted += ["责任部门"] if rule.department else []
    wanted += ["工作专班"] if rule.team else []
    unit = "组成工作单元" if rule.work_unit else ""
    advice = "（提示）" if rule.advice else ""
    return f"{_cases(rule)}：{'、'.join(wanted)}{unit}{advice}"


def _cases(rule: LeaderRule) -> str:
    rest = [(name, each) for name, each in rule.when.items() if name != "handed"]
    handed = rule.when.get("handed")
    kinds = [
        name
        for value, name in ((True, "交办案件"), (False, "自行排查案件"))
        if handed is None or handed.holds(value)
    ]
    said = "、".join(kinds)
    if rest:
        said += f"中{'且'.join(_conditions(rest))}的"
    if rule.any_:
        said += f"中{'或'.join(_conditions(rule.any_.items()))}的"
    return said


def _conditions(conditions: Iterable[tuple[str, Condition]]) -> Iterator[str]:
    for name, condition in conditions:
        values = "、".join(str(value) for value in condition.values)
        plain = condition.values == (True,)
        yield FACTS[name] if plain else f"{FACTS[name]}为{values}"


def _need(need: Need, kind: Kind) -> str:
    several = f"{need.count}名" if need.count > 1 else ""
    office = _called(LEVELS[need.office], kind)
    return f"{office}{several}{need.said(kind)}"


def _duty_list(each: DutyList) -> Iterator[str]:
    yield f"职责清单：{each.title}（{MOMENTS[each.when]}）〔{each.source}〕"
    for item in each.items:
        yield f"  {item.text}{_old(item.tooltip)}〔{item.source}〕"
    if not each.items:
        yield "  （待填：文件未载明内容，由本单位填写）"


def _duty(duty: DutyRule) -> str:
    said = f"{duty.title}，期限{_until(duty.due)}"
    if duty.every is not None:
        said += f"，此后每{_limit(duty.every)}一次"
    if duty.owner.office != "own" or duty.owner.post != "none":
        post = POSTS.get(duty.owner.post, "")
        said += f"，由{OWNERS[duty.owner.office]}{post}承担"
    if duty.creditor != "upper":
        said += f"，{CREDITORS[duty.creditor]}"
    if duty.extension is not None:
        most = _limit(duty.extension.at_most)
        said += f"，可延期{duty.extension.times}次、至多{most}"
    said += "，可中止计算" if duty.pausable or duty.waits else ""
    said += "，可另定期限" if duty.overridable else ""
    said += "（原文数字被遮盖，此为预设）" if duty.masked else ""
    return f"{said}{_old(duty.tooltip)}〔{duty.source}〕"


def _cadence(cadence: Cadence) -> str:
    due = f"，期满后{_limit(cadence.due)}内" if cadence.due else ""
    at = f"，{cadence.cutoff} 前" if cadence.cutoff else ""
    who, often = WHO[cadence.of], EVERY[cadence.every]
    return f"{cadence.title}：{who}{often}{due}{at}〔{cadence.source}〕"


def _step(step: SupervisionStep, supervision: Supervision) -> str:
    said = CAUSES[step.on]
    if step.on == "stagnant" and supervision.stagnant_after:
        said += f"（{_limit(supervision.stagnant_after)}）"
    if step.on == "notices_without_progress":
        said += f"（{supervision.interview_after}次）"
    said += f"满{_limit(step.after)}" if step.after else ""
    said += f"，{_limit(step.reply)}内反馈" if step.reply else ""
    return said + ("，即时通知" if step.urgent else "")


def _until(due: Until) -> str:
    if due.limit is not None:
        return _limit(due.limit)
    if due.fact is not None:
        missing = f"，未填的为 {due.or_else}" if due.or_else else ""
        return f"为{DAYS_NAMED.get(due.fact, due.fact)}{missing}"
    return f"为 {due.day}，其后产生的为当日"


def _limit(limit: Limit) -> str:
    roll = "（末日遇休息日顺延）" if limit.roll else ""
    return f"{limit.amount}{UNITS[limit.unit]}{roll}"


def _called(words: str, kind: Kind) -> str:
    """
    What is said of courts and procuratorates (院), said of other units.
    """
    of_court = kind in {"procuratorate", "court"}
    return (
        words
        if of_court
        else words.replace("上一级院", "上一级单位")
        .replace("各院", "各单位")
        .replace("牵头院", "牵头单位")
    )


def _old(tooltip: str) -> str:
    return f"（原文：{tooltip}）" if tooltip else ""
