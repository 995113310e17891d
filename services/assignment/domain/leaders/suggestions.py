"""
Who could lead a case: the posts its rules ask for, with the load each has now.

Only a proposal with its reason; a person names the leaders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.leaders.leadership import Leadership, facts_for
from services.assignment.domain.leaders.tenures import PostOf
from shared.policy.directory import Directory, Office, Post
from shared.policy.leaders import Need, offices_of
from shared.policy.programme import Programme


@dataclass(frozen=True, order=True)
class Load:
    """
    How many cases a post leads now, and how many of them are hard.
    """

    cases: int = 0
    hard: int = 0


@dataclass(frozen=True)
class Candidate:
    """
    A post that fulfils the rule; *leads* is None where it is not for the asker to see.
    """

    office: str
    post: str
    rank: str
    leads: Load | None


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
    loads: Mapping[PostOf, Load],
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
            there = directory.office(code)
            short = need.count - sum(
                _fulfils(leader, there, need) for leader in leading.leaders
            )
            if short > 0:
                yield Suggestion(
                    rule=rule.id,
                    source=rule.source,
                    reason=_reason(rule.title, there, need),
                    office=code,
                    count=short,
                    advice=rule.advice,
                    candidates=_candidates(
                        there,
                        need,
                        leading,
                        programme,
                        loads=loads if code in visible else None,
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
    loads: Mapping[PostOf, Load] | None,
) -> tuple[Candidate, ...]:
    def able(post: Post) -> bool:
        who = (office.code, post.title)
        stands_back = who in leading.recused or who in leading.leaders
        fit = need.met_by(post) and programme.eligible(post, office.level)
        return fit and not stands_back

    suggestions = [
        Candidate(
            office.code,
            post.title,
            post.rank,
            None if loads is None else loads.get((office.code, post.title), Load()),
        )
        for post in filter(able, office.posts.values())
    ]
    return tuple(sorted(suggestions, key=lambda suggestion: suggestion.leads or Load()))
