"""
Who could lead a case: the posts its rules ask for, with the load each has now.

Only a proposal with its reason; a person names the leaders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from services.assignment.domain.facts.base import Held, PostOf
from services.assignment.domain.leaders.leadership import facts_for
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.people.holders import Holdings
from shared.policy.directory import Directory, Office, Post
from shared.policy.parts.leaders import Need, offices_of
from shared.policy.programme import Programme


@dataclass(frozen=True, order=True)
class Load:
    """
    How many cases a post leads now, and how many of them are hard.
    """

    cases: int = 0
    hard: int = 0


@dataclass(frozen=True)
class HolderLoad:
    """
    What one holder of a post leads now.
    """

    holder: str
    leads: Load


@dataclass(frozen=True)
class Loads:
    """
    What posts lead now, and each of their holders, and who these are.
    """

    posts: Mapping[PostOf, Load] = field(default_factory=dict)
    holders: Mapping[Held, Load] = field(default_factory=dict)
    held: Holdings = field(default_factory=Holdings)

    def of(self, who: PostOf) -> Load:
        return self.posts.get(who, Load())

    def by_holder(
        self, who: PostOf, on: date, recused: Collection[Held]
    ) -> tuple[HolderLoad, ...]:
        """
        The holders who need not stand back, the one with the fewest cases first.
        """
        able = (
            HolderLoad(holder, self.holders.get((*who, holder), Load()))
            for holder in self.held.of(who, on)
            if (*who, holder) not in recused
        )
        return tuple(sorted(able, key=lambda each: each.leads))


@dataclass(frozen=True)
class Candidate:
    """
    A post that fulfils the rule; *leads* is None, and its *holders* are left out, where
    they are not for the asker to see.
    """

    office: str
    post: str
    rank: str
    leads: Load | None
    holders: tuple[HolderLoad, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """
    A need of a rule that nobody fulfils yet; *advice*: only recommended (PY-22).
    """

    rule: str
    source: str
    reason: str
    office: str
    count: int
    advice: bool
    candidates: tuple[Candidate, ...]


def suggest(
    leading: Leadership,
    office: str,
    programme: Programme,
    directory: Directory,
    *,
    loads: Loads,
    visible: Collection[str],
    on: date,
) -> Iterator[Suggestion]:
    """
    One suggestion for each need still open, the least burdened posts first; *visible*:
    the offices whose loads the asker may know.
    """
    offices = offices_of(office, programme.hub, directory, on)
    facts = facts_for(leading.traits, office, directory)
    for rule in programme.leader_rules_for(handed=leading.handed, facts=facts):
        for need in rule.need:
            code = offices[need.office]
            if code is None or not _applies(need, directory.office(code)):
                continue
            level_office = directory.office(code)
            short = need.count - sum(
                _fulfils(leader, level_office, need) for leader in leading.leaders
            )
            if short > 0:
                yield Suggestion(
                    rule=rule.id,
                    source=rule.source,
                    reason=_reason(rule.title, level_office, need),
                    office=code,
                    count=short,
                    advice=rule.advice,
                    candidates=_candidates(
                        level_office,
                        need,
                        leading,
                        programme,
                        loads=loads if code in visible else None,
                        on=on,
                    ),
                )


def _applies(need: Need, office: Office) -> bool:
    return need.level is None or office.level == need.level


def _fulfils(leader: PostOf, office: Office, need: Need) -> bool:
    post = office.posts.get(leader[1])
    return leader[0] == office.code and post is not None and need.met_by(post)


def _reason(title: str, office: Office, need: Need) -> str:
    because = f"{title}：" if title else ""
    return f"{because}须由{office.name}的{need.words(office.kind)}包案。"


def _candidates(
    office: Office,
    need: Need,
    leading: Leadership,
    programme: Programme,
    *,
    loads: Loads | None,
    on: date,
) -> tuple[Candidate, ...]:
    def able(post: Post) -> bool:
        who = (office.code, post.title)
        stands_back = who in leading.recused or who in leading.leaders
        fit = need.met_by(post) and programme.eligible(post, office.level)
        return fit and not stands_back

    def candidate(post: Post) -> Candidate:
        bare = Candidate(office.code, post.title, post.rank, None)
        if loads is None:
            return bare
        who = (office.code, post.title)
        holders = loads.by_holder(who, on, leading.recused_holders)
        return replace(bare, leads=loads.of(who), holders=holders)

    suggestions = map(candidate, filter(able, office.posts.values()))
    return tuple(sorted(suggestions, key=lambda suggestion: suggestion.leads or Load()))
