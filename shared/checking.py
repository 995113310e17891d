"""
What `jianjian check` and `jianjian programme show` say about the files under deploy/.

Finds all faults at once and never stops at the first; loading for use is the business
of the modules that own the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.calendar import Jurisdiction, Limit, Unit
from shared.decoding import Decoder
from shared.directory import Directory
from shared.duties import Until
from shared.leading import FLAG_NAMES, LeaderRule
from shared.programme import Milestone, Programme, read_programmes
from shared.programme_checks import EventTypes
from shared.yamlfile import Finding, read_folder

__all__ = ["Finding", "check", "describe"]

UNITS = {Unit.NATURAL: "日", Unit.WORKING: "个工作日", Unit.MONTH: "个月"}
LEVELS = {"hub": "牵头院", "own": "责任单位"}


def check(deploy_folder: Path, event_types: EventTypes | None = None) -> list[Finding]:
    """
    Everything wrong in the calendars, the directory and the programmes.

    `event_types`: what the services announce, best with the facts each type carries;
    without it the events named by duties are taken on trust.
    """
    sources = read_folder(deploy_folder / "calendar")
    for source in sources:
        Decoder(source).decode(Jurisdiction)
    directory, read = Directory.read(deploy_folder / "directory")
    sources += read
    _, read = read_programmes(deploy_folder / "programmes", directory, event_types)
    sources += read
    return [
        finding
        for source in sources
        for finding in sorted(source.findings, key=lambda each: each.line)
    ]


def describe(programme: Programme, directory: Directory) -> str:
    """
    A programme in plain Chinese, each rule with its source.
    """
    return "\n".join(_lines(programme, directory))


def _lines(programme: Programme, directory: Directory) -> Iterator[str]:
    root = directory.office(programme.offices_root).name
    hub = directory.office(programme.hub).name
    window = programme.window
    yield f"{programme.title}（{programme.code}）"
    yield f"期限：{window.from_} 至 {window.to}"
    yield f"范围：{root}及所属各院；牵头：{hub}{programme.hub_department}"
    if programme.everyday_from:
        yield f"日常交办：{programme.everyday_from} 以后产生的重复信访"
    yield "依据："
    for document in programme.documents:
        yield f"  {document.issuer}《{document.title}》{document.number}"
    yield "阶段："
    for phase in programme.phases:
        yield f"  {phase.name} {phase.from_} 至 {phase.to}〔{phase.source}〕"
    yield "目标："
    for milestone in programme.milestones:
        yield f"  {_target(milestone)}〔{milestone.source}〕"
    yield "治理范围："
    for clause in programme.scope.clauses:
        yield f"  {clause.id} {clause.text}〔{clause.source}〕"
    yield "包案："
    for rule in programme.leader_rules:
        yield f"  {rule.id} {_leading(rule)}〔{rule.source}〕"
    yield "职责："
    for duty in programme.duties:
        yield f"  {duty.id} {duty.title}，期限{_until(duty.due)}〔{duty.source}〕"
    yield from _procedures(programme)


def _procedures(programme: Programme) -> Iterator[str]:
    hearing, aid = programme.hearing, programme.aid
    yield "报结审核："
    for item in programme.closing.checklist:
        need = "必须" if item.mandatory else "可选"
        yield f"  {item.id} {item.text}（{need}）〔{item.source}〕"
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
    yield f"报送：牵头院报 {upward}，其余各院报上一级院〔{programme.returns.source}〕"


def _target(milestone: Milestone) -> str:
    wanted = "全部化解"
    if milestone.percent < 100:
        wanted = f"化解率 {milestone.percent}% 以上"
    return f"{milestone.on} {wanted}"


def _leading(rule: LeaderRule) -> str:
    posts = [f"{LEVELS[each.office]}{FLAG_NAMES[each.flag]}" for each in rule.need]
    if rule.department:
        posts.append("责任部门")
    kinds = [
        name
        for handed, name in ((True, "交办案件"), (False, "自行排查案件"))
        if rule.applies(handed=handed)
    ]
    return f"{'、'.join(kinds)}：{'、'.join(posts)}"


def _until(due: Until) -> str:
    if due.limit is not None:
        return _limit(due.limit)
    if due.fact is not None:
        return f"为案件的 {due.fact}，未填的为 {due.or_else}"
    return f"为 {due.day}，其后产生的为当日"


def _limit(limit: Limit) -> str:
    roll = "（末日遇休息日顺延）" if limit.roll else ""
    return f"{limit.amount}{UNITS[limit.unit]}{roll}"
