"""
The mark `sensitive` of a ledger row: it is looked at again as one that a person sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import CaseAppraised
from services.assignment.domain.facts.received import CaseCorrected, CaseOpened


def with_row_marks(facts: Iterable[Fact], days: int | None) -> Iterator[Fact]:
    """
    The facts, each by which a ledger row marks its case as sensitive, or no longer,
    followed by the appraisal that this is.
    """
    stored = tuple(facts)
    judged_on = _judged_on(stored)
    for fact in stored:
        yield fact
        yield from _appraisal(fact, judged_on, days)


def appraisals(facts: Iterable[Fact], days: int | None) -> Iterator[CaseAppraised]:
    """
    The appraisals that ledger rows are which mark cases as sensitive (PY-26), computed
    from the other facts and never stored.

    A row names no day of review: the mark holds for so many *days*, the longest that a
    programme lets one hold. It is set anew neither by a row that is corrected in other
    cells, nor by a further programme in which the case stands after it was judged.
    """
    stored = tuple(facts)
    judged_on = _judged_on(stored)
    for fact in stored:
        yield from _appraisal(fact, judged_on, days)


def _appraisal(
    fact: Fact, judged_on: date, days: int | None
) -> Iterator[CaseAppraised]:
    if isinstance(fact, CaseOpened):
        marks = fact.sensitive and fact.on < judged_on
    elif isinstance(fact, CaseCorrected):
        marks = "sensitive" in fact.changed
    else:
        return
    if marks:
        holds = fact.sensitive and days is not None
        yield CaseAppraised(
            on=fact.on,
            in_scope=fact.in_scope,
            sensitive=fact.sensitive,
            review_on=fact.on + timedelta(days=days or 0) if holds else None,
        )


def _judged_on(facts: Iterable[Fact]) -> date:
    """
    The day on which a person first judged whether the case is sensitive.
    """
    appraised = (fact for fact in facts if isinstance(fact, CaseAppraised))
    days = (each.on for each in appraised if each.sensitive is not None)
    return min(days, default=date.max)
