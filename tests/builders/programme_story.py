"""
A matter under one of the programme files, lived through day by day without services.

The real files, directory and calendar; each day the matter is recomputed, and what has
come is begun and escalated, as the sweeper would do it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.assignment.domain.duties import alerts, ledger, recurrence
from services.assignment.domain.duties.instances import BEGINNINGS
from services.assignment.domain.escalation import notices
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.required_fields import missing_fields
from services.assignment.domain.matter import Matter
from services.assignment.domain.recompute import begin_occurrences, escalate, recompute
from shared.policy.current import current_policy
from tests.builders import facts
from tests.builders.closing_story import NUMBER, Ending
from tests.builders.facts import (
    act,
    handed_down,
    happened,
    named,
    received,
    registered,
    replied,
)

__all__ = [
    "Story",
    "act",
    "handed_down",
    "happened",
    "named",
    "opened",
    "programme_of",
    "received",
    "registered",
    "replied",
    "reports",
]

DAY = timedelta(days=1)
ORDINARY = {"origin": "own_screening", "handed": False, "difficulty": "ordinary"}


def programme_of(code):
    return current_policy().programmes.get(code)


def opened(on, **fields):
    """
    A case in scope of which nothing special is known.
    """
    return facts.opened(on, **ORDINARY | fields)


class Story(Ending):
    """
    One matter of an office, from its first fact to the day it was run to.

    *facts* are all that ever happen in it; *now* is the matter at the end of *today*.
    """

    def __init__(self, code, office, *facts):
        rules = current_policy()
        self.policy, self.directory = rules, rules.directory
        self.programme, self.office = programme_of(code), office
        self.facts, self.now, self.today = {}, Matter(NUMBER), None
        self.waiting, self.reached, self.notices = {}, [], {}
        self.learn(*facts)

    def learn(self, *facts):
        for fact in facts:
            if isinstance(fact, BEGINNINGS):
                whose = {"office": self.office, "programme": self.programme.code}
                fact = replace(fact, **whose)  # noqa: PLW2901 - of this office
            self.facts[f"fact {len(self.facts)}"] = fact
        return self

    def known(self, day=date.max):
        """
        The matter by everything that happens until *day*.
        """
        until = {key: each for key, each in self.facts.items() if each.on <= day}
        return recompute(Matter(NUMBER), until, self.policy).matter

    @property
    def led(self):
        return leadership.compute(
            self.office, self.facts.values(), self.programme, self.directory
        )

    @property
    def gaps(self):
        return [gap.detail for gap in self.led.gaps]

    def duties(self, day=date.max):
        """
        The ledger as it stands by what happened until *day*.
        """
        return tuple(self.known(day).duties.values())

    def owed(self):
        """
        Every duty there is or was: its kind to owner and due day.
        """
        return {
            name: (duty.office, duty.post, duty.due_on)
            for name, duty in self.named_duties().items()
        }

    def named_duties(self):
        """
        The duties by kind, or kind and occurrence; of what is owed each time its fact
        comes, none is there twice.
        """
        duties = self.duties()
        named = {_short(duty): duty for duty in duties}
        assert len(named) == len(duties)
        return named

    def due(self):
        return {name: duty.due_on for name, duty in self.named_duties().items()}

    def states(self):
        return {
            name: (duty.state, duty.state_on)
            for name, duty in self.named_duties().items()
        }

    def open(self):
        return {name for name, duty in self.named_duties().items() if not duty.closed}

    def alert_level(self, today):
        colours = self.programme.alerts
        missing = bool(missing_fields(self.led, self.programme))
        return alerts.alert_level_of_case(
            self.duties(),
            today,
            lacking=colours if missing else None,
            colours_of=lambda _: colours,
        )

    def fields_missing(self):
        missing = missing_fields(self.led, self.programme)
        return [each.id for each in missing]

    # -- day by day

    def run(self, until):
        """
        Live through every day to the end of *until*.
        """
        begin = min(each.on for each in self.facts.values())
        day = self.today + DAY if self.today else begin
        while day <= until:
            self._live(day)
            self.today = day
            day += DAY
        return self

    def _live(self, day):
        new = {key: each for key, each in self.facts.items() if each.on <= day}
        self._take(recompute(self.now, new, self.policy))
        while self.now.next_occurrence_on and self.now.next_occurrence_on <= day:
            self._take(begin_occurrences(self.now, day, self.policy))
        while due := [each for each in self.waiting.values() if each.on <= day]:
            self._take(escalate(self.now, due, day, self.policy))

    def _take(self, change):
        self.now = change.matter
        self.facts |= change.facts
        waiting = self.waiting | change.next_steps
        self.waiting = {name: step for name, step in waiting.items() if step}
        self.reached += change.reached
        self.notices |= {each.id: each for each in change.issued}
        for fact in change.ended_notices:
            ended = {"state": "ended", "state_on": fact.on}
            self.notices[fact.notice] = replace(self.notices[fact.notice], **ended)

    def answer(self, on, post, *, progress):
        """
        The office answers every notice that waits.
        """
        for notice in list(self.notices.values()):
            if notice.waits:
                answered, event = notices.answer(
                    notice,
                    on=on,
                    by="承办人",
                    post=post,
                    text="已研究。",
                    progress=progress,
                    today=on,
                    directory=self.directory,
                )
                self.notices[notice.id] = answered
                self.learn(fact_of(event))
        return self

    def escalations(self, duty=None):
        """
        The steps reached, of one kind of duty or of the matter: step and day.
        """
        return [
            (each.step, each.on)
            for each in self.reached
            if duty is None or (each.duty or "").startswith(f"{NUMBER}/{duty}")
        ]


def reports(code, schedule, day):
    """
    Who owes the report of the period that holds a day, and until when.
    """
    rules, programme = current_policy(), programme_of(code)
    report = next(each for each in programme.report_schedules if each.id == schedule)
    period = report.period_on(day, rules.calendar)
    if period is None:
        return None
    begun = list(recurrence.reports_of(programme, report, period, rules.directory))
    who = [(each.fact.office, each.fact.department) for each in begun]
    [due_on] = {
        duty.due_on
        for each in begun
        for duty in ledger.compute(
            each.number, each.fact.office, [each.fact], programme, rules.calendar
        )
        if duty.kind == schedule
    }
    return period.id, due_on, who


def _short(duty):
    return duty.id.removeprefix(f"{NUMBER}/").removesuffix(f"/{duty.opened_on}")
