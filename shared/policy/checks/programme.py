"""
What can be wrong between the parts of a programme, and between it and its rule sets.

Each part reports what is wrong within itself (`problems`), and `office_checks` what is
wrong with offices and posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from shared.errors import Problem
from shared.policy.checks import acts as act_checks
from shared.policy.checks import directory as directory_checks
from shared.policy.checks import words as word_checks
from shared.policy.checks.events import check_facts, check_triggers, no_word
from shared.policy.checks.group_visits import channels_unknown, group_visits_of_law
from shared.policy.checks.parts import no_part
from shared.policy.directory import Directory
from shared.policy.parts.duties import Vocabulary
from shared.policy.parts.words import CHANNELS, Words
from shared.policy.programme import Programme
from shared.policy.rule_sets import RuleSet, lawful_rules
from shared.vocabulary import ClosingKind
from shared.yaml.decode import Decoder, did_you_mean, duplicates, problem_in

_UNIQUE = (
    ("duties", "id"),
    ("leader_rules", "id"),
    ("leader_floors", "id"),
    ("leader_targets", "id"),
    ("milestones", "on"),
    ("phases", "name"),
    ("baselines", "id"),
    ("mandatory_fields", "id"),
    ("eligible_leaders", "level"),
    ("duty_lists", "id"),
    ("acts", "id"),
    ("third_parties", "id"),
    ("case_classes", "id"),
    ("reports", "id"),
    ("mailed_papers", "on"),
    ("report_schedules", "id"),
    ("rosters", "id"),
    ("tallies", "id"),
    ("bodies", "id"),
    ("batch_kinds", "id"),
    ("drives", "id"),
    ("cases_from_petitions", "id"),
    ("refusals", "id"),
    ("routes", "id"),
    ("cross_area", "id"),
    ("competences", "topic"),
    ("resolutions", "id"),
    ("left_out", "id"),
)


def check_programme(
    decoder: Decoder,
    programme: Programme,
    directory: Directory,
    vocabulary: Vocabulary | None,
    rule_sets: Mapping[str, RuleSet],
) -> None:
    """
    Report everything to the decoder's file; each check on its own, so that one
    missing value does not silence the others.
    """
    for part, key in _UNIQUE:
        decoder.check(_repeated(programme, part, key))
    for of_itself in _CHECKS:
        decoder.check(of_itself(programme))
    for of_offices in directory_checks.CHECKS:
        decoder.check(of_offices(programme, directory))
    decoder.check(word_checks.words_repeated_or_missing(programme, rule_sets))
    decoder.check(word_checks.scope_words(programme, rule_sets))
    decoder.check(word_checks.kinds_of_progress(programme, rule_sets))
    decoder.check(word_checks.petition_words(programme, rule_sets))
    decoder.check(word_checks.leader_words(programme, rule_sets))
    decoder.check(_rule_sets(programme, directory, rule_sets))
    decoder.check(group_visits_of_law(programme, rule_sets))
    decoder.check(_departures(programme, rule_sets))
    decoder.check(act_checks.acts_unknown(programme, rule_sets))
    decoder.check(_supervision(programme, rule_sets))
    if vocabulary is not None:
        decoder.check(_events(programme, vocabulary, rule_sets))


def check_rule_set(
    decoder: Decoder, rule_set: RuleSet, vocabulary: Vocabulary | None
) -> None:
    """
    Report what is wrong with a rule set to the decoder of its file.
    """
    decoder.check(act_checks.acts_of_set(rule_set))
    decoder.check(channels_unknown(rule_set))
    if vocabulary is not None:
        channels = rule_set.channels or CHANNELS
        words: Words = {"case_kind": rule_set.case_kinds, "channel": channels}
        decoder.check(check_facts(rule_set.duties, vocabulary, words))


def _repeated(programme: Programme, part: str, key: str) -> Iterator[Problem]:
    yield from duplicates(getattr(programme, part), key)


def _milestones(programme: Programme) -> Iterator[Problem]:
    of_baselines = [
        milestone for base in programme.baselines for milestone in base.milestones
    ]
    for milestone in (*programme.milestones, *of_baselines):
        if milestone.on not in programme.window:
            message = f"目标节点 {milestone.on} 不在专项期限之内，永远不会考核。"
            remedy = "请改正日期或 window。"
            yield problem_in(milestone, "on", "never_fires", message, remedy)


def _phases_outside(programme: Programme) -> Iterator[Problem]:
    for phase in programme.phases:
        for name, day in (("from", phase.from_), ("to", phase.to)):
            if day not in programme.window:
                message = f"阶段“{phase.name}”的 {day} 不在专项期限之内。"
                remedy = "请改正日期或 window。"
                yield problem_in(phase, name, "outside_window", message, remedy)


def _phases_overlapping(programme: Programme) -> Iterator[Problem]:
    if programme.shared_phase_day is not None:
        return
    in_order = sorted(programme.phases, key=lambda phase: phase.from_)
    for earlier, later in combinations(in_order, 2):
        if later.from_ <= earlier.to:
            message = f"阶段“{later.name}”与“{earlier.name}”重叠，未说明以哪个为准。"
            remedy = "请错开日期，或写明 shared_phase_day: later（以后一阶段为准）。"
            yield problem_in(later, "from", "phases_overlap", message, remedy)


def _duties_too_early(programme: Programme) -> Iterator[Problem]:
    for rule in programme.duties:
        if rule.due.day and rule.due.day < programme.window.from_:
            message = f"职责期限 {rule.due.day} 早于专项开始，从来不是期限。"
            remedy = "请改正日期或 window。"
            yield problem_in(rule.due, "day", "never_fires", message, remedy)


def _closing_kinds(programme: Programme) -> Iterator[Problem]:
    for kind in programme.closing.kinds:
        if kind.id not in list(ClosingKind):
            yield no_word(kind, "id", kind.id, [*map(str, ClosingKind)])


def _events(
    programme: Programme, allowed: Vocabulary, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    words = word_checks.words_known(programme, sets)
    yield from check_facts(programme.duties, allowed, words)
    yield from check_triggers(programme.closing.evidence, allowed, words)


def _rule_sets(
    programme: Programme, directory: Directory, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    offices = directory_checks.offices_meant("own", programme, directory)
    kinds = {directory.office(code).kind for code in offices}
    for name in programme.rule_sets:
        if name not in sets:
            message = f"没有名为“{name}”的规则集。{did_you_mean(name, sets)}"
            remedy = f"可用：{'、'.join(sets)}。"
            yield problem_in(
                programme, "rule_sets", "unknown_rule_set", message, remedy
            )
        elif offices and not kinds & {*sets[name].kinds}:
            message = f"规则集“{name}”不适用于本专项的任何单位。"
            yield problem_in(programme, "rule_sets", "never_fires", message, "请删除。")


def _departures(programme: Programme, sets: Mapping[str, RuleSet]) -> Iterator[Problem]:
    """
    A rule of the programme differs from the law only with a source.
    """
    lawful = lawful_rules(sets[name] for name in programme.rule_sets if name in sets)
    for rule in programme.duties:
        if rule.id not in lawful:
            if rule.instead_of_law:
                message = f"所列规则集中没有“{rule.id}”，谈不上另有规定。"
                remedy = "请删除 instead_of_law，或改正 id。"
                yield problem_in(rule, "instead_of_law", "never_fires", message, remedy)
            continue
        for name in () if rule.instead_of_law else rule.departs_from(lawful[rule.id]):
            message = f"“{rule.id}”的 {name} 与所列规则集的规定不同，未写依据。"
            remedy = f"请删除 {name}，或在 instead_of_law 中写明依据。"
            yield problem_in(rule, name, "departs_from_law", message, remedy)


def _supervision(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    lawful = (
        rule
        for name in programme.rule_sets
        if name in sets
        for rule in sets[name].duties
    )
    if programme.supervision:
        yield from programme.supervision.problems_among((*programme.duties, *lawful))


def _competences(programme: Programme) -> Iterator[Problem]:
    """
    Who is in charge of a topic that the programme does not know is never suggested.
    """
    topics = {word.id for word in programme.topics}
    for each in programme.competences:
        if each.topic not in topics:
            yield no_part(each, "topic", "unknown_topic", each.topic, topics)


def _plan_without_classes(programme: Programme) -> Iterator[Problem]:
    """
    A plan that answers to a class stands in a programme that lists the classes.
    """
    plan = programme.plan
    if plan and plan.by_class and not programme.case_classes:
        message = "本专项没有列出案件分类，化解方案永远无法制定。"
        remedy = "请在 case_classes 中列出分类，或删除 by_class。"
        yield problem_in(plan, "by_class", "never_fires", message, remedy)


def _reports(programme: Programme) -> Iterator[Problem]:
    allowed = {report.id for report in programme.reports}
    for schedule in programme.report_schedules:
        if schedule.report not in allowed:
            yield no_part(
                schedule, "report", "unknown_report", schedule.report, allowed
            )
        for name, day in (("from", schedule.from_), ("to", schedule.to)):
            if day is not None and day not in programme.window:
                message = f"{day} 不在专项期限之内，其时没有这份报告。"
                remedy = "请改正日期或 window。"
                yield problem_in(schedule, name, "outside_window", message, remedy)


def _bodies(programme: Programme) -> Iterator[Problem]:
    """
    A tally looks for a body and for duties, and a role answers for a list of the unit,
    that there are.
    """
    bodies = {body.id for body in programme.bodies}
    for tally in programme.tallies:
        if tally.body and tally.body not in bodies:
            yield no_part(tally, "body", "unknown_body", tally.body, bodies)
        kinds = {rule.id for rule in programme.duties}
        for kind in tally.duties:
            if kind not in kinds:
                yield no_part(tally, "duties", "unknown_duty", kind, kinds)
    lists = {each.id for each in programme.duty_lists if each.when == "unit"}
    for body in programme.bodies:
        for role in body.roles:
            if role.duties and role.duties not in lists:
                yield no_part(role, "duties", "unknown_list", role.duties, lists)


def _reasons_given(programme: Programme) -> Iterator[Problem]:
    """
    A resolution or an omission without its reason explains nothing.
    """
    for resolution in programme.resolutions:
        if not resolution.text.strip():
            message = "没有写怎样处理。"
            yield problem_in(resolution, "text", "empty_text", message, "请补上。")
    for omission in programme.left_out:
        if not omission.why.strip():
            message = "没有写为什么不做。"
            yield problem_in(omission, "why", "empty_text", message, "请补上。")


_CHECKS = (
    _milestones,
    _phases_outside,
    _phases_overlapping,
    _duties_too_early,
    _closing_kinds,
    act_checks.acts_of_programme,
    act_checks.fields_unknown,
    act_checks.parties_unknown,
    act_checks.plan_act_unfit,
    _plan_without_classes,
    _competences,
    _reports,
    _bodies,
    _reasons_given,
)
