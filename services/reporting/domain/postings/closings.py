"""
What closings post, and from which day they count (decision 0021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.reporting.domain.postings.posting import Fields, Posting, Rule
from shared.policy.calendar import ONE_DAY

CLOSED_AS = ("resolved", "ended", "concluded")
"""
How a case can be closed, each a measure of its own (PY-33, A-05).
"""
HEADS: Mapping[str, str] = {
    "reasonable_solve": "solved",
    "unreasonable_explain": "explained",
    "hardship_help": "helped",
    "unlawful_by_law": "by_law",
}
"""
The heads of 三到位一处理 by which what is resolved is also counted, each with its
measure (PY-01, XQ-02). A case may have several.
"""
OF_CLOSINGS = frozenset({*CLOSED_AS, *HEADS.values(), "evaluated", "led_resolved"})
CLOSINGS = (
    "assignment.case_resolved",
    "assignment.case_ended",
    "assignment.case_concluded",
)
"""
The events that end a case, dated on the day it was concluded.
"""
ABOUT_CLOSINGS = (
    *CLOSINGS,
    "assignment.case_reopened",
    "assignment.closing_withdrawn",
    "assignment.closing_restored",
    "assignment.closing_evaluated",
)


@dataclass(frozen=True)
class ClosingTerms:
    """
    From which day a closing counts (decision 0021).

    *grace_days*: a closing confirmed more days after it was concluded counts from the
    day of confirmation; None: always from the day it was concluded. *signed_until*: the
    last day of the returns that were signed for its office before it became known; it
    counts from the day after at the earliest.
    """

    grace_days: int | None = None
    signed_until: date | None = None

    def own_day(self, concluded_on: date, confirmed_on: date | None) -> date:
        if self.grace_days is None or confirmed_on is None:
            return concluded_on
        late = confirmed_on - concluded_on > timedelta(days=self.grace_days)
        return confirmed_on if late else concluded_on

    def counts_from(self, own_day: date) -> date:
        if self.signed_until is None:
            return own_day
        return max(own_day, self.signed_until + ONE_DAY)


AS_CONCLUDED = ClosingTerms()
"""
Every closing counts from the day it was concluded.
"""


def reopened(day: date, fields: Fields) -> Iterator[Posting]:
    """
    What flows back is no longer closed (I-33), nor evaluated (I-31).
    """
    if fields["in_scope"]:
        yield from _taken_back(day, fields, -1)
        yield Posting("flowed_back", day)


def followed_up(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Once for each closing, however often it is followed up (I-32).
    """
    if fields["in_scope"] and fields["first"]:
        yield Posting("followed_up", day)
        if fields["result"] == "content":
            yield Posting("content", day)


def evaluated(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Once for each closing that counts, and only by others than its own office (I-31).
    """
    counts = fields["in_scope"] and fields["first"] and fields["counted"]
    if counts and fields["kind"] == "evaluation":
        yield Posting("evaluated", day)


def closing(sign: int) -> Rule:
    """
    Like the case itself, its closing does not count while the case is merged into
    another.
    """

    def rule(day: date, fields: Fields) -> Iterator[Posting]:
        if fields["in_scope"]:
            yield from _taken_back(day, fields, sign)

    return rule


def closed(measure: str) -> Rule:
    """
    A case was closed; that its report was evaluated before counts with it (I-31).
    """

    def rule(day: date, fields: Fields) -> Iterator[Posting]:
        if fields["in_scope"]:
            yield Posting(measure, day)
            yield Posting("evaluated", day, int(fields["evaluated"]))
            yield from _as_settled(day, fields, 1)

    return rule


def _taken_back(day: date, fields: Fields, sign: int) -> Iterator[Posting]:
    """
    All that a closing counts as; as evaluated on no day before it was (I-31).
    """
    yield Posting(fields["was"], day, sign)
    evaluated_on = max(day, fields["evaluated_on"] or day)
    yield Posting("evaluated", evaluated_on, sign * fields["evaluated"])
    yield from _as_settled(day, fields, sign)


def _as_settled(day: date, fields: Fields, amount: int) -> Iterator[Posting]:
    """
    Once under each head of 三到位一处理 of the closing (PY-01), and once among the
    resolved cases that were led (I-25).
    """
    if fields.get("led"):
        yield Posting("led_resolved", day, amount)
    for head in fields.get("dispositions", ()):
        yield Posting(HEADS[head], day, amount)
