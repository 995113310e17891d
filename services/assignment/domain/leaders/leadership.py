"""
Who leads a case, and since when it counts as led (PY-17, PY-23, PY-24, XQ-21, DY-08).

The programme says what the facts of a case demand; here the facts are put together,
with the posts that stand back. How long each post led says `tenures`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.assignment import events
from services.assignment.domain.facts.base import Fact, Held, PostOf, Step, changes
from services.assignment.domain.facts.batches import (
    BatchWithdrawn,
    CaseMoved,
    HandedDown,
    ObjectionDecided,
)
from services.assignment.domain.facts.leaders import (
    ActRecorded,
    CaseAppraised,
    LeaderRecused,
    LeadersConfirmed,
    LeaderSucceeded,
)
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseMerged,
    CaseOpened,
    CaseReinstated,
    CaseUnmerged,
    CaseWithdrawn,
)
from services.assignment.domain.leaders.tenures import Tenure, tenures_after
from shared.errors import Problem
from shared.events import Event
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.vocabulary import ObjectionVerdict, Track

# What a person may tick of a case, with a reason (XQ-21, PY-26).
MARKS: tuple[str, ...] = (
    "first_petition",
    "cross_separate",
    "long_span",
    "many_people",
    "policy_heavy",
    "sensitive",
)
# Who appraises a case may also put it into a class of its programme (JZ-06, XQ-04).
JUDGED: tuple[str, ...] = ("difficulty", "case_class", *MARKS)
_TRAITS: tuple[str, ...] = ("origin", "case_kind", "difficulty", *MARKS)
_FIELDS = (
    "department",
    "handler_post",
    "team",
    "resolve_by",
    "responsible_post",
    "contact",
    "territorial_office",
)


@dataclass(frozen=True)
class Leadership:
    """
    Who leads a case, and what bears on who must lead it.

    *holders* says who of a post's holders leads, where that is known. *batches* are
    those that handed it down and it is still in (A-46). *recused* posts, or only the
    *recused_holders* of a post, must not lead. *acts*: what was recorded of it.
    *office*: the one that has the case.
    *merged_spans*: from when to before when it was merged into another.
    *sensitive_until*: the day on which the mark `sensitive` is looked at again; it
    holds no longer.
    """

    named: tuple[PostOf, ...] = ()
    holders: Mapping[PostOf, str] = field(default_factory=dict)
    recused: tuple[PostOf, ...] = ()
    recused_holders: tuple[Held, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    team: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
    territorial_office: str | None = None
    resolve_by: date | None = None
    came_handed: bool = False
    batches: tuple[str, ...] = ()
    traits: Mapping[str, object] = field(default_factory=dict)
    office: str = ""
    sensitive_until: date | None = None
    track: Track = Track.CAMPAIGN
    acts: frozenset[str] = frozenset()
    merged: bool = False
    gaps: tuple[Problem, ...] = ()
    steps: tuple[Step, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    merged_spans: tuple[tuple[date, date | None], ...] = ()

    @property
    def leaders(self) -> tuple[PostOf, ...]:
        """
        Those named who need not stand back.
        """
        return tuple(leader for leader in self.named if not self._stands_back(leader))

    def _stands_back(self, who: PostOf) -> bool:
        holder = self.holders.get(who, "")
        return who in self.recused or (*who, holder) in self.recused_holders

    @property
    def handed(self) -> bool:
        return self.came_handed or bool(self.batches)

    @property
    def case_class(self) -> str | None:
        """
        The class of its programme that the case was put into, if it was (JZ-06).
        """
        found = self.traits.get("case_class")
        return None if found is None else str(found)

    def traits_on(self, day: date) -> Mapping[str, object]:
        """
        The traits as they hold on a day: a mark that was not renewed has expired.
        """
        until = self.sensitive_until
        if until is None or day <= until:
            return self.traits
        return {**self.traits, "sensitive": False}


def compute(
    office: str,
    facts: Iterable[Fact],
    programme: Programme,
    directory: Directory,
    *,
    since: date | None = None,
) -> Leadership:
    """
    Who leads the case after all *facts*, and the days it became led or not led; in a
    further programme, in which it stands *since* a day, who led it by then from then.
    """
    every = list(facts)
    moves = (fact.from_office for fact in every if isinstance(fact, CaseMoved))
    leading = Leadership(office=next(moves, office))
    steps, tenures = list[Step](), tuple[Tenure, ...]()
    in_order = _in_order(every)
    for fact in _as_of(since, in_order) if since else in_order:
        before, leading = leading, _AFTER[type(fact)](leading, fact)
        if leading == before and not _new_holders(fact):
            continue
        leading = replace(
            leading,
            gaps=gaps_of(leading, leading.office, programme, directory, fact.on),
            merged_spans=_merged_spans(leading, fact.on),
        )
        led = bool(leading.leaders) and not leading.gaps and not leading.merged
        was = bool(steps) and steps[-1].kind == "named"
        if led != was:
            steps.append(Step(fact.on, "named" if led else "released"))
        tenures = tenures_after(
            tenures,
            () if leading.merged else leading.leaders,
            fact.on,
            new_holders=_new_holders(fact),
            holders=leading.holders,
        )
    return replace(leading, steps=tuple(steps), tenures=tenures)


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """
    The facts that bear on who leads, by their days; of one day first what was recorded
    before the case moved, and there in the order of `_AFTER`.
    """
    moves, ours = 0, list[tuple[date, int, int, Fact]]()
    for fact in facts:
        if type(fact) in _ORDER:
            ours.append((fact.on, moves, _ORDER.index(type(fact)), fact))
        moves += isinstance(fact, CaseMoved)
    return [fact for *_, fact in sorted(ours, key=lambda each: each[:3])]


def _as_of(since: date, in_order: Iterable[Fact]) -> list[Fact]:
    """
    The facts with the opening, which is the enrolment, first; and none before *since*.
    """
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


def _opened(leading: Leadership, fact: CaseOpened) -> Leadership:
    return replace(
        _named(leading, fact),
        came_handed=fact.handed,
        track=fact.track,
        traits={name: fact.fields[name] for name in _TRAITS},
    )


def _corrected(leading: Leadership, fact: CaseCorrected) -> Leadership:
    """
    Only what the correction changed: what a person confirmed or judged meanwhile stays,
    and who stands back does not handle the case (S11).
    """
    changed = {name: fact.fields[name] for name in fact.changed if name in fact.fields}
    traits = {name: changed[name] for name in _TRAITS if name in changed}
    stated = {
        name: changed[name]
        for name in _FIELDS
        if changed.get(name) and (leading.office, changed[name]) not in leading.recused
    }
    before = leading.named
    if "leaders" in changed:
        offices = {office for office, _ in fact.leaders}
        before = tuple(leader for leader in before if leader[0] not in offices)
        before = (*before, *fact.leaders)
    return replace(
        leading,
        named=before,
        came_handed=changed.get("handed", leading.came_handed),
        track=changed.get("track", leading.track),
        traits={**leading.traits, **traits},
        **stated,
    )


def _named(leading: Leadership, fact: CaseOpened | LeadersConfirmed) -> Leadership:
    """
    Newly named leaders replace those of the same office; the others stay.
    """
    offices = {office for office, _ in fact.leaders}
    others = [leader for leader in leading.named if leader[0] not in offices]
    stated = {name: value for name in _FIELDS if (value := fact.get(name))}
    named = (*others, *fact.leaders)
    stay = set(named) - _new_holders(fact)
    holders = {who: it for who, it in leading.holders.items() if who in stay}
    holders |= {(office, post): it for office, post, it in fact.get("holders") or ()}
    return replace(leading, named=named, holders=holders, **stated)


def _succeeded(leading: Leadership, fact: LeaderSucceeded) -> Leadership:
    who = (fact.leader_office, fact.post)
    if who not in leading.named:
        return leading
    return replace(leading, holders={**leading.holders, who: fact.holder})


def _handed(leading: Leadership, fact: HandedDown) -> Leadership:
    """
    A person may have confirmed the track of the batch (PY-47).
    """
    track = fact.track or leading.track
    return replace(leading, batches=(*leading.batches, fact.batch), track=track)


def _withdrawn(
    leading: Leadership, fact: BatchWithdrawn | ObjectionDecided
) -> Leadership:
    """
    The case left a batch.
    """
    batches = tuple(batch for batch in leading.batches if batch != fact.batch)
    return replace(leading, batches=batches)


def _objection(leading: Leadership, fact: ObjectionDecided) -> Leadership:
    """
    A case returned leaves its batch (TL-04).
    """
    returned = fact.verdict == ObjectionVerdict.RETURNED
    return _withdrawn(leading, fact) if returned else leading


def _appraised(leading: Leadership, fact: CaseAppraised) -> Leadership:
    judged = {n: value for n in JUDGED if (value := fact.get(n)) is not None}
    after = replace(leading, traits={**leading.traits, **judged})
    if fact.sensitive is None:
        return after
    return replace(after, sensitive_until=fact.review_on if fact.sensitive else None)


def _acted(leading: Leadership, fact: ActRecorded) -> Leadership:
    return replace(leading, acts=leading.acts | {fact.act})


def _recused(leading: Leadership, fact: LeaderRecused) -> Leadership:
    """
    Who stands back also handles the case no longer, and another must be named.
    """
    who = (fact.leader_office, fact.post)
    if fact.holder is not None:
        held = (*who, fact.holder)
        still = tuple(each for each in leading.recused_holders if each != held)
        return replace(
            leading, recused_holders=still if fact.lifted else (*still, held)
        )
    others = tuple(post for post in leading.recused if post != who)
    if fact.lifted:
        return replace(leading, recused=others)
    gone = fact.post if fact.own else None

    def unless_gone(title: str | None) -> str | None:
        return None if title == gone else title

    return replace(
        leading,
        recused=(*others, who),
        handler_post=unless_gone(leading.handler_post),
        responsible_post=unless_gone(leading.responsible_post),
    )


def _moved(leading: Leadership, fact: CaseMoved) -> Leadership:
    """
    Who led at the office that had the case leads it no more, and what that office named
    of its own falls away with it; the leaders of other offices, and the day by which
    the case is to be resolved, stay.
    """
    gone = fact.from_office
    return replace(
        leading,
        office=fact.to_office,
        named=tuple(who for who in leading.named if who[0] != gone),
        holders={who: it for who, it in leading.holders.items() if who[0] != gone},
        department=None,
        handler_post=None,
        team=None,
        responsible_post=None,
        contact=None,
    )


def _merged(leading: Leadership, _fact: CaseMerged | CaseWithdrawn) -> Leadership:
    """
    A case that was merged away, or withdrawn, is led by nobody.
    """
    return replace(leading, merged=True)


def _unmerged(leading: Leadership, _fact: CaseUnmerged | CaseReinstated) -> Leadership:
    return replace(leading, merged=False)


# What each fact changes; of one day they count in this order.
_AFTER: Mapping[type[Fact], Callable[[Leadership, Any], Leadership]] = {
    CaseOpened: _opened,
    CaseCorrected: _corrected,
    HandedDown: _handed,
    ObjectionDecided: _objection,
    BatchWithdrawn: _withdrawn,
    CaseAppraised: _appraised,
    ActRecorded: _acted,
    LeadersConfirmed: _named,
    LeaderSucceeded: _succeeded,
    LeaderRecused: _recused,
    CaseMerged: _merged,
    CaseUnmerged: _unmerged,
    CaseWithdrawn: _merged,
    CaseReinstated: _unmerged,
    CaseMoved: _moved,
}
_ORDER = tuple(_AFTER)
# What can change who leads; an act only fills in a field that the case must have.
BEARING = tuple(kind for kind in _ORDER if kind is not ActRecorded)


def _new_holders(fact: Fact) -> frozenset[PostOf]:
    """
    The posts that have passed to somebody else, who leads from that day.
    """
    if isinstance(fact, LeadersConfirmed):
        return frozenset(fact.new_holders)
    return frozenset()


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
    What to announce so that readers who knew *before* now know *leading*; *since* when
    the office has the case: before that day nothing counts there.
    """

    def event(kind: Callable[..., Event], on: date) -> Event:
        return kind(
            office=office,
            case_number=number,
            occurred_on=max(on, since) if since else on,
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
