"""
A case of a joint conference, day by day, at the offices that have it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from services.assignment.domain import case_offices
from services.assignment.domain.case_offices import late_stock
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.matter import Matter
from services.assignment.domain.moving import move_event
from services.assignment.domain.recompute import recompute
from services.reporting.domain.postings.entries import entries_for
from services.reporting.domain.postings.rules import RULES
from services.reporting.schemas import READS
from shared.policy.current import current_policy
from tests.builders import an_envelope
from tests.builders.facts import NUMBER, named, opened

CODE, HUB = "xq-2020", "640104800"


A, B, C = "640104001", "640104002", "640104003"


SECRETARY = "党（工）委书记"


START = date(2020, 11, 2)


DAY = timedelta(days=1)


def days(n):
    return START + DAY * n


class Case:
    """
    One case of Xingqing's plan, and what was posted of it.
    """

    def __init__(self, *, hand_over=True, **said):
        self.policy = current_policy()
        if not hand_over:
            self.policy = _without_hand_over_time(self.policy)
        self.matter, self.entries, self.taken = Matter(NUMBER), [], 0
        fields = {
            "office": A,
            "programme": CODE,
            "origin": "own_screening",
            "handed": False,
            "difficulty": "hard",
            "repeats": 2,
            "resolve_by": None,
            **said,
        }
        first = opened(START, **fields)
        self.post("intake.case_opened", START, A, vars(first))
        self.learn(first)

    def learn(self, *facts, by=None):
        for fact in facts:
            before = self.matter
            change = recompute(before, {f"f{self.taken}": fact}, self.policy)
            self.matter, self.taken = change.matter, self.taken + 1
            self.announce(*change.events)
            if by and by != self.matter.office:
                self._follow(before, by, fact)
        return self

    def _follow(self, before, by, fact):
        stock = late_stock(before.facts, self.matter.facts)
        since = case_offices.moved_last_on(self.matter.facts.values())
        payload = {"from_office": by, "stock": list(map(vars, stock))}
        kind = "assignment.stock_followed"
        self.post(kind, max(fact.on, since), self.matter.office, payload)

    def move(self, to, on, reason="handed_on"):
        event = move_event(self.matter, to, on, reason, self.policy)
        self.announce(event)
        return self.learn(fact_of(event))

    def name(self, on, *, team="专班", office=None):
        leader = (office or self.matter.office, SECRETARY)
        said = {"department": "综治中心", "team": team, "resolve_by": days(400)}
        return self.learn(named(on, leader, **said))

    def announce(self, *events):
        for event in events:
            if event.type in RULES:
                self.post(event.type, event.occurred_on, event.office, event.payload())

    def post(self, kind, on, office, payload):
        payload = {"programme": CODE, **payload}
        envelope = an_envelope(kind, on, office=office, payload=payload)
        self.entries += entries_for(envelope, READS[kind].load(_plain(payload)))

    def sums(self, measure, on):
        found = Counter()
        for entry in self.entries:
            if entry.measure == measure and entry.day <= on:
                found[entry.office] += entry.amount
        return {office: amount for office, amount in found.items() if amount}

    def duty_of(self, key):
        """
        The duty that is owed for a value of its rule's `per`.
        """
        duties = self.matter.duties.values()
        (found,) = (duty for duty in duties if duty.id.endswith(f"/{key}"))
        return found

    def duty(self, kind):
        (found,) = (d for d in self.matter.duties.values() if d.kind == kind)
        return found


def _plain(payload):
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in payload.items()
    }


def _without_hand_over_time(policy):
    programme = policy.programmes.get(CODE)
    rule = replace(programme.hand_over, limit=None)
    programmes = {CODE: replace(programme, hand_over=rule)}
    return replace(policy, programmes=_Programmes(MappingProxyType(programmes)))


class _Programmes:
    def __init__(self, of):
        self.get = of.__getitem__
