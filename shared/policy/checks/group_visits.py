"""
What can be wrong with group visits: channels that nobody comes by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.errors import Problem
from shared.policy.checks.events import no_word
from shared.policy.parts.words import CHANNELS
from shared.policy.programme import Programme
from shared.policy.rule_sets import RuleSet
from shared.yaml.decode import problem_in


def channels_unknown(rule_set: RuleSet) -> Iterator[Problem]:
    """
    Group visits come by channels that the rule set names or, if it names none, by those
    of everybody.
    """
    channels = [word.id for word in rule_set.channels or CHANNELS]
    group = rule_set.group_visits
    for channel in group.channels if group else ():
        if channel not in channels:
            yield no_word(group, "channels", channel, channels)


def group_visits_of_law(
    programme: Programme, sets: Mapping[str, RuleSet]
) -> Iterator[Problem]:
    """
    A law that counts group visits by channels of which the programme has none.
    """
    law = [sets[name] for name in programme.rule_sets if name in sets]
    channels = {word.id for word in programme.words_under(law)["channel"]}
    for rule_set in law:
        group = rule_set.group_visits
        if group and not channels & {*group.channels}:
            message = f"规则集“{rule_set.id}”按{'、'.join(group.channels)}认定集体访，"
            message += "本专项没有这些信访形式，永远不会认定。"
            remedy = "请在 channels 中写明，或改正规则集的 group_visits。"
            yield problem_in(programme, "channels", "never_fires", message, remedy)
