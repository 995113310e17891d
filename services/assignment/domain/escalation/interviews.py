"""
What a person decided about a candidate for interview (XQ-47).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.vocabulary import InterviewDecision


@dataclass(frozen=True, kw_only=True)
class Interview:
    """
    Whether an *office* is called to an interview: *candidate* is the id of the
    escalation step that proposed it, which is decided about once, by the post *by_post*
    of an office above.
    """

    candidate: str
    office: str
    programme: str
    decision: InterviewDecision
    on: date
    by_post: str
    reason: str
    recorded_by: str
