"""
What can be wrong with the words of a programme: a value that a fact can never have
makes a rule that never fires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.errors import Problem
from shared.policy.checks.events import no_word, words_of
from shared.policy.conditions import Condition
from shared.policy.parts.leaders import LeaderFact
from shared.policy.parts.petitions import AutomaticCase
from shared.policy.parts.routes import Route
from shared.policy.parts.words import Words, repeated
from shared.policy.programme import Programme
from shared.policy.rule_sets import RuleSet
from shared.yaml.decode import problem_in


def words_known(programme: Programme, sets: Mapping[str, RuleSet]) -> Words:
    return programme.words_under(
        [sets[name] for name in programme.rule_sets if name in sets]
    )


def words_repeated_or_missing(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    for own in (
        programme.case_kinds,
        programme.origins,
        programme.channels,
        programme.topics,
        programme.registration_levels,
    ):
        yield from repeated(own)
    if not words_known(programme, sets)["case_kind"]:
        message = "没有案件类别，信访件和案件都无法登记。"
        remedy = "请写明 case_kinds，或在 rule_sets 中列出写有类别的规则集。"
        yield problem_in(programme, "case_kinds", "no_words", message, remedy)
    if all(origin.handed for origin in programme.origins):
        message = "没有本单位自己的来源，信访人直接提出的事项无法登记。"
        remedy = "请在 origins 中写一个没有 handed: true 的来源。"
        yield problem_in(programme, "origins", "no_words", message, remedy)


def kinds_of_progress(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    if rules := programme.progress_only:
        allowed = words_of("case_kind", words_known(programme, sets))
        for kind in rules.case_kinds:
            if kind not in allowed:
                yield no_word(rules, "case_kinds", kind, allowed)


def scope_words(programme: Programme, sets: Mapping[str, RuleSet]) -> Iterator[Problem]:
    words = words_known(programme, sets)
    for clause in programme.scope.clauses:
        for test in clause.test:
            allowed = words_of(test.fact, words)
            if allowed and test.one_of is not None:
                for value in test.one_of.values:
                    if value not in allowed:
                        yield no_word(test, "one_of", str(value), allowed)
    origins = words_of("origin", words)
    for baseline in programme.baselines:
        for origin in baseline.origins:
            if origin not in origins:
                yield no_word(baseline, "origins", origin, origins)


def petition_words(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    words = words_known(programme, sets)
    rules: tuple[AutomaticCase | Route, ...]
    rules = (*programme.cases_from_petitions, *programme.routes)
    for rule in rules:
        for fact, condition in rule.when.items():
            allowed = words_of(fact, words) or ("true", "false")
            for value in condition.values:
                if value not in allowed and not isinstance(value, bool):
                    yield no_word(rule, "when", str(value), allowed)


def leader_words(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    """
    A value that the fact can never have makes a rule that never fires.
    """
    words = words_known(programme, sets)
    conditions: list[tuple[object, str, Mapping[LeaderFact, Condition]]]
    conditions = [
        (rule, name, rule.when if name == "when" else rule.any_)
        for rule in programme.leader_rules
        for name in ("when", "any")
    ]
    conditions += [(target, "when", target.when) for target in programme.leader_targets]
    for owner, name, when in conditions:
        for fact, condition in when.items():
            allowed = words_of(fact, words)
            for value in condition.values:
                if allowed and value not in allowed:
                    yield no_word(owner, name, str(value), allowed)
                elif not allowed and not isinstance(value, bool):
                    yield no_word(owner, name, str(value), ["true", "false"])
