"""
The clocks that run in a matter: which facts start one, and how its due day is counted.

The clock starts from the fact the rule names (A-36); nothing here says what became of
the duty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.assignment.domain import facts as kinds
from services.assignment.domain.duties.deadlines import Count
from services.assignment.domain.facts import Fact
from shared.policy.calendar import Calendar
from shared.policy.conditions import Condition
from shared.policy.duties import DutyRule, Trigger, Until
from shared.policy.programme import Programme
from shared.policy.reports import Cadence


@dataclass(frozen=True)
class Clock:
    """
    One duty of a rule: what opened it, and since when it is owed.

    *turn*: which period of a rule with `every`, from 0. *opened_before*: the day of
    the opening before this one, where the fact that opens the rule came again.
    *nth_of_day*: which opening of its day it is, from 0.
    """

    rule: DutyRule
    opening: Fact
    since: date
    turn: int = 0
    opened_before: date | None = None
    nth_of_day: int = 0

    def identity(self, number: str) -> str:
        """
        The id of its duty in the matter *number*: the rule, of what, which period.

        Where the opening fact came again, the day and, of several on one day, which.
        It depends on the facts alone, not on the order in which they arrived.
        """
        parts = [number, self.rule.id]
        if self.rule.per:
            parts.append(str(self.opening.payload[self.rule.per]))
        if self.rule.every:
            parts.append(str(self.turn + 1))
        if self.opened_before:
            parts.append(self.since.isoformat())
            if self.nth_of_day:
                parts.append(str(self.nth_of_day + 1))
        return "/".join(parts)

    def count(self, calendar: Calendar) -> Count:
        """
        How its due day is counted, as long as nobody changes it.
        """
        rule, start, said = self.rule, self.opening.on, self.opening.payload
        day = rule.nth_due(self.turn, start, said, calendar).day
        return Count(start, rule.nth_limit(self.turn, said), day)

    def counts_from(self, facts: Sequence[Fact], calendar: Calendar) -> date:
        """
        The first day on which doing it counts.

        Of a batch, the day it was handed down, though its receipt be stamped later
        (A-11). Of a recurring duty, the day after the turn before, so that the answer
        in three months is no follow-up yet (TL-23).
        """
        per = self.rule.per
        if per and not self.rule.every:
            key = self.opening.payload[per]
            known = (each.on for each in facts if each.payload.get(per) == key)
            return min(known, default=self.since)
        before = self.rule.nth_limit(-1) if self.rule.every else None
        if self.turn or not before or before.amount <= 0:
            return self.since
        return calendar.due(self.opening.on, before).day + timedelta(days=1)


def clocks(facts: Sequence[Fact], programme: Programme, kind: str) -> Iterator[Clock]:
    """
    Every clock that *facts* have started in the matter.
    """
    for fact in facts:
        cadence = _cadence_of(fact, programme)
        if cadence is not None:
            to = date.fromisoformat(fact.payload["until"])
            rule = _paper_rule(cadence, fact, to)
            yield Clock(rule, replace(fact, on=to), fact.on)
    for rule in rules_of(facts, programme, kind):
        before: Clock | None = None
        for opening in _dated(rule, facts):
            clock = Clock(rule, opening, opening.on)
            if before and not rule.opens_once:
                again = before.since == clock.since
                clock = replace(
                    clock,
                    opened_before=before.since,
                    nth_of_day=before.nth_of_day + 1 if again else 0,
                )
            yield clock
            if rule.every:
                yield from _later_turns(rule, opening, facts)
            before = clock


def rules_of(
    facts: Sequence[Fact], programme: Programme, kind: str
) -> tuple[DutyRule, ...]:
    """
    The rules a matter stands under: those of the day it came in (A-36).
    """
    begun = (kinds.OPENED, kinds.PETITION, kinds.PERIOD)
    days = [fact.on for fact in facts if fact.type in begun]
    return programme.duty_rules(min(days), kind) if days else programme.duties


def openings(rule: DutyRule, facts: Sequence[Fact]) -> Iterator[Fact]:
    """
    The facts that open a duty of *rule*, by day: each one, unless the rule opens once;
    then the first one, or the first of each `per`.

    One that does not name the `per` opens none.
    """
    seen: set[object] = set()
    opened_by = (fact for fact in facts if rule.opens(fact.type, fact.payload))
    for fact in sorted(opened_by, key=_by_day):
        key = fact.payload.get(rule.per) if rule.per else None
        if rule.per and key is None:
            continue
        if rule.opens_once and key in seen:
            continue
        seen.add(key)
        yield fact


def _by_day(fact: Fact) -> tuple[date, str, str]:
    """
    An order of facts that does not depend on their arrival.
    """
    return (
        fact.on,
        fact.type,
        json.dumps(dict(fact.payload), default=str, sort_keys=True),
    )


def _dated(rule: DutyRule, facts: Sequence[Fact]) -> Iterator[Fact]:
    """
    The openings of *rule*; a day that the opening left open is the one first named
    with the leaders (XQ-20). Naming another later moves nothing.
    """
    name = rule.due.fact or ""
    told = [f for f in facts if f.type == kinds.NAMED and f.payload.get(name)]
    first = min(told, key=lambda each: (each.on, each.payload[name]), default=None)
    for opening in openings(rule, facts):
        if first is None or opening.payload.get(name):
            yield opening
        else:
            said = {**opening.payload, name: first.payload[name]}
            yield replace(opening, payload=said)


def _later_turns(
    rule: DutyRule, opening: Fact, facts: Sequence[Fact]
) -> Iterator[Clock]:
    """
    The turns of a recurring duty that the clock has begun (`periods`).
    """
    key = opening.payload.get(rule.per) if rule.per else None
    for fact in facts:
        said = fact.payload
        ours = fact.type == kinds.PERIOD and said.get("rule") == rule.id
        if ours and said.get("of") == key:
            yield Clock(rule, opening, fact.on, int(said["turn"]))


def _cadence_of(fact: Fact, programme: Programme) -> Cadence | None:
    """
    The cadence whose period a fact begins.
    """
    if fact.type != kinds.PERIOD:
        return None
    wanted = fact.payload.get("cadence")
    return next((each for each in programme.cadences if each.id == wanted), None)


def _paper_rule(cadence: Cadence, period: Fact, to: date) -> DutyRule:
    """
    The paper owed for one period, as a rule: due after its last day, or on it.
    """
    said = {
        "act": Condition((cadence.act,)),
        "period": Condition((period.payload["period"],)),
    }
    return DutyRule(
        id=cadence.id,
        title=cadence.title,
        opened_by=kinds.PERIOD,
        due=Until(limit=cadence.due) if cadence.due else Until(day=to),
        discharged_by=(Trigger(kinds.ACT, said),),
        source=cadence.source,
    )
