"""
A matter to which facts become known one by one, as to the service, and its figures.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from services.assignment.domain.matter import Matter
from services.assignment.domain.recompute import begin_occurrences, recompute
from services.reporting import schemas as reporting
from services.reporting.domain.postings.entries import entries_for
from shared.events import Envelope
from shared.policy.current import current_policy
from shared.policy.programmes import Programmes
from tests.builders.facts import NUMBER


class Known:
    """
    What is computed from the facts so far, and all that was announced.

    A fact given twice is the same fact: the inbox would know it.
    """

    def __init__(self, programme, calendar=None):
        rules = current_policy()
        if isinstance(programme, str):
            programme = rules.programmes.get(programme)
        self.policy = replace(
            rules,
            programmes=Programmes([programme]),
            calendar=calendar or rules.calendar,
        )
        self.matter, self.announced, self.given = Matter(NUMBER), [], []

    def learn(self, *facts):
        for fact in facts:
            self.given.append(fact)  # so that it keeps its id
            self.take(recompute(self.matter, {id(fact): fact}, self.policy))
        return self

    def take(self, change):
        self.matter = change.matter
        self.announced += change.events

    def recalculate(self, calendar):
        """
        Compute everything again by another calendar.
        """
        self.policy = replace(self.policy, calendar=calendar)
        self.take(recompute(self.matter, {}, self.policy, cause="calendar"))

    def run_until(self, day):
        """
        Begin the occurrences that have come, as any replica does, however late.
        """
        while self.matter.next_occurrence_on and self.matter.next_occurrence_on <= day:
            self.take(begin_occurrences(self.matter, day, self.policy))
        return self

    @property
    def facts(self):
        return list(self.matter.facts.values())

    @property
    def duties(self):
        return self.matter.duties

    def duty(self, kind):
        return self.duties[f"{NUMBER}/{kind}"]

    def sums(self):
        """
        What reporting makes of all announcements about duties and leaders: measure and
        day to amount.

        What a merge does to the count of a closed case depends on which was recorded
        first: a case that is merged away is not closed.
        """
        totals = Counter()
        for event in self.announced:
            if event.type in reporting.READS and ".closing_" not in event.type:
                fields = reporting.READS[event.type].load(event.payload())
                for entry in entries_for(_envelope(event), fields):
                    totals[entry.measure, entry.day] += entry.amount
        return {key: amount for key, amount in totals.items() if amount}

    def overdue_on(self, day):
        """
        How many duties the figures call overdue at the end of *day*.
        """
        return sum(
            amount
            for (measure, since), amount in self.sums().items()
            if measure == "overdue" and since <= day
        )


def _envelope(event):
    return Envelope(
        id=str(uuid4()),
        type=event.type,
        version=1,
        occurred_on=event.occurred_on,
        recorded_at=datetime(2021, 1, 1, tzinfo=UTC),
        office=event.office,
        case_number=event.case_number,
        sequence=1,
        actor="system",
        correlation_id="",
        causation_id="",
        traceparent="",
        payload=event.payload(),
    )
