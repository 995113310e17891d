"""
What acts recorded in a case or of an office post.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.reporting.domain.measures import registry
from services.reporting.domain.postings.posting import Fields, Posting


def act_recorded(day: date, fields: Fields) -> Iterator[Posting]:
    yield from _by_act(day, fields, 1, of_case=fields["first"])


def act_withdrawn(day: date, fields: Fields) -> Iterator[Posting]:
    yield from _by_act(day, fields, -1, of_case=fields["last"])


def _by_act(
    day: date, fields: Fields, sign: int, *, of_case: bool
) -> Iterator[Posting]:
    """
    What counts an act, or what it was about; acts of cases out of scope count nowhere.
    *of_case*: the first of its kind that stands in the case, or the last that stood.
    """
    for measure in registry().of_act(fields["act"], fields["kind"]):
        amount = (fields["count"] or 0) if measure.amounts else 1
        if fields["in_scope"] is not False and (of_case or not measure.cases):
            yield Posting(measure.id, day, sign * amount)
