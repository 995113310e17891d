"""
补录以往: the facts of a period already signed that arrived after it was signed.

A signed return stands. What arrives later and belongs to its period stands in the next
return of the same office, in a line of its own below each line that it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.reporting.domain.figures import Line, Sums
from services.reporting.domain.measures import Registry
from shared.numerals import yuan

TITLE = "其中：补录以往"


@dataclass(frozen=True)
class EarlierReturn:
    """
    The newest signed return of an office for the last day before the day in question.

    Late is an entry that became known after *known_at*, with an own day up to *as_of*.
    """

    number: str
    as_of: date
    known_at: datetime


def late_lines(
    earlier: EarlierReturn, lines: Iterable[Line], sums: Sums, registry: Registry
) -> dict[str, Any]:
    """
    The late amounts of each line that has any, and of all together; cells of zero are
    left out.

    *sums*: what the late entries of each office add to each measure. The figures of
    the *earlier* return, the late amounts and what belongs to the days after it make
    the figures in which they stand. Numbers of persons have no late amount, since they
    cannot be added up.
    """
    cells = ((line, _cells(line.members, sums, registry)) for line in lines)
    offices = {office for office, _ in sums}
    return {
        "return_id": earlier.number,
        "as_of": earlier.as_of.isoformat(),
        "rows": [
            {"office": line.office, "name": line.name, **amounts}
            for line, amounts in cells
            if amounts
        ],
        "total": _cells(offices, sums, registry),
    }


def _cells(
    offices: Iterable[str], sums: Sums, registry: Registry
) -> Mapping[str, int | str]:
    offices = tuple(offices)
    amounts = {
        measure: sum(sums.get((office, measure.id), 0) for office in offices)
        for measure in registry.columns
        if measure.id in registry.additive
    }
    return {
        measure.id: yuan(amount) if measure.kind == "money" else amount
        for measure, amount in amounts.items()
        if amount
    }
