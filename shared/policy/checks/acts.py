"""
What can be wrong with the acts of a programme: named and not declared, or declared and
asked for by nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shared.errors import Problem
from shared.policy.checks.events import acts_in, acts_of
from shared.policy.checks.parts import no_part
from shared.policy.parts.reports import Act
from shared.policy.programme import Programme
from shared.policy.rule_sets import RuleSet
from shared.yaml.decode import problem_in


def acts_unknown(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    allowed = {act.id for act in programme.acts}
    allowed |= {
        act.id
        for name in programme.rule_sets
        if name in sets
        for act in sets[name].acts
    }
    for owner, name, act in _acts_used(programme):
        if act not in allowed:
            yield no_part(owner, name, "unknown_act", act, allowed)


def acts_of_set(rule_set: RuleSet) -> Iterator[Problem]:
    allowed = {act.id for act in rule_set.acts}
    limits = {name for name, *_ in rule_set.all_limits()}
    # What is asked within a limit of the law waits for nothing else.
    timed = [act for act in rule_set.acts if act.within]
    for owner, name, act in (
        *acts_in(rule_set.duties),
        *((act, "after", act.after) for act in timed),
    ):
        if act not in allowed:
            yield no_part(owner, name, "unknown_act", act, allowed)
    for each in timed:
        if each.within not in limits:
            yield no_part(each, "within", "unknown_limit", each.within, limits)
    used = (*acts_in(rule_set.duties), *((act, "id", act.id) for act in timed))
    yield from _acts_idle(rule_set.acts, used)


def acts_of_programme(programme: Programme) -> Iterator[Problem]:
    yield from _acts_idle(programme.acts, _acts_used(programme))


def _acts_idle(
    acts: Iterable[Act], uses: Iterable[tuple[object, str, str]]
) -> Iterator[Problem]:
    """
    Acts that nothing waits for; *uses* are (owner, field, act) in rules.
    """
    used_acts = {act for _, _, act in uses}
    for act in acts:
        if act.id not in used_acts:
            yield _idle(act)


def fields_unknown(programme: Programme) -> Iterator[Problem]:
    allowed = {field.id for field in programme.mandatory_fields}
    for act in programme.acts:
        for name in act.fields:
            if name not in allowed:
                yield no_part(act, "fields", "unknown_field", name, allowed)
            elif act.of != "case":
                message = "必填项是案件的，本机关自己的工作没有。"
                yield problem_in(
                    act, "fields", "never_fires", message, "请删除 fields。"
                )


def parties_unknown(programme: Programme) -> Iterator[Problem]:
    """
    An act that needs third parties stands in a programme that lists their roles.
    """
    for act in programme.acts:
        if "parties" in act.needs and not programme.third_parties:
            message = "本专项没有列出第三方的身份，这项工作永远无法记录。"
            remedy = "请在 third_parties 中列出身份，或删除。"
            yield problem_in(act, "needs", "never_fires", message, remedy)


def plan_act_unfit(programme: Programme) -> Iterator[Problem]:
    """
    What an approved plan knows is all that its act may need.
    """
    plan = programme.plan
    if plan is None:
        return
    for act in (act for act in programme.acts if act.id == plan.act):
        if act.of != "case" or {*act.needs} - {"post", "until", "document"}:
            message = f"“{act.title}”要记录的内容，化解方案里没有。"
            remedy = "该项工作须是案件的，needs 只能是 post、until、document。"
            yield problem_in(plan, "act", "never_fires", message, remedy)


def _idle(act: object) -> Problem:
    message = "没有任何职责、报告、值守、清单或统计要求这项工作。"
    remedy = "请在 duties、report_schedules、tallies 等处要求它，或删除。"
    return problem_in(act, "id", "act_not_asked", message, remedy)


def _acts_used(programme: Programme) -> Iterator[tuple[object, str, str]]:
    """
    Every place that names an act: the object, its field, the act.
    """
    yield from acts_in(programme.duties)
    yield from acts_of(programme.closing.evidence)
    yield from _acts_of_work(programme)
    for schedule in programme.report_schedules:
        yield schedule, "act", schedule.act
    for roster in programme.rosters:
        yield roster, "log_act", roster.log_act
    for tally in programme.tallies:
        for act in tally.acts:
            yield tally, "acts", act
    for duty_list in programme.duty_lists:
        for item in duty_list.items:
            if item.act is not None:
                yield item, "act", item.act


def _acts_of_work(programme: Programme) -> Iterator[tuple[object, str, str]]:
    """
    The acts that others carry on, and the one that an approved plan is.
    """
    for act in programme.acts:
        if act.follows:
            yield act, "follows", act.follows
    if programme.plan:
        yield programme.plan, "act", programme.plan.act
    for case_class in programme.case_classes:
        if case_class.measure:
            yield case_class, "measure", case_class.measure
