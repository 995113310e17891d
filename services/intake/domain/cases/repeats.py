"""
A person decides whether a petition repeats a known matter or is a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.intake.domain.petitions.matters import repeating_none
from services.intake.domain.petitions.petitions import (
    Petition,
    not_withdrawn,
    other_stands,
)
from shared.errors import Problem, reject_if
from shared.rules import day_has_come, day_not_before


@dataclass(frozen=True, kw_only=True)
class MatterDecision:
    """
    What a person decided about a *petition*: the *same_as* another petition or a case,
    or *new_facts*, which make it no repeat even beside an earlier one (A-16).
    """

    id: str
    petition: str
    decided_on: date
    same_as: str | None
    new_facts: bool
    reason: str


@dataclass(frozen=True)
class Earlier:
    """
    The petition or case that a petition is compared with: since when it is there, and
    of which *matter*, of which *first* is the first petition or the case; and who
    handled that one first. It is kept from the *accused* office and all below it. What
    was *withdrawn_on* a day, or *merged_into* another, counts no more.
    """

    number: str
    began_on: date
    first: str
    matter: str | None
    first_office: str | None = None
    first_post: str | None = None
    accused: str | None = None
    withdrawn_on: date | None = None
    merged_into: str | None = None


def decide(
    petition: Petition,
    decision: MatterDecision,
    earlier: Earlier | None,
    *,
    today: date,
) -> Petition:
    """
    The petition as the decision leaves it. Raises `Rejected` with every reason.
    """
    on = decision.decided_on
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(on, today, "/decided_on", "认定日期"),
            *day_not_before(on, petition.received_on, "/decided_on", "收到日期"),
            *_says_something(decision),
            *_another_one(petition, earlier),
            *_an_earlier_one(petition, earlier),
            *_one_that_stands(decision, earlier),
        ]
    )
    decided = replace(repeating_none(petition), matter_decided_on=on)
    if earlier is None or decision.new_facts:
        return decided
    return replace(
        decided,
        repeat_of=earlier.first,
        first_office=earlier.first_office,
        first_post=earlier.first_post,
    )


def _says_something(decision: MatterDecision) -> Iterator[Problem]:
    if decision.same_as is None and not decision.new_facts:
        yield Problem(
            "decision_missing",
            "没有写明与哪一件相同，也没有写明有新的事实。",
            "请填写 same_as（与之相同的信访件或案件），或 new_facts: true。",
            "/same_as",
        )


def _another_one(petition: Petition, earlier: Earlier | None) -> Iterator[Problem]:
    if earlier and petition.number in {earlier.number, earlier.first}:
        yield Problem(
            "same_as_itself",
            "信访件不能是自己的重复，也不能是自己的重复件的重复。",
            "请核对编号，在后来的一件上认定。",
            "/same_as",
        )


def _an_earlier_one(petition: Petition, earlier: Earlier | None) -> Iterator[Problem]:
    if earlier and earlier.began_on > petition.received_on:
        yield Problem(
            "same_as_later",
            f"{earlier.number} 在 {earlier.began_on} 才有，晚于这一件。",
            "重复的是后来的一件，请在那一件上认定。",
            "/same_as",
        )


def _one_that_stands(
    decision: MatterDecision, earlier: Earlier | None
) -> Iterator[Problem]:
    if earlier and not decision.new_facts:
        yield from other_stands(earlier.number, earlier.withdrawn_on)
        if earlier.merged_into:
            yield Problem(
                "already_merged",
                f"{earlier.number} 已并入另一件案件，不再计数。",
                "请认定与并入的那一件案件相同。",
                "/same_as",
            )
