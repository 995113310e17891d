"""
What can be wrong with the facts that rules wait for: unknown events, names and words.

Rules that wait for what never happens look right and never fire.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import get_args

from shared.errors import Problem
from shared.policy.conditions import Condition
from shared.policy.directory_file import Level
from shared.policy.parts.duties import ACT_RECORDED, DutyRule, Trigger, Vocabulary
from shared.policy.parts.petitions import Arrival
from shared.policy.parts.words import Words
from shared.vocabulary import (
    Appellant,
    Category,
    DeliveryOutcome,
    HearingDecision,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from shared.yaml.decode import did_you_mean, problem_in

DIFFICULTY = ("ordinary", "hard", "bone", "nail", "sensitive")
WORDS: Mapping[str, tuple[str, ...]] = {
    "appellant": tuple(map(str, Appellant)),
    "category": tuple(map(str, Category)),
    "decision": tuple(map(str, HearingDecision)),
    "difficulty": DIFFICULTY,
    "mode": tuple(map(str, ReplyMode)),
    "office_level": get_args(Level),
    "arrived": get_args(Arrival),
    "reply_kind": tuple(map(str, ReplyKind)),
    "petition_step": tuple(map(str, PetitionStep)),
    "delivery_outcome": tuple(map(str, DeliveryOutcome)),
}
"""
The words a fact may be under every programme, by its name.
"""

_OF_EVENT: Mapping[tuple[str, str], str] = {
    ("intake.reply_given", "kind"): "reply_kind",
    ("intake.petition_step_taken", "step"): "petition_step",
    ("intake.notice_delivered", "step"): "petition_step",
    ("intake.notice_delivered", "outcome"): "delivery_outcome",
}


def words_of(fact: str, words: Words, event_type: str = "") -> tuple[str, ...]:
    """
    The words that a fact may be under a programme with these *words*; empty where they
    are not limited.
    """
    words_key = _OF_EVENT.get((event_type, fact))
    if words_key is not None:
        return WORDS[words_key]
    if fact == "origin" and event_type.startswith("aid."):
        return ()
    own = {
        str(name): tuple(word.id for word in fact_words)
        for name, fact_words in words.items()
    }
    return own.get(fact) or WORDS.get(fact, ())


def no_word(owner: object, field: str, word: str, allowed: Collection[str]) -> Problem:
    near = did_you_mean(word, allowed)
    message = f"“{word}”不是系统认识的值，永远不会成立。{near}"
    remedy = f"可用：{'、'.join(allowed)}。"
    return problem_in(owner, field, "unknown_value", message, remedy)


def acts_in(rules: Iterable[DutyRule]) -> Iterator[tuple[object, str, str]]:
    """
    The acts that rules wait for: the object that names it, its field, the act.
    """
    for rule in rules:
        opening = Trigger(rule.opened_by, rule.when)
        for _, name, act in acts_of([opening]):
            yield rule, name, act
        yield from acts_of(rule.triggers())


def acts_of(triggers: Iterable[Trigger]) -> Iterator[tuple[object, str, str]]:
    """
    The acts in other parts that wait for facts, as `acts_in` gives those of duties.
    """
    for trigger in triggers:
        if trigger.event == ACT_RECORDED and "act" in trigger.when:
            for value in trigger.when["act"].values:
                yield trigger, "when", str(value)


def check_facts(
    rules: Iterable[DutyRule], allowed: Vocabulary, words: Words
) -> Iterator[Problem]:
    """
    Every fact that a rule names is one that a matter may have, with these fields; their
    values are *words* where these limit them.
    """
    for rule in rules:
        yield from _event(rule, "opened_by", rule.opened_by, rule.when, allowed)
        yield from _values(rule, rule.opened_by, rule.when, words)
        yield from check_triggers(rule.triggers(), allowed, words)


def check_triggers(
    triggers: Iterable[Trigger], allowed: Vocabulary, words: Words
) -> Iterator[Problem]:
    """
    Check the triggers of other parts that wait for facts, as `check_facts` does for
    duties.
    """
    for trigger in triggers:
        yield from _event(trigger, "event", trigger.event, trigger.when, allowed)
        yield from _values(trigger, trigger.event, trigger.when, words)


def _event(
    owner: object,
    field: str,
    event_type: str,
    when: Mapping[str, Condition],
    allowed: Vocabulary,
) -> Iterator[Problem]:
    if event_type not in allowed:
        near = did_you_mean(event_type, allowed)
        message = f"没有“{event_type}”这种事件，永远不会发生。{near}"
        remedy = "请改用各服务 events 中声明的事件。"
        yield problem_in(owner, field, "unknown_event", message, remedy)
        return
    fields = allowed[event_type].fields
    for name in when.keys() - {*fields}:
        message = f"事件“{event_type}”没有“{name}”，条件永远不成立。"
        remedy = f"可用：{'、'.join(sorted(fields))}。"
        yield problem_in(owner, "when", "never_fires", message, remedy)
    if event_type == ACT_RECORDED and "act" not in when:
        message = "没有写哪一项工作，任何记录都会算作履行。"
        remedy = "请写 when: {act: …}。"
        yield problem_in(owner, "when", "act_not_named", message, remedy)


def _values(
    owner: object, event_type: str, when: Mapping[str, Condition], words: Words
) -> Iterator[Problem]:
    for name, condition in when.items():
        allowed = words_of(name, words, event_type)
        for value in condition.values if allowed else ():
            if value not in allowed:
                yield no_word(owner, "when", str(value), allowed)
