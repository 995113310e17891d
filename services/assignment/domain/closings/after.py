"""
What comes after a case was closed: it is followed up and watched; what flows back is
looked into, each time anew (MX-31, A-21, XQ-44, XQ-49).

Only petitions that the office receives are looked at, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from services.assignment.domain.closings.closing import ENDED
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import (
    CaseFollowedUp,
    CaseReopened,
    InquiryConcluded,
)
from services.assignment.domain.facts.received import CaseRepeated
from shared.errors import Problem
from shared.policy.parts.closing import Coded, Watch
from shared.rules import day_has_come, day_not_before, post_exists

CLOSED = frozenset({"resolved", "ended", "concluded"})


def follow_up_problems(
    standing: str, on: date, closed_on: date | None, today: date
) -> Iterator[Problem]:
    """
    A closed case is followed up, after it was closed.
    """
    if standing not in CLOSED:
        yield Problem(
            "case_not_closed",
            "案件没有办结，谈不上办结后的回访。",
            "请先报结并经审核。",
            "/number",
        )
    yield from day_has_come(on, today, "/on")
    yield from day_not_before(on, closed_on or on, "/on", "办结日")


def is_first(facts: Iterable[Fact]) -> bool:
    """
    Whether the case was not followed up since it was last closed.
    """
    since: list[Fact] = []
    for fact in facts:
        since = [] if isinstance(fact, ENDED) else [*since, fact]
    return not any(isinstance(fact, CaseFollowedUp) for fact in since)


def inquiry_problems(
    facts: Sequence[Fact],
    cause: str,
    causes: Sequence[Coded],
    post: str,
    posts: Sequence[str],
    *,
    on: date,
    today: date,
) -> Iterator[Problem]:
    """
    Each flow-back has one inquiry, with a cause of the programme and the post that
    handled the matter first.
    """
    flow_backs = [n for n, fact in enumerate(facts) if isinstance(fact, CaseReopened)]
    inquiries = [
        n for n, fact in enumerate(facts) if isinstance(fact, InquiryConcluded)
    ]
    if len(inquiries) >= len(flow_backs):
        yield Problem(
            "nothing_to_inquire",
            "案件没有回流，或每次回流都已倒查。",
            "一案一查，每次回流只记一次结论。",
            "/number",
        )
    else:
        flowed_back = facts[flow_backs[len(inquiries)]]
        yield from day_not_before(on, flowed_back.on, "/on", "回流日")
    yield from day_has_come(on, today, "/on")
    yield from post_exists(post, posts, "/first_handler")
    allowed = {each.id: each.title for each in causes}
    if cause not in allowed:
        choices = "、".join(f"{name}（{title}）" for name, title in allowed.items())
        yield Problem(
            "no_such_cause",
            f"没有倒查原因“{cause}”。",
            f"可填：{choices or '（无）'}。",
            "/cause",
        )


def watched_until(
    standing: str, concluded_on: date | None, watch: Watch | None
) -> date | None:
    """
    The last day on which a petition of the matter reopens a resolved case.
    """
    if (
        watch is None
        or not watch.days
        or standing != "resolved"
        or concluded_on is None
    ):
        return None
    return concluded_on + timedelta(days=watch.days)


def repeat_that_reopens(
    fresh: Iterable[tuple[str, Fact]],
    standing: str,
    concluded_on: date | None,
    watch: Watch | None,
) -> tuple[str, date] | None:
    """
    Return the first confirmed petition of the matter within the watch, with its day;
    None if there is none.
    """
    until = watched_until(standing, concluded_on, watch)
    if until is None or concluded_on is None:
        return None
    repeats = (
        (key, fact.on)
        for key, fact in fresh
        if isinstance(fact, CaseRepeated) and concluded_on < fact.came_on <= until
    )
    return min(repeats, key=lambda repeat: repeat[1], default=None)
