"""
Where petitions go from the counter, by category, channel and more (MX-09, DY-11).

A route is a suggestion; a person confirms it or decides otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.errors import Problem
from shared.policy.conditions import Condition, all_hold
from shared.yaml.decode import problem_in

RouteFact = Literal[
    "first",
    "office_level",
    "case_kind",
    "category",
    "channel",
    "origin",
    "topic",
    "non_prosecution_appeal",
    "appellant",
]


@dataclass(frozen=True)
class ProgressOnly:
    """
    Of petitions and cases of these kinds, or of these categories, that a unit handles,
    the hub and the offices above it learn how far they are, and not what they say
    (XQ-56).
    """

    case_kinds: tuple[str, ...]
    source: str
    categories: tuple[Literal["suggestion", "accusation", "claim"], ...] = ()

    def includes(self, case_kind: str | None, category: str | None = None) -> bool:
        return case_kind in self.case_kinds or category in self.categories


@dataclass(frozen=True)
class Route:
    """
    The petitions for which all of *when* holds go to a *department* of the office that
    registered them, of the hub or of the office above; or to an *organ* outside, named
    as its notice names it. *reason* is what the counter reads. An appeal against a
    decision not to prosecute is in time or not by its limit (`non_prosecution_appeal`,
    TL-29), goes to the office that decided or to the one above that, and has an
    `appellant`; of other petitions none of these holds.
    """

    id: str
    reason: str
    source: str
    when: Mapping[RouteFact, Condition]
    office: Literal["own", "hub", "upper", "deciding", "above_deciding"] = "own"
    department: str = ""
    organ: str = ""

    def includes(self, facts: Mapping[str, object]) -> bool:
        return all_hold(self.when, facts)

    def problems(self) -> Iterator[Problem]:
        if bool(self.department) is bool(self.organ):
            message = "去向须写明部门（department）或系统外的机关（organ），二者择一。"
            yield problem_in(self, "department", "one_receiver", message, "请改正。")
        if self.organ and self.office != "own":
            message = "去向是系统外的机关，不写 office。"
            yield problem_in(self, "office", "one_receiver", message, "请删去。")
