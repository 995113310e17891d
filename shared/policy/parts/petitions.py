"""
What holds for petitions at the counter: which become cases, why one is refused, group
visits, opinions and their review.

The values are in the files of a programme and of its rule sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.policy.conditions import Condition, all_hold
from shared.vocabulary import Category, PetitionStep
from shared.yaml.decode import problem_in

PetitionFact = Literal[
    "first", "office_level", "case_kind", "category", "channel", "arrived"
]
Arrival = Literal["counter", "forwarded", "handed_down"]
"""
Whether a petition came to the office itself, or how another one passed it on.
"""


@dataclass(frozen=True)
class NamedLimit:
    """
    A limit of law that opens no duty here; the calculator of days uses it (TL-08).
    """

    id: str
    title: str
    limit: Limit
    of: Literal["petitioner", "office"]
    source: str


@dataclass(frozen=True)
class AutomaticCase:
    """
    The petitions that become cases of themselves, when they are registered or as soon
    as a correction or decision makes them such; all others become one when a person
    says so. `first`: no other petition of the matter is known, nor a case. `arrived`:
    at the counter, or how another office passed it on.
    """

    id: str
    title: str
    source: str
    when: Mapping[PetitionFact, Condition]

    def includes(self, facts: Mapping[str, object]) -> bool:
        return all_hold(self.when, facts)


@dataclass(frozen=True)
class RefusalReason:
    """
    Why a petition may not be accepted, as the notice says it (S10).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class GroupVisits:
    """
    When many come together by one of these channels it is a group visit: from so many
    persons on, who name so many `representatives` at most (TL-51, A-27).
    """

    channels: tuple[str, ...]
    from_: int
    representatives: int
    source: str

    def includes(self, channel: str | None, persons: int) -> bool:
        return channel in self.channels and persons >= self.from_

    def problems(self) -> Iterator[Problem]:
        for name in ("from_", "representatives"):
            if getattr(self, name) < 1:
                message = "人数须至少为一人。"
                yield problem_in(self, name, "not_positive", message, "请改正。")


@dataclass(frozen=True)
class Verdict:
    """
    How an opinion on a petition decides, as the law names it (S17).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class ReviewsOver:
    """
    What the opinion of the final review says of a further petition (TL-11).
    """

    text: str
    source: str


@dataclass(frozen=True)
class Review:
    """
    Which petitions are reviewed, and within which limits of the rule set, by their ids,
    that is asked for once the opinion has been served (S19, TL-08, TL-10); *over*: what
    holds after the final one.
    """

    category: Literal["suggestion", "accusation", "claim"]
    asked_within: str
    finally_asked_within: str
    over: ReviewsOver
    source: str


@dataclass(frozen=True)
class ReviewTerms:
    """
    A `Review` with its limits.
    """

    category: Category
    asked: NamedLimit
    finally_asked: NamedLimit
    over: ReviewsOver

    def within(self, request: PetitionStep) -> NamedLimit:
        """
        The limit of a request for a review, or for a final one.
        """
        final = request is PetitionStep.FINAL_REVIEW_ASKED
        return self.finally_asked if final else self.asked
