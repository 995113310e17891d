"""
The mark `sensitive` of a ledger row: it is looked at again as one that a person sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from operator import attrgetter

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import CaseAppraised
from services.assignment.domain.facts.received import CaseCorrected, CaseOpened


def with_row_marks(
    facts: Iterable[Fact], days: int | None, *, only_last: bool = False
) -> Iterator[Fact]:
    """
    The facts, each by which a ledger row marks its case as sensitive, or no longer,
    followed by the appraisal that this is (PY-26), computed and never stored;
    *only_last*: as if the row had said at once what it says last.

    A row names no day of review: the mark holds for so many *days*, the longest that a
    programme lets one hold. It is set anew neither by a row that is corrected in other
    cells, nor by a further programme in which the case stands after it was judged.
    """
    stored = tuple(facts)
    corrections = [
        fact
        for fact in stored
        if isinstance(fact, CaseCorrected) and "sensitive" in fact.changed
    ]
    # By number, not by arrival, as `as_corrected` takes them.
    last = max(corrections, key=attrgetter("correction"), default=None)
    judged_on = _judged_on(stored)
    for fact in stored:
        yield fact
        if isinstance(fact, CaseOpened):
            marks = fact.sensitive and fact.on < judged_on
        elif isinstance(fact, CaseCorrected):
            marks = fact in corrections
        else:
            continue
        if marks and (not only_last or last is None or fact is last):
            yield _appraisal(fact, days)


def _appraisal(row: CaseOpened | CaseCorrected, days: int | None) -> CaseAppraised:
    review_on = None
    if row.sensitive and days is not None:
        review_on = row.on + timedelta(days)
    return CaseAppraised(
        on=row.on,
        in_scope=row.in_scope,
        sensitive=row.sensitive,
        review_on=review_on,
    )


def _judged_on(facts: Iterable[Fact]) -> date:
    """
    The day on which a person first judged whether the case is sensitive.
    """
    appraised = (fact for fact in facts if isinstance(fact, CaseAppraised))
    days = (each.on for each in appraised if each.sensitive is not None)
    return min(days, default=date.max)
