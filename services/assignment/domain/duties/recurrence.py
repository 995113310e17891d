"""
What recurs: the next turn of a recurring duty, and the periods of offices' papers.

The clock asks what has begun and keeps it as a fact under a name that depends on
nothing but the turn or the period: however many ask, it begins once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from services.assignment.domain.duties.instances import Clock, openings, rules_of
from services.assignment.domain.duties.transitions import fired
from services.assignment.domain.facts import PERIOD, Fact
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.duties import DutyRule
from shared.policy.programme import Programme
from shared.policy.reports import Cadence, Period

ONE_DAY = timedelta(days=1)
MILESTONE = "milestone"
"""
The period of a milestone, for programmes with a duty that such a period opens.
"""


@dataclass(frozen=True)
class Beginning:
    """
    A turn or period that begins in the matter *number* of *office*.
    """

    number: str
    office: str
    identity: str
    fact: Fact

    @property
    def programme(self) -> str:
        return str(self.fact.payload["programme"])


def next_turn(
    number: str,
    office: str,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    kind: str = "",
) -> Beginning | None:
    """
    The recurring duty whose turn comes next in a matter; None once all have ended.
    """
    turns = (
        turn
        for rule in rules_of(facts, programme, kind)
        if rule.every
        for opening in openings(rule, facts)
        if (turn := _turn_of(rule, opening, facts, calendar))
    )
    first = min(turns, key=lambda each: (each.since, each.rule.id), default=None)
    if first is None:
        return None
    rule, of = first.rule, None
    if rule.per:
        of = first.opening.payload[rule.per]
    said = {
        "programme": programme.code,
        "rule": rule.id,
        "of": of,
        "turn": first.turn,
        "period": str(first.turn + 1),
        "until": first.count(calendar).due(calendar).day.isoformat(),
    }
    name = _named(number, rule.id, of, first.turn)
    return Beginning(number, office, name, Fact(PERIOD, first.since, said))


def _turn_of(
    rule: DutyRule, opening: Fact, facts: Sequence[Fact], calendar: Calendar
) -> Clock | None:
    of = opening.payload.get(rule.per) if rule.per else None
    begun = {
        fact.payload["turn"]
        for fact in facts
        if fact.type == PERIOD
        and fact.payload.get("rule") == rule.id
        and fact.payload.get("of") == of
    }
    turn = 1
    while True:
        due = rule.nth_due(turn - 1, opening.on, opening.payload, calendar)
        since = due.day + ONE_DAY
        stopped, for_good = _stopped(rule, facts, since)
        if stopped and for_good:
            return None
        if not stopped and turn not in begun:
            return Clock(rule, opening, since, turn)
        turn += 1


def _stopped(rule: DutyRule, facts: Sequence[Fact], day: date) -> tuple[bool, bool]:
    """
    Whether a recurring duty rests on a day, and whether nothing later revives it.
    """
    stops = (*rule.until, *rule.released_by)
    revives = (*rule.resumed_by, *rule.restored_by)
    stopped = revived_later = False
    for fact in sorted(facts, key=lambda each: (each.on, fired(revives, each))):
        if fact.on > day:
            revived_later |= fired(revives, fact)
        elif fired(stops, fact):
            stopped = True
        elif fired(revives, fact):
            stopped = False
    return stopped, not revived_later


def first_day(
    programme: Programme, cadence: Cadence, today: date, calendar: Calendar
) -> date:
    """
    Where the clock begins with a cadence it has never seen: with the period under
    way, not with the years before this system.
    """
    begins = max(programme.window.from_, cadence.from_ or date.min)
    day = today
    while day > begins:
        period = cadence.period_on(day, calendar)
        if period is not None:
            return max(period.from_, begins)
        day -= ONE_DAY
    return begins


def papers_of(
    programme: Programme,
    cadence: Cadence,
    period: Period,
    directory: Directory,
) -> Iterator[Beginning]:
    """
    The matter of each office that owes a cadence's paper for a period.
    """
    for office, department in owing(programme, cadence, period.from_, directory):
        number = f"{programme.code}/{office}/{cadence.id}/{period.id}"
        number += f"/{department}" if department else ""
        said = {
            "programme": programme.code,
            "cadence": cadence.id,
            "period": period.id,
            "until": period.to.isoformat(),
            "department": department,
        }
        fact = Fact(PERIOD, period.from_, said)
        yield Beginning(number, office, _named(number), fact)


def milestones_of(programme: Programme, directory: Directory) -> Iterator[Beginning]:
    """
    The matter of each milestone and office of the hub and below it, where a rule makes
    a duty of it.
    """
    begins = programme.window.from_
    for milestone in programme.milestones:
        said = {
            "programme": programme.code,
            "cadence": MILESTONE,
            "period": milestone.on.isoformat(),
            "until": milestone.on.isoformat(),
        }
        if not programme.duty_rules_for(PERIOD, said):
            continue
        for office in directory.subtree(programme.hub, begins):
            number = programme.milestone_matter(office, milestone.on)
            yield Beginning(number, office, _named(number), Fact(PERIOD, begins, said))


def owing(
    programme: Programme, cadence: Cadence, on: date, directory: Directory
) -> Iterator[tuple[str, str | None]]:
    """
    The offices, or departments of the hub, that a cadence binds on a day.
    """
    if cadence.of == "hub":
        yield programme.hub, None
    elif cadence.of == "each_child_of_hub":
        yield from ((child, None) for child in directory.children(programme.hub, on))
    else:
        offices = directory.subtree(programme.offices_root, on)
        departments = [
            code for code in offices if directory.office(code).kind == "department"
        ]
        if cadence.of == "each_office":
            yield from ((code, None) for code in offices)
        elif departments:
            yield from ((code, None) for code in departments)
        else:
            hub = directory.office(programme.hub)
            yield from ((hub.code, name) for name in hub.departments)


def _named(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, "jianjian:" + "/".join(map(str, parts))))
