"""
Who leads a case, and since when it counts as led (PY-17, PY-23, PY-24, XQ-21, DY-08).

The programme says what the facts of a case demand; here the facts are put together,
with the posts that stand back. How long each post led says `tenures`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.assignment import events
from services.assignment.domain.facts import (
    ACT,
    HANDED,
    MERGED,
    NAMED,
    OPENED,
    UNMERGED,
    Fact,
    Step,
    changes,
)
from services.assignment.domain.leaders.tenures import PostOf, Tenure, tenures_after
from shared.events import Event
from shared.policy.directory import Directory
from shared.policy.leaders import Gap
from shared.policy.programme import Programme

APPRAISED = events.CaseAppraised.type
RECUSED = events.LeaderRecused.type
DECIDED = events.ObjectionDecided.type
RECALLED = events.BatchRecalled.type
# What a person may tick of a case, with a reason (XQ-21, PY-26).
MARKS: tuple[str, ...] = (
    "first_petition",
    "cross_separate",
    "long_span",
    "many_people",
    "policy_heavy",
    "sensitive",
)
_TRAITS: tuple[str, ...] = ("origin", "case_kind", "difficulty", *MARKS)
_UNMARKED: Mapping[str, object] = dict.fromkeys(MARKS, False)
_FIELDS = (
    "department",
    "handler_post",
    "team",
    "resolve_by",
    "responsible_post",
    "contact",
)


@dataclass(frozen=True)
class Leading:
    """
    Who leads a case, and what is known of it that bears on who must.

    *batches* are those that handed it down and it is still in (A-46). *recused* posts
    were named but must not lead. *acts*: what was recorded of it. *away*: from when to
    before when it was merged into another.
    """

    named: tuple[PostOf, ...] = ()
    recused: tuple[PostOf, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    team: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
    resolve_by: str | None = None
    came_handed: bool = False
    batches: tuple[str, ...] = ()
    traits: Mapping[str, object] = field(default_factory=dict)
    track: str = "campaign"
    acts: frozenset[str] = frozenset()
    merged: bool = False
    gaps: tuple[Gap, ...] = ()
    steps: tuple[Step, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    away: tuple[tuple[date, date | None], ...] = ()

    @property
    def leaders(self) -> tuple[PostOf, ...]:
        """
        Those named who need not stand back.
        """
        return tuple(each for each in self.named if each not in self.recused)

    @property
    def handed(self) -> bool:
        return self.came_handed or bool(self.batches)


def reckon(
    office: str, facts: Sequence[Fact], programme: Programme, directory: Directory
) -> Leading:
    """
    Who leads the case after all *facts*, and the days it became led or not led.
    """
    leading, steps, tenures = Leading(), list[Step](), tuple[Tenure, ...]()
    ours = [fact for fact in facts if fact.type in _ORDER]
    for fact in sorted(ours, key=lambda each: (each.on, _ORDER.index(each.type))):
        before, leading = leading, _AFTER[fact.type](leading, fact.payload)
        if leading == before and not _new_holders(fact):
            continue
        gaps = gaps_of(leading, office, programme, directory, fact.on)
        away = _away(leading, fact.on)
        leading = replace(leading, gaps=gaps, away=away)
        led = bool(leading.leaders) and not gaps and not leading.merged
        was = bool(steps) and steps[-1].kind == "named"
        if led != was:
            steps.append(Step(fact.on, "named" if led else "released"))
        tenures = tenures_after(
            tenures,
            () if leading.merged else leading.leaders,
            fact.on,
            new_holders=_new_holders(fact),
        )
    return replace(leading, steps=tuple(steps), tenures=tenures)


def _away(leading: Leading, on: date) -> tuple[tuple[date, date | None], ...]:
    """
    The spans in which the case was merged away, as they are after what came *on*.
    """
    spans = leading.away
    running = bool(spans) and spans[-1][1] is None
    if leading.merged and not running:
        return (*spans, (on, None))
    if running and not leading.merged:
        return (*spans[:-1], (spans[-1][0], on))
    return spans


def gaps_of(
    leading: Leading,
    office: str,
    programme: Programme,
    directory: Directory,
    on: date,
    *,
    advice: bool = False,
) -> tuple[Gap, ...]:
    """
    What the programme's rules still miss, or with *advice* what they recommend.
    """
    return programme.leader_gaps(
        handed=leading.handed,
        responsible_office=office,
        leaders=leading.leaders,
        department=leading.department,
        directory=directory,
        facts=facts_for(leading.traits, office, directory),
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


def _opened(leading: Leading, said: Mapping[str, Any]) -> Leading:
    return replace(
        _named(leading, said),
        came_handed=bool(said.get("handed")),
        track=said.get("track") or leading.track,
        traits={**_UNMARKED, **{t: said[t] for t in _TRAITS if t in said}},
    )


def _named(leading: Leading, said: Mapping[str, Any]) -> Leading:
    """
    Leaders named anew replace those of the same office; what is left out stays.
    """
    named = [(office, post) for office, post in said["leaders"]]
    kept = [each for each in leading.named if each[0] not in {o for o, _ in named}]
    stated = {name: said[name] for name in _FIELDS if said.get(name)}
    return replace(leading, named=(*kept, *named), **stated)


def _handed(leading: Leading, said: Mapping[str, Any]) -> Leading:
    """
    Also which way the case goes, if a person said so of the batch (PY-47).
    """
    batch = str(said.get("batch", ""))
    track = said.get("track") or leading.track
    return replace(leading, batches=(*leading.batches, batch), track=track)


def _left(leading: Leading, said: Mapping[str, Any]) -> Leading:
    """
    The case left a batch: recalled, or returned as not ours (TL-04).
    """
    if said.get("verdict", "returned") != "returned":
        return leading
    kept = tuple(each for each in leading.batches if each != said.get("batch"))
    return replace(leading, batches=kept)


def _appraised(leading: Leading, said: Mapping[str, Any]) -> Leading:
    traits = {name: said[name] for name in _TRAITS if said.get(name) is not None}
    return replace(leading, traits={**leading.traits, **traits})


def _acted(leading: Leading, said: Mapping[str, Any]) -> Leading:
    return replace(leading, acts=leading.acts | {str(said.get("act"))})


def _recused(leading: Leading, said: Mapping[str, Any]) -> Leading:
    """
    Who stands back also handles the case no longer, and another must be named.
    """
    who = (said["leader_office"], said["post"])
    others = tuple(each for each in leading.recused if each != who)
    if said.get("lifted"):
        return replace(leading, recused=others)
    gone = who[1] if said.get("own") else None

    def unless_gone(title: str | None) -> str | None:
        return None if title == gone else title

    return replace(
        leading,
        recused=(*others, who),
        handler_post=unless_gone(leading.handler_post),
        responsible_post=unless_gone(leading.responsible_post),
    )


def _merged(leading: Leading, _said: Mapping[str, Any]) -> Leading:
    return replace(leading, merged=True)


def _unmerged(leading: Leading, _said: Mapping[str, Any]) -> Leading:
    return replace(leading, merged=False)


# What each fact changes; of one day they count in this order.
_AFTER: Mapping[str, Callable[[Leading, Mapping[str, Any]], Leading]] = {
    OPENED: _opened,
    HANDED: _handed,
    DECIDED: _left,
    RECALLED: _left,
    APPRAISED: _appraised,
    ACT: _acted,
    NAMED: _named,
    RECUSED: _recused,
    MERGED: _merged,
    UNMERGED: _unmerged,
}
_ORDER = tuple(_AFTER)
# What can change who leads; an act only fills in what must be known of the case.
BEARING = frozenset(_ORDER) - {ACT}


def _new_holders(fact: Fact) -> frozenset[PostOf]:
    """
    The posts said to have passed to somebody else, who leads from that day.
    """
    said = fact.payload.get("new_holders") if fact.type == NAMED else None
    return frozenset((office, post) for office, post in said or ())


def work_unit(
    leading: Leading, office: str, programme: Programme, directory: Directory
) -> tuple[PostOf, ...] | None:
    """
    The leaders of all levels who form one unit for the case (DY-15), if it needs one.
    """
    facts = facts_for(leading.traits, office, directory)
    rules = programme.leader_rules_for(handed=leading.handed, facts=facts)
    return leading.leaders if any(rule.work_unit for rule in rules) else None


def announcements(
    leading: Leading,
    before: Collection[Step],
    *,
    number: str,
    office: str,
    programme: str,
    in_scope: bool,
) -> Iterator[Event]:
    """
    What to announce so that readers who knew *before* now know *leading*.
    """

    def event(kind: Callable[..., Event], on: date) -> Event:
        return kind(
            office=office,
            case_number=number,
            occurred_on=on,
            programme=programme,
            in_scope=in_scope,
        )

    gone, fresh = changes(before, leading.steps)
    for step in gone:
        named = step.kind == "named"
        yield event(events.LeaderReleased if named else events.LeaderNamed, step.on)
    for step in fresh:
        named = step.kind == "named"
        yield event(events.LeaderNamed if named else events.LeaderReleased, step.on)
