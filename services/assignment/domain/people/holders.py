"""
Who holds a post of an office, from which day to which (PY-59).

A holder is a staff number or initials that the office chooses, never a name. It stays
in the office and in those above it: no event, mail or metric carries it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.facts.base import Held, PostOf
from services.assignment.domain.people import terms
from shared.errors import Problem
from shared.policy.directory import Office
from shared.rules import post_exists


@dataclass(frozen=True)
class Holding:
    """
    A holder has a post from `since` to before `until`.
    """

    id: str
    office: str
    post: str
    holder: str
    since: date
    until: date | None = None
    document: str | None = None

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class LedByHolder:
    """
    An open case that a post leads, and which holder of it; *reason*: why somebody is to
    be named for it.
    """

    number: str
    office: str
    post: str
    holder: str | None
    since: date
    main: bool
    reason: str | None = None


class Holdings:
    """
    What some offices have entered of the holders of their posts.
    """

    def __init__(self, holdings: Iterable[Holding] = ()) -> None:
        self._by_post: dict[PostOf, list[Holding]] = {}
        for holding in holdings:
            self._by_post.setdefault((holding.office, holding.post), []).append(holding)

    def of(self, who: PostOf, on: date) -> tuple[str, ...]:
        """
        The holders of a post on a day.
        """
        return tuple(h.holder for h in self._by_post.get(who, ()) if h.on(on))

    def heads(self, who: PostOf, on: date) -> int | None:
        """
        How many hold a post on a day; None on days before the first that was entered.
        """
        entered = self._by_post.get(who, ())
        if not any(holding.since <= on for holding in entered):
            return None
        return len(self.of(who, on))


def entry_problems(
    new: Holding, office: Office, others: Collection[Holding]
) -> Iterator[Problem]:
    """
    The post is one of the office's, nobody holds it twice at once, and a chief's post
    has one holder; *others* are the other holdings of the office.
    """
    yield from post_exists(new.post, office.posts, "/post")
    yield from _clashes(new, office, others, "/since")


def ending_problems(
    holding: Holding, until: date, office: Office, others: Collection[Holding]
) -> Iterator[Problem]:
    """
    A holding ends after it began, and before the next holder has the post; *others* are
    the other holdings of the office.
    """
    after = replace(holding, until=until)
    clashes = [*_clashes(after, office, others, "/until")]
    yield from terms.ending_problems(holding.since, until, clashes, "任职日期")


def _clashes(
    new: Holding, office: Office, others: Collection[Holding], location: str
) -> Iterator[Problem]:
    overlapping = [h for h in others if h.post == new.post and terms.overlap(h, new)]
    if any(holding.holder == new.holder for holding in overlapping):
        yield Problem(
            "already_holds",
            f"“{new.holder}”其间已登记为“{new.post}”。",
            "请核对任职日期。",
            location,
        )
    post = office.posts.get(new.post)
    holders = [
        holding.holder for holding in overlapping if holding.holder != new.holder
    ]
    if post is not None and post.chief and holders:
        yield Problem(
            "post_taken",
            f"“{new.post}”其间由“{holders[0]}”担任，主要领导同时只有一人。",
            "前任离任的，请在 succeeds 中写明，或先登记其离任日期。",
            "/holder" if location == "/since" else location,
        )


def succession_problems(
    former: Holding | None, succeeds: str | None, since: date
) -> Iterator[Problem]:
    """
    Whoever is succeeded held the post until then.
    """
    if succeeds is None:
        return
    if former is None:
        yield Problem(
            "no_such_holder",
            f"“{succeeds}”当时没有担任该职务。",
            "请核对前任的工号和日期。",
            "/succeeds",
        )
    elif since <= former.since:
        yield Problem(
            "date_before_start",
            f"接任日期 {since} 不晚于前任的任职日期 {former.since}。",
            "请核对日期的先后。",
            "/since",
        )


def naming_problems(
    leaders: Sequence[tuple[str, str, str | None]],
    holdings: Holdings,
    on: date,
    *,
    recused: Collection[Held] = (),
) -> Iterator[Problem]:
    """
    If a post has several holders, one of them is named; who is named holds the post and
    need not stand back.
    """
    for index, (office, post, holder) in enumerate(leaders):
        place = f"/leaders/{index}/holder"
        holders = holdings.of((office, post), on)
        if holder is None and len(holders) > 1:
            yield Problem(
                "holder_missing",
                f"“{post}”当时由{len(holders)}人担任，没有写明是哪一人。",
                f"可填：{'、'.join(holders)}。",
                place,
            )
        elif holder is not None and holder not in holders:
            listed = "、".join(holders) or "无，请先登记任职情况"
            detail = f"“{holder}”当时没有担任“{post}”。"
            yield Problem("no_such_holder", detail, f"可填：{listed}。", place)
        elif holder is not None and (office, post, holder) in recused:
            yield Problem(
                "leader_recused",
                f"“{post}”（{holder}）在本案中应当回避。",
                "请改由他人负责；回避事由消失的，先撤销回避。",
                place,
            )


def holder_problems(
    who: PostOf, holder: str | None, holdings: Holdings, on: date, location: str
) -> Iterator[Problem]:
    """
    A holder, where one is named, holds the post on a day.
    """
    holders = holdings.of(who, on)
    if holder is not None and holder not in holders:
        listed = "、".join(holders) or "无，请先登记任职情况"
        detail = f"“{holder}”当时没有担任“{who[1]}”。"
        yield Problem("no_such_holder", detail, f"可填：{listed}。", location)


def holders_named(
    leaders: Sequence[tuple[str, str, str | None]], holdings: Holdings, on: date
) -> tuple[Held, ...]:
    """
    The holders of the posts named: the one written, or the only one there is.
    """
    named = list[Held]()
    for office, post, written in leaders:
        holders = holdings.of((office, post), on)
        only = holders[0] if len(holders) == 1 else None
        holder = written or only
        if holder is not None:
            named.append((office, post, holder))
    return tuple(named)
