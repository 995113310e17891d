"""
What the leaders' share of the work looks like: load, hard cases, averages, coverage.

Counts come in as tallies of posts and of kinds of cases; nothing here is about a
petitioner. A rate with zero base is None and is shown as "—" (A-40).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.assignment.domain.facts.base import Held, PostOf
from services.assignment.domain.leaders.leadership import facts_for
from services.assignment.domain.people.holders import Holdings
from shared.policy.directory import Directory
from shared.policy.parts.leaders import Flag, Need, offices_of
from shared.policy.programme import Programme
from shared.share import Share
from shared.vocabulary import Difficulty

LISTED_AT_MOST = 500
NOBODY = Holdings()


@dataclass(frozen=True)
class CaseGroup:
    """
    So many *cases* of one office that are alike on a day, in their traits and
    in who leads them; others may be so too. *open*: how many of them still are. *main*
    leaders only count; *holders*: who of them leads, where that is known.
    """

    office: str
    handed: bool
    traits: Mapping[str, object]
    main: tuple[PostOf, ...]
    joint: tuple[PostOf, ...] = ()
    cases: int = 1
    open: int = 1
    holders: tuple[Held, ...] = ()

    @property
    def hard(self) -> int:
        easy = self.traits.get("difficulty") in {None, Difficulty.ORDINARY}
        return 0 if easy else self.cases

    @property
    def leaders(self) -> tuple[PostOf, ...]:
        return (*self.main, *self.joint)


@dataclass
class HolderTally:
    """
    What one holder of a post leads: open cases, all cases, hard ones.
    """

    holder: str
    open: int = 0
    cases: int = 0
    hard: int = 0

    def count(self, cases: CaseGroup) -> None:
        self.open += cases.open
        self.cases += cases.cases
        self.hard += cases.hard


@dataclass
class PostTally:
    """
    What one post leads: open cases, all cases, hard ones, and those it joins in.

    *registered*: how many the office has entered as its holders on the day, *people*
    what each of them leads; *holders*: how many the directory says.
    """

    office: str
    post: str
    level: str
    open: int = 0
    cases: int = 0
    hard: int = 0
    joint: int = 0
    holders: int | None = None
    registered: int | None = None
    people: dict[str, HolderTally] = field(default_factory=dict)

    @property
    def heads(self) -> int:
        """
        The people who hold the post; one where neither office nor directory says.
        """
        return self.registered if self.registered is not None else self.holders or 1

    @property
    def heads_assumed(self) -> bool:
        return self.registered is None and self.holders is None

    def held_by(self, holder: str) -> HolderTally:
        return self.people.setdefault(holder, HolderTally(holder))

    @property
    def only_easy(self) -> bool:
        """
        Leads cases and not one that is hard (DY-01).
        """
        return self.cases > 0 and not self.hard


@dataclass
class LevelTally:
    """
    The leaders of one level taken together; *heads* is the number of people.

    *heads_assumed*: of some posts the directory does not say how many hold them, and
    one each was counted.
    """

    level: str
    heads: int = 0
    cases: int = 0
    hard: int = 0
    heads_assumed: bool = False


@dataclass(frozen=True)
class FloorView:
    """
    Whether the average of a level reaches that of another (DY-13); None: no base.
    *heads_assumed*: as of a `LevelTally`.
    """

    id: str
    title: str
    source: str
    average: Share
    at_least: Share
    met: bool | None
    heads_assumed: bool = False


@dataclass
class Coverage:
    """
    Cases of a kind and those led as required; the traits of the others.
    """

    id: str
    title: str
    source: str
    target: int
    base: int = 0
    led: int = 0
    uncovered: list[CaseGroup] = field(default_factory=list)

    def count(self, cases: CaseGroup, *, led: bool) -> None:
        self.base += cases.cases
        if led:
            self.led += cases.cases
        # All are counted, the first are listed: of a province there are too many to
        # show.
        elif sum(group.cases for group in self.uncovered) < LISTED_AT_MOST:
            self.uncovered.append(cases)


@dataclass(frozen=True)
class Measures:
    """
    The workload of the offices of a query.
    """

    posts: tuple[PostTally, ...]
    levels: tuple[LevelTally, ...]
    floors: tuple[FloorView, ...]
    targets: tuple[Coverage, ...]
    advice: tuple[Coverage, ...]


class Measuring:
    """
    Takes cases by what they have in common, so that a million need not be looked at.
    """

    def __init__(
        self,
        programme: Programme,
        directory: Directory,
        offices: Collection[str],
        on: date,
        held: Holdings = NOBODY,
    ) -> None:
        self.programme = programme
        self.directory = directory
        self.on = on
        self.posts = {
            (office.code, post.title): PostTally(
                office.code, post.title, office.level, holders=post.holders
            )
            for office in map(directory.office, offices)
            if directory.exists(office.code, on)
            for post in office.posts.values()
            if programme.eligible(post, office.level)
        }
        for who, tally in self.posts.items():
            tally.registered = held.heads(who, on)
            for holder in held.of(who, on):
                tally.held_by(holder)
        self.targets = {
            target.id: Coverage(target.id, target.title, target.source, target.percent)
            for target in programme.leader_targets
        }
        self.advice = {
            rule.id: Coverage(rule.id, rule.title or rule.id, rule.source, 0)
            for rule in programme.leader_rules
            if rule.advice
        }

    def take(self, cases: CaseGroup) -> None:
        for who in dict.fromkeys(cases.main):
            tally = self.posts.get(who)
            if tally is not None:
                tally.open += cases.open
                tally.cases += cases.cases
                tally.hard += cases.hard
        for *post, holder in dict.fromkeys(cases.holders):
            tally = self.posts.get((post[0], post[1]))
            if tally is not None:
                tally.held_by(holder).count(cases)
        for who in dict.fromkeys(cases.joint):
            tally = self.posts.get(who)
            if tally is not None:
                tally.joint += cases.cases
        facts = facts_for(cases.traits, cases.office, self.directory)
        self._cover_targets(cases, facts)
        self._cover_advice(cases, facts)

    def _cover_targets(self, cases: CaseGroup, facts: Mapping[str, object]) -> None:
        """
        A first petition is covered by a leader of the office it came to (DY-08).
        """
        for target in self.programme.leader_targets:
            if target.covers(handed=cases.handed, facts=facts):
                is_led = any(self._leads(who, cases.office) for who in cases.leaders)
                self.targets[target.id].count(cases, led=is_led)

    def _leads(self, who: PostOf, office: str) -> bool:
        post = self.directory.office(office).posts.get(who[1])
        return who[0] == office and post is not None and post.leader

    def _cover_advice(self, cases: CaseGroup, facts: Mapping[str, object]) -> None:
        for rule in self.programme.leader_rules_for(handed=cases.handed, facts=facts):
            if rule.advice:
                is_led = all(self._met(need, cases) for need in rule.need)
                self.advice[rule.id].count(cases, led=is_led)

    def _met(self, need: Need, cases: CaseGroup) -> bool:
        code = offices_of(cases.office, self.programme.hub, self.directory, self.on)[
            need.office
        ]
        # An office without one above needs nobody from there.
        if code is None:
            return True
        office = self.directory.office(code)
        if need.level not in {None, office.level}:
            return True
        posts = (office.posts.get(post) for at, post in cases.leaders if at == code)
        return (
            sum(post is not None and need.met_by(post) for post in posts) >= need.count
        )

    def result(self) -> Measures:
        return Measures(
            posts=tuple(self.posts.values()),
            levels=tuple(self._levels()),
            floors=tuple(self._floors()),
            targets=tuple(self.targets.values()),
            advice=tuple(self.advice.values()),
        )

    def _levels(self) -> Iterator[LevelTally]:
        levels: dict[str, LevelTally] = {}
        for tally in self._with_flags(("leader",)):
            level = levels.setdefault(tally.level, LevelTally(tally.level))
            level.heads += tally.heads
            level.heads_assumed |= tally.heads_assumed
            level.cases += tally.cases
            level.hard += tally.hard
        return iter(levels.values())

    def _floors(self) -> Iterator[FloorView]:
        for floor in self.programme.leader_floors:
            tallies = tuple(self._with_flags(floor.flags))
            average = _average(tallies, floor.level)
            at_least = _average(tallies, floor.at_least_level)
            is_met = None
            if average.whole and at_least.whole:
                # Multiplied out, so that no division rounds.
                is_met = average.part * at_least.whole >= at_least.part * average.whole
            heads_assumed = any(tally.heads_assumed for tally in tallies)
            yield FloorView(
                floor.id,
                floor.title,
                floor.source,
                average,
                at_least,
                is_met,
                heads_assumed,
            )

    def _with_flags(self, flags: Iterable[Flag]) -> Iterator[PostTally]:
        for tally in self.posts.values():
            post = self.directory.office(tally.office).posts[tally.post]
            if any(getattr(post, flag) for flag in flags):
                yield tally


def _average(tallies: Iterable[PostTally], level: str) -> Share:
    of_level = [tally for tally in tallies if tally.level == level]
    return Share(
        sum(tally.cases for tally in of_level), sum(part.heads for part in of_level)
    )
