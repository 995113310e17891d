"""
The points of every piece of evidence and the thresholds, as an installation has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from shared.errors import Problem
from shared.yaml.decode import duplicates, problem_in

Name = Literal[
    "same", "variant", "former", "homophone", "lookalike", "different", "missing"
]
Identity = Literal["same", "slip", "different", "missing"]
Phone = Literal["same", "slip", "different", "missing"]
CaseNumber = Literal["same", "slip", "different", "missing"]
Demand = Literal["alike", "similar", "unclear", "unlike", "missing"]
Details = Literal["same", "some", "different", "missing"]
Batch = Literal["same", "none"]


@dataclass(frozen=True)
class Outcome:
    """
    What a field says about two records: so many points, and a sentence for a person.
    """

    points: int
    text: str


@dataclass(frozen=True)
class Level:
    """
    A proposal: what the points about the person, about the matter, and both together
    must reach.
    """

    id: str
    title: str
    person: int
    matter: int
    total: int


@dataclass(frozen=True)
class Likeness:
    """
    From which likeness on, of 100, two demands are alike, similar, or unclear.

    A demand of fewer than *shortest* characters says nothing; *phrases* stand in every
    petition and are left out.
    """

    alike: int
    similar: int
    unclear: int
    shortest: int
    phrases: tuple[str, ...]

    def problems(self) -> Iterator[Problem]:
        if not 0 <= self.unclear <= self.similar <= self.alike <= 100:
            message = "三个界限应在 0 至 100 之间，并且 alike、similar、unclear 递减。"
            yield problem_in(self, None, "threshold_order", message, "请改正。")


@dataclass(frozen=True)
class MatchRules:
    """
    *levels*: the strongest first. *lookalikes*: characters that scanners and readers
    take for each other, each group written together.
    """

    automatic: Literal["identity_and_case", "never"]
    levels: tuple[Level, ...]
    likeness: Likeness
    lookalikes: tuple[str, ...]
    name: Mapping[Name, Outcome]
    id_no: Mapping[Identity, Outcome]
    phone: Mapping[Phone, Outcome]
    case_no: Mapping[CaseNumber, Outcome]
    demand: Mapping[Demand, Outcome]
    details: Mapping[Details, Outcome]
    batch: Mapping[Batch, Outcome]

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.levels, "id")
        for field, outcomes in _OUTCOMES.items():
            for outcome in outcomes:
                if outcome not in getattr(self, field):
                    message = f"没有写明“{field}”为“{outcome}”时的分数。"
                    yield problem_in(
                        self, field, "outcome_missing", message, "请补上。"
                    )

    def level(self, person: int, matter: int) -> Level | None:
        """
        The strongest proposal that these points reach.
        """
        for level in self.levels:
            reached = person >= level.person and matter >= level.matter
            if reached and person + matter >= level.total:
                return level
        return None

    @cached_property
    def most_of_demand(self) -> int:
        """
        The most points that two demands give.
        """
        return max(outcome.points for outcome in self.demand.values())

    @cached_property
    def confused(self) -> frozenset[tuple[str, str]]:
        """
        The pairs of characters that are taken for each other.
        """
        return frozenset(
            (one, other)
            for group in self.lookalikes
            for one in group
            for other in group
            if one != other
        )


_OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "name": get_args(Name),
    "id_no": get_args(Identity),
    "phone": get_args(Phone),
    "case_no": get_args(CaseNumber),
    "demand": get_args(Demand),
    "details": get_args(Details),
    "batch": get_args(Batch),
}
