"""
The duties that run in a matter: which facts open one, and how its due day is counted.

The days count from the fact that the rule names (A-36); nothing here says what became
of the duty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.assignment.domain.duties.deadlines import Deadline
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.duties import OccurrenceBegun, PeriodBegun
from services.assignment.domain.facts.leaders import ActRecorded, LeadersConfirmed
from services.assignment.domain.facts.received import CaseOpened, PetitionRegistered
from shared.policy.calendar import ONE_DAY, Calendar
from shared.policy.conditions import Condition
from shared.policy.directory import Office
from shared.policy.parts.duties import DutyRule, Trigger, Until
from shared.policy.parts.reports import ReportSchedule
from shared.policy.programme import Programme

BEGINNINGS = (CaseOpened, PetitionRegistered, PeriodBegun)


@dataclass(frozen=True)
class DutyInstance:
    """
    One duty of a rule: opened by a fact; *occurrence* counts the periods of a rule with
    `every`, from 0.

    *opened_before*: the day of the opening before this one, where the fact that opens
    the rule came again; *nth_of_day*: which opening of its day it is, from 0.
    *named_day*: the due day that was named with the leaders, where the opening leaves
    it open (XQ-20). *start*: the day from which its days count.
    """

    rule: DutyRule
    opening: Fact
    since: date
    start: date
    occurrence: int = 0
    opened_before: date | None = None
    nth_of_day: int = 0
    named_day: date | None = None

    @property
    def key(self) -> object:
        """
        The value of the rule's `per` that the duty is owed for.
        """
        return self.opening.get(self.rule.per) if self.rule.per else None

    @property
    def fields(self) -> Mapping[str, Any]:
        """
        What the rule may ask of the opening.
        """
        if self.named_day is None or self.rule.due.fact is None:
            return self.opening.fields
        return {**self.opening.fields, self.rule.due.fact: self.named_day}

    def identity(self, number: str) -> str:
        """
        The id of the duty in the matter *number*: rule, `per` value, occurrence from 1.

        Where each opening fact opens a duty, its day and, of several on one day, which.
        A fact recorded later changes no id, so that a signed record stays with the duty
        it was signed for.
        """
        parts = [number, self.rule.id]
        if self.rule.per:
            parts.append(str(self.key))
        if self.rule.every:
            parts.append(str(self.occurrence + 1))
        if not self.rule.opens_once:
            parts.append(self.since.isoformat())
        if self.nth_of_day:
            parts.append(str(self.nth_of_day + 1))
        return "/".join(parts)

    def deadline(self, calendar: Calendar) -> Deadline:
        """
        How its due day is counted, as long as no signed record changes it.
        """
        rule, start = self.rule, self.start
        day = rule.nth_due(self.occurrence, start, self.fields, calendar).day
        return Deadline(start, rule.nth_limit(self.occurrence, self.fields), day)

    def counts_from(self, facts: Sequence[Fact], calendar: Calendar) -> date:
        """
        The first day on which doing it counts.

        For a batch this is the day on which it was handed down, even if its receipt is
        stamped later (A-11); for a recurring duty the day after the occurrence before,
        so that the answer in three months is not yet a follow-up (TL-23).
        """
        if self.rule.per and not self.rule.every:
            about = (f.on for f in facts if f.get(self.rule.per) == self.key)
            return min(about, default=self.since)
        before = self.rule.nth_limit(-1) if self.rule.every else None
        if self.occurrence or not before or before.amount <= 0:
            return self.since
        return calendar.due(self.start, before).day + ONE_DAY


def instances(
    facts: Sequence[Fact],
    programme: Programme,
    office: Office | None,
    since: date | None = None,
) -> Iterator[DutyInstance]:
    """
    Yield every duty that *facts* have opened in a matter of an office; with *since*,
    only those opened from that day on.
    """
    for fact in facts:
        schedule = _schedule_of(fact, programme)
        if isinstance(fact, PeriodBegun) and schedule is not None:
            # A report counts its days from the last day of its period, but is owed from
            # the first.
            end = replace(fact, on=fact.until)
            yield DutyInstance(_report_rule(schedule, fact), end, fact.on, end.on)
    for rule in rules_of(facts, programme, office):
        before: DutyInstance | None = None
        for opening in openings(rule, facts, since):
            instance = _opened(rule, opening, before, facts)
            yield instance
            if rule.every:
                yield from _later_occurrences(instance, facts)
            before = instance


def _opened(
    rule: DutyRule,
    opening: Fact,
    before: DutyInstance | None,
    facts: Sequence[Fact],
) -> DutyInstance:
    """
    The duty that an opening opens after the one *before* it of the same rule.
    """
    day = None if rule.due.fact is None else _named_day(rule, opening, facts)
    start = start_of(rule, opening, facts)
    instance = DutyInstance(rule, opening, opening.on, start, named_day=day)
    if before is None or rule.opens_once:
        return instance
    # Ids count the openings of one day, in the order in which they were recorded.
    again = before.since == instance.since
    return replace(
        instance,
        opened_before=before.since,
        nth_of_day=before.nth_of_day + 1 if again else 0,
    )


def rules_of(
    facts: Sequence[Fact], programme: Programme, office: Office | None
) -> tuple[DutyRule, ...]:
    """
    Return the rules that may open a duty in this matter: those in force on the day it
    came in (A-36) of which some fact can be an opening. Without an office, all rules of
    the programme.
    """
    days = [fact.on for fact in facts if isinstance(fact, BEGINNINGS)]
    if office is None or not days:
        return programme.duties
    # Most rules wait for facts that this matter has not got; skipping them here saves
    # most of the work.
    types = {fact.name for fact in facts}
    return tuple(
        rule
        for rule in programme.duty_rules(min(days), office.kind)
        if not types.isdisjoint(rule.opening_types) and rule.binds.includes(office)
    )


def openings(
    rule: DutyRule, facts: Sequence[Fact], since: date | None = None
) -> Iterator[Fact]:
    """
    Yield the facts that open a duty of *rule*, by day: every such fact, or, if the rule
    opens once, the first one (the first for each value of `per`). With *since*, none
    from before that day.

    One that does not name the `per` opens none.
    """
    opened_by = [
        fact
        for fact in facts
        if fact.name in rule.opening_types and rule.opens(fact.name, fact.fields)
    ]
    if since:
        opened_by = [fact for fact in opened_by if fact.on >= since]
    if not rule.opens_once:
        # Of one day in the order of recording, which their identities follow.
        yield from sorted(opened_by, key=lambda fact: fact.on)
        return
    keys: set[object] = set()
    # By day, not by arrival: which opening is first must not depend on the network.
    if len(opened_by) > 1:
        opened_by.sort(key=_by_day)
    for fact in opened_by:
        key = fact.get(rule.per) if rule.per else None
        if key in keys or (rule.per and key is None):
            continue
        keys.add(key)
        yield fact


def start_of(rule: DutyRule, opening: Fact, facts: Sequence[Fact]) -> date:
    """
    The day from which the days of a duty count: that of its opening, or of the first
    fact after it that the rule counts from (A-12).
    """
    if not rule.counted_from:
        return opening.on
    later = (
        fact.on
        for fact in facts
        if fact.on >= opening.on
        and any(t.fired_by(fact.name, fact.fields) for t in rule.counted_from)
    )
    return min(later, default=opening.on)


def _by_day(fact: Fact) -> tuple[date, str, str]:
    """
    An order of facts that does not depend on their arrival.
    """
    return fact.on, fact.name, repr(fact)


def _named_day(rule: DutyRule, opening: Fact, facts: Sequence[Fact]) -> date | None:
    """
    The day first named with the leaders, where the opening names none (XQ-20). Naming
    another later moves nothing.
    """
    name = rule.due.fact
    if opening.get(name):
        return None
    days = [
        (fact.on, fact.get(name))
        for fact in facts
        if isinstance(fact, LeadersConfirmed) and fact.get(name)
    ]
    return min(days)[1] if days else None


def _later_occurrences(
    first: DutyInstance, facts: Sequence[Fact]
) -> Iterator[DutyInstance]:
    """
    The occurrences of a recurring duty that have begun since (`recurrence`).
    """
    for fact in facts:
        if not isinstance(fact, OccurrenceBegun):
            continue
        if (fact.rule, fact.of) == (first.rule.id, first.key):
            yield replace(first, since=fact.on, occurrence=fact.occurrence)


def _schedule_of(fact: Fact, programme: Programme) -> ReportSchedule | None:
    """
    The schedule whose period a fact begins.
    """
    if not isinstance(fact, PeriodBegun):
        return None
    return next((c for c in programme.report_schedules if c.id == fact.schedule), None)


def _report_rule(schedule: ReportSchedule, begun: PeriodBegun) -> DutyRule:
    """
    The report owed for one period, as a rule: due after its last day, or on it.
    """
    handed_in = Trigger(
        ActRecorded.name,
        {"act": Condition((schedule.act,)), "period": Condition((begun.period,))},
    )
    return DutyRule(
        id=schedule.id,
        title=schedule.title,
        opened_by=PeriodBegun.name,
        due=Until(limit=schedule.due) if schedule.due else Until(day=begun.until),
        discharged_by=(handed_in,),
        source=schedule.source,
        once=True,
    )
