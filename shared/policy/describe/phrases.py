"""
The phrases a programme is read in: limits, conditions, who must lead, who owes what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.policy.calendar import Limit, Unit
from shared.policy.conditions import Condition
from shared.policy.directory_file import LEVELS as OFFICE_LEVELS
from shared.policy.directory_file import Kind
from shared.policy.parts.duties import DutyRule, Trigger, Until, Vocabulary
from shared.policy.parts.leaders import LeaderRule, Need
from shared.policy.parts.words import Words
from shared.policy.programme import Programme
from shared.vocabulary import Difficulty, PetitionStep, ReplyKind

UNITS = {Unit.NATURAL: "日", Unit.WORKING: "个工作日", Unit.MONTH: "个月"}
LEVELS: Mapping[str, str] = {"hub": "牵头院", "own": "责任单位", "upper": "上级单位"}
OWNERS = {**LEVELS, "hub": "牵头单位", "from": "交办单位", "to": "接收单位"}
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
VALUES: Mapping[str, Mapping[Any, str]] = {
    "difficulty": {value: value.chinese for value in Difficulty},
    "office_level": OFFICE_LEVELS,
}
DAYS = {
    "resolve_by": "案件的化解时限",
    "until": "写明的期限",
    "due_on": "交办函要求的期限",
    "reply_by": "督办函的答复期限",
    "report_by": "交办时写明的报告日期",
    "review_on": "评定时写明的复核日期",
    "drive_until": "集中活动的最后一日",
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
CAUSES = {
    "due_soon": "临近期限",
    "overdue": "逾期",
    "stagnant": "长期无进展",
    "unanswered": "督办未反馈",
    "notices_without_progress": "多次督办仍无进展",
}
SHOWN = {
    "difference": "核对差额",
    "count": "统计",
    "list": "清单",
    "missing": "缺报清单",
}
MOMENTS = {
    "led": "每件包案",
    "handed": "每件交办",
    "unit": "本单位",
    "closed": "每件办结",
    "every": "每件",
}


def leader_rule(rule: LeaderRule, kind: Kind, words: Words) -> str:
    """
    Which cases must be led by whom; *words* are those of the programme.
    """
    requirements = [_need(need, kind) for need in rule.need]
    requirements += ["责任部门"] if rule.department else []
    requirements += ["工作专班"] if rule.team else []
    requirements += ["化解时限"] if rule.resolve_by else []
    unit = "组成工作单元" if rule.work_unit else ""
    advice = "（提示）" if rule.advice else ""
    return f"{_cases(rule, words)}：{'、'.join(requirements)}{unit}{advice}"


def _cases(rule: LeaderRule, words: Words) -> str:
    conditions = [
        (name, condition) for name, condition in rule.when.items() if name != "handed"
    ]
    handed = rule.when.get("handed")
    kinds = [
        name
        for value, name in ((True, "交办案件"), (False, "自行排查案件"))
        if handed is None or handed.holds(value)
    ]
    phrase = "、".join(kinds)
    if conditions:
        phrase += f"中{'且'.join(_conditions(conditions, words))}的"
    if rule.any_:
        phrase += f"中{'或'.join(_conditions(rule.any_.items(), words))}的"
    return phrase


def _conditions(
    conditions: Iterable[tuple[str, Condition]], words: Words
) -> Iterator[str]:
    titles: dict[str, Mapping[object, str]] = {
        name: {word.id: word.title for word in fact_words}
        for name, fact_words in words.items()
    }
    titles |= VALUES
    for name, condition in conditions:
        fact_titles = titles.get(name, {})
        values = "、".join(
            fact_titles.get(value, str(value)) for value in condition.values
        )
        plain = condition.values == (True,)
        yield FACTS[name] if plain else f"{FACTS[name]}为{values}"


def _need(need: Need, kind: Kind) -> str:
    several = f"{need.count}名" if need.count > 1 else ""
    office = called(LEVELS[need.office], kind)
    return f"{office}{several}{need.words(kind)}"


def duty_rule(duty: DutyRule, programme: Programme, vocabulary: Vocabulary) -> str:
    """
    What is owed, until when, by whom, from what on, and what discharges it.
    """
    phrase = f"{duty.title}，期限{_until(duty.due)}"
    if duty.every is not None:
        phrase += f"，此后每{limit_words(duty.every)}一次"
    if duty.owner.office != "own" or duty.owner.post != "none":
        post = POSTS.get(duty.owner.post, "")
        phrase += f"，由{OWNERS[duty.owner.office]}{post}承担"
    if duty.binds.levels:
        levels = (VALUES["office_level"][level] for level in duty.binds.levels)
        phrase += f"，限于{'、'.join([*levels, *duty.binds.offices])}单位"
    if duty.creditor != "upper":
        phrase += f"，{CREDITORS[duty.creditor]}"
    if duty.extension is not None:
        most = limit_words(duty.extension.at_most)
        phrase += f"，可延期{duty.extension.times}次、至多{most}"
    phrase += "，可中止计算" if duty.pausable or duty.waits else ""
    if duty.counted_from:
        start = _any_of(duty.counted_from, programme, vocabulary)
        phrase += f"，有“{start}”的自其日起算"
    phrase += "，可另定期限" if duty.overridable else ""
    phrase += "（原文数字被遮盖，此为预设）" if duty.masked else ""
    opened = _fact(duty.opened_by, duty.when, programme, vocabulary)
    discharge = _any_of(duty.discharged_by, programme, vocabulary)
    if duty.every is None:
        phrase += f"；自{opened}起，{discharge}为止"
    else:
        ended = _any_of(duty.until, programme, vocabulary)
        phrase += f"；自{opened}起，每次{discharge}，直至{ended}"
    return f"{phrase}{old_word(duty.tooltip)}〔{duty.source}〕"


def _any_of(
    triggers: Iterable[Trigger], programme: Programme, vocabulary: Vocabulary
) -> str:
    facts = (
        _fact(trigger.event, trigger.when, programme, vocabulary)
        for trigger in triggers
    )
    return "或".join(dict.fromkeys(facts))


def _fact(
    name: str,
    when: Mapping[str, Condition],
    programme: Programme,
    vocabulary: Vocabulary,
) -> str:
    """
    A fact in the office's words: an act by its title, a reply by its kind, a step of a
    petition by its term.
    """
    if "act" in when:
        acts = (programme.act(str(act)).title for act in when["act"].values)
        return "、".join(f"“{title}”" for title in acts)
    if "kind" in when and name == "intake.reply_given":
        return "或".join(ReplyKind(str(kind)).chinese for kind in when["kind"].values)
    if "step" in when and name.startswith("intake."):
        steps = "、".join(PetitionStep(str(s)).chinese for s in when["step"].values)
        delivered = "的文书送达" if name == "intake.notice_delivered" else ""
        return f"{steps}{delivered}"
    return vocabulary[name].title


def _until(due: Until) -> str:
    if due.limit is not None and due.fact is not None:
        return f"为{DAYS[due.fact]}，没有的为{limit_words(due.limit)}"
    if due.limit is not None:
        return limit_words(due.limit)
    if due.fact is not None:
        instead = f"，没有的为 {due.or_else}" if due.or_else else ""
        return f"为{DAYS.get(due.fact, due.fact)}{instead}"
    return f"为 {due.day}，其后产生的为当日"


def limit_words(limit: Limit) -> str:
    roll = "（末日遇休息日顺延）" if limit.roll else ""
    return f"{limit.amount}{UNITS[limit.unit]}{roll}"


def called(words: str, kind: Kind) -> str:
    """
    The words for courts and procuratorates (院), put into those for other units.
    """
    of_court = kind in {"procuratorate", "court"}
    return (
        words
        if of_court
        else words.replace("上一级院", "上一级单位")
        .replace("各院", "各单位")
        .replace("牵头院", "牵头单位")
    )


def old_word(tooltip: str) -> str:
    return f"（原文：{tooltip}）" if tooltip else ""
