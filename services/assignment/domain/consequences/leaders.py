"""
Who leads a matter after its facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from services.assignment.domain import case_offices
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.corrected import (
    as_corrected,
    without_withdrawn_acts,
)
from services.assignment.domain.facts.leaders import LeadersConfirmed
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseOpened,
    PetitionRegistered,
)
from services.assignment.domain.leaders import counting, leadership
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.matter import Matter
from shared.policy.loading import Policy
from shared.policy.programme import Programme
from shared.vocabulary import CountedBy, Track

_NAMING = CaseOpened | CaseCorrected | LeadersConfirmed
_LISTED_BY = tuple(str(each) for each in CountedBy)


def leadership_of(matter: Matter, programme: Programme, policy: Policy) -> Leadership:
    facts: Iterable[Fact] = without_withdrawn_acts(matter.facts).values()
    if matter.further:
        had_by = case_offices.had_by(matter.office, matter.facts.values())
        facts = [_led_there(fact, {programme.hub, *had_by}) for fact in facts]
    return leadership.compute(
        matter.office,
        facts,
        programme,
        policy.directory,
        since=matter.counts_since,
    )


def _led_there(fact: Fact, offices: Collection[str]) -> Fact:
    """
    A fact without the leaders that a correction states of the hub of another programme.
    """
    if not isinstance(fact, CaseCorrected):
        return fact
    ours = tuple(leader for leader in fact.leaders if leader[0] in offices)
    return replace(fact, leaders=ours)


def led_by(matter: Matter, leading: Leadership | None) -> Matter:
    if leading is None:
        return matter.having(handler_post=_handler_of_petition(matter))
    group = {} if matter.further else _group_of(matter, leading)
    return matter.having(
        **group,
        everyday=leading.track == Track.EVERYDAY and not matter.in_scope,
        handed=leading.handed,
        merged=leading.merged,
        led=leading.steps,
        leaders=leading.leaders,
        department=leading.department,
        handler_post=leading.handler_post or _still_handling(matter, leading),
        **{name: leading.traits.get(name) for name in _LISTED_BY},
    )


def _group_of(matter: Matter, leading: Leadership) -> dict[str, Any]:
    """
    With which other cases the workload of leaders counts a case, and since when.
    """
    ended = matter.concluded_on
    return {
        "group_key": counting.group_key(leading, is_open=ended is None),
        "group_since": counting.last_change(leading, matter.first_day, ended),
    }


def _still_handling(matter: Matter, leading: Leadership) -> str | None:
    """
    The handler of the petition that a case came from, who handles also the case until
    another is named, unless recused from it.
    """
    naming = (f for f in matter.facts.values() if isinstance(f, _NAMING))
    if any(fact.get("handler_post") for fact in naming):
        return None
    handler = _handler_of_petition(matter)
    stands_back = handler is not None and (matter.office, handler) in leading.recused
    return None if stands_back else handler


def _handler_of_petition(matter: Matter) -> str | None:
    """
    The post that handles a petition by its registration at the office that has it.
    """
    for fact in as_corrected(matter.facts).values():
        if isinstance(fact, PetitionRegistered) and fact.office == matter.office:
            return fact.handler_post
    return None
