"""
Who leads a case, and since when it counts as led (PY-17, PY-23, PY-24, XQ-21, DY-08).

The programme says what the facts of a case demand; here the facts are put together,
with the posts that stand back. How long each post led says `tenures`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from services.assignment import events
from services.assignment.domain.facts.base import Fact, PostOf, Step, changes
from services.assignment.domain.facts.batches import CaseMoved
from services.assignment.domain.facts.received import CaseOpened
from services.assignment.domain.leaders.effects import AFTER, ORDER, new_holders
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.row_marks import with_row_marks
from services.assignment.domain.leaders.tenures import Tenure, tenures_after
from shared.errors import Problem
from shared.events import Event
from shared.policy.directory import Directory
from shared.policy.programme import Programme


def compute(
    office: str,
    facts: Iterable[Fact],
    programme: Programme,
    directory: Directory,
    *,
    since: date | None = None,
) -> Leadership:
    """
    Return who leads the case after all *facts*, and the days on which it became led or
    not led. In a further programme, with *since*, whoever led by then counts from that
    day.
    """
    every = list(with_row_marks(facts, programme.settings.sensitive_days))
    moves = (fact.from_office for fact in every if isinstance(fact, CaseMoved))
    # From the office that began the case: the moves follow among the facts.
    leading = Leadership(office=next(moves, office))
    steps, tenures = list[Step](), tuple[Tenure, ...]()
    in_order = _in_order(every)
    for fact in _as_of(since, in_order) if since else in_order:
        before, leading = leading, AFTER[type(fact)](leading, fact)
        # A new holder of the same post changes no field, but ends a tenure and begins
        # another.
        if leading == before and not new_holders(fact):
            continue
        leading = replace(
            leading,
            gaps=gaps_of(leading, leading.office, programme, directory, fact.on),
            merged_spans=_merged_spans(leading, fact.on),
        )
        is_led = bool(leading.leaders) and not leading.gaps and not leading.merged
        was_led = bool(steps) and steps[-1].kind == "named"
        if is_led != was_led:
            # Only when it changes: readers count cases that are led, up and down by
            # one.
            why = fact.name if isinstance(fact, CaseMoved) else ""
            steps.append(Step(fact.on, "named" if is_led else "released", why))
        tenures = tenures_after(
            tenures,
            () if leading.merged else leading.leaders,
            fact.on,
            new_holders=new_holders(fact),
            holders=leading.holders,
        )
    return replace(leading, steps=tuple(steps), tenures=tenures)


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """
    Return the facts that bear on who leads, by day. Within a day, those recorded before
    the case moved come first, and among these the order is that of `AFTER`.
    """
    moves, ours = 0, list[tuple[date, int, int, Fact]]()
    for fact in facts:
        if type(fact) in ORDER:
            ours.append((fact.on, moves, ORDER.index(type(fact)), fact))
        moves += isinstance(fact, CaseMoved)
    return [fact for *_, fact in sorted(ours, key=lambda each: each[:3])]


def _as_of(since: date, in_order: Iterable[Fact]) -> list[Fact]:
    """
    Return the facts with the opening, which is the enrolment, first; none is dated
    before *since*.
    """
    # Sorting is stable: the others stay in order. What an older leader did counts as
    # done on the day of the enrolment.
    facts = sorted(in_order, key=lambda fact: not isinstance(fact, CaseOpened))
    return [f if f.on >= since else replace(f, on=since) for f in facts]


def _merged_spans(
    leading: Leadership, on: date
) -> tuple[tuple[date, date | None], ...]:
    """
    The spans in which the case was merged away, as they are after the facts of *on*.
    """
    spans = leading.merged_spans
    running = bool(spans) and spans[-1][1] is None
    if leading.merged and not running:
        return (*spans, (on, None))
    if running and not leading.merged:
        return (*spans[:-1], (spans[-1][0], on))
    return spans


def gaps_of(
    leading: Leadership,
    office: str,
    programme: Programme,
    directory: Directory,
    on: date,
    *,
    advice: bool = False,
) -> tuple[Problem, ...]:
    """
    What the programme's rules still miss, or with *advice* what they recommend.
    """
    return programme.leader_gaps(
        handed=leading.handed,
        responsible_office=office,
        leaders=leading.leaders,
        department=leading.department,
        directory=directory,
        facts=facts_for(leading.traits_on(on), office, directory),
        team=leading.team,
        resolve_by=leading.resolve_by,
        on=on,
        advice=advice,
    )


def facts_for(
    traits: Mapping[str, object], office: str, directory: Directory
) -> dict[str, object]:
    """
    The traits of a case with the level of the office responsible for it.
    """
    return {**traits, "office_level": directory.office(office).level}


def work_unit(
    leading: Leadership, office: str, programme: Programme, directory: Directory
) -> tuple[PostOf, ...] | None:
    """
    The leaders of all levels who form one unit for the case (DY-15), if it needs one.
    """
    facts = facts_for(leading.traits, office, directory)
    rules = programme.leader_rules_for(handed=leading.handed, facts=facts)
    return leading.leaders if any(rule.work_unit for rule in rules) else None


def announcements(
    leading: Leadership,
    before: Collection[Step],
    *,
    number: str,
    office: str,
    programme: str,
    in_scope: bool,
    since: date | None = None,
) -> Iterator[Event]:
    """
    Yield the events that bring readers from the steps *before* to those of *leading*.
    *since*: the day from which the office has the case; nothing counts there before it.
    """

    def event(kind: Callable[..., Event], on: date) -> Event:
        return kind(
            office=office,
            case_number=number,
            occurred_on=max(on, since) if since else on,
            programme=programme,
            in_scope=in_scope,
        )

    withdrawn, fresh = changes(before, leading.steps)
    for step in withdrawn:
        is_named = step.kind == "named"
        yield event(events.LeaderReleased if is_named else events.LeaderNamed, step.on)
    for step in fresh:
        is_named = step.kind == "named"
        yield event(events.LeaderNamed if is_named else events.LeaderReleased, step.on)
