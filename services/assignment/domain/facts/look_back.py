"""
Facts about what a case shows of the work of a department.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.assignment.domain.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class LookBackFound(Fact, name="matter.look_back_found", title="反向审视发现问题"):
    """A case shows a problem of the work of *to_office*."""

    look_back: str
    link: str
    problem: str
    to_office: str


@dataclass(frozen=True, kw_only=True)
class LookBackCorrected(Fact, name="matter.look_back_corrected", title="反向审视整改"):
    """The department corrected it."""

    look_back: str


@dataclass(frozen=True, kw_only=True)
class LookBackJudged(Fact, name="matter.look_back_judged", title="反向审视整改认可"):
    """The correction was accepted or returned."""

    look_back: str
    verdict: str
