"""
What intake announces of cases that stand in a further programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.intake.events.cases import CaseOpened
from services.intake.events.common import CASE, COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseEnrolled(CaseOpened):
    """
    A case of *own_programme* stands from that day also in *programme*, whose scope it
    meets: all fields as if it had been opened there, after so many *corrections*.
    *period* counts the times it has stood there, from 1.
    """

    type: ClassVar[str] = "intake.case_enrolled"

    own_programme: str
    corrections: int
    period: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseEnrolmentWithdrawn(Event):
    """
    A case stands in a further *programme* no more: from that day nothing of it counts
    there. *period*: which of its enrolments there ends.
    """

    type: ClassVar[str] = "intake.case_enrolment_withdrawn"

    programme: str
    in_scope: bool
    repeats: int
    origin: str
    period: int = 1


EXAMPLES: tuple[Event, ...] = (
    CaseEnrolled(
        **{**CASE, "programme": "dy-leaders"},
        repeats=3,
        resolve_by=None,
        leaders=(("410922", "检察长"),),
        own_programme="puyang-2020",
        corrections=0,
    ),
    CaseEnrolmentWithdrawn(
        **COMMON,
        programme="dy-leaders",
        in_scope=True,
        repeats=3,
        origin="own_screening",
    ),
)
