"""
The mark `sensitive` of a ledger row: it is looked at again as one that a person sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import CaseAppraised
from services.assignment.domain.facts.received import CaseCorrected, CaseOpened


def with_row_marks(facts: Iterable[Fact], days: int | None) -> Iterator[Fact]:
    """
    The facts, each by which a ledger row marks its case as sensitive, or no longer,
    followed by the appraisal that this is (PY-26).

    A row names no day of review: the mark holds for so many *days*, the longest that a
    programme lets one hold. A row that is corrected in other cells sets it not anew.
    """
    for fact in facts:
        yield fact
        yield from appraisals([fact], days)


def appraisals(facts: Iterable[Fact], days: int | None) -> Iterator[CaseAppraised]:
    """
    The appraisals alone. They are computed from the other facts, never stored.
    """
    for fact in facts:
        opened = isinstance(fact, CaseOpened) and fact.sensitive
        corrected = isinstance(fact, CaseCorrected) and "sensitive" in fact.changed
        if isinstance(fact, CaseOpened | CaseCorrected) and (opened or corrected):
            holds = fact.sensitive and days is not None
            yield CaseAppraised(
                on=fact.on,
                in_scope=fact.in_scope,
                sensitive=fact.sensitive,
                review_on=fact.on + timedelta(days=days or 0) if holds else None,
            )
