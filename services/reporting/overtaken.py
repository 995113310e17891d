"""
Signed returns that facts that arrived later would change: which returns, which cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from services.reporting.domain.baselines import governing_list
from services.reporting.domain.figures import FiguresRequest, Sums
from services.reporting.domain.returns import Cell, changes, is_overtaken
from services.reporting.drafting import draft, lines_of
from services.reporting.store import Ledger, Returns
from shared.policy.current import current_policy
from shared.policy.programme import UnknownProgramme

WATCHED = 500
"""
So many of the latest returns are looked at for the gauge.
"""


def overtaken(session: Connection, signed: Iterable[Row[Any]]) -> set[str]:
    """
    The ids of those among the *signed* returns that the ledger no longer agrees with.

    Reads the figures once and the totals once a programme, however many there are.
    """
    rows = list(signed)
    figures = Returns(session).figures_of([row.id for row in rows])
    numbers = set()
    for code in {row.programme for row in rows}:
        returns = [row for row in rows if row.programme == code]
        days = {row.as_of for row in returns}
        sums = Ledger(session).sums_at(code, days)
        listed = _listed_at(session, code, days)
        for row in returns:
            lines = lines_of(current_policy().directory, row.office, row.as_of)
            if is_overtaken(
                figures[row.id],
                lines,
                sums=sums[row.as_of],
                listed=listed.get(row.as_of),
                ended_counts=row.ended_counts,
            ):
                numbers.add(row.id)
    return numbers


def _listed_at(
    session: Connection, code: str, days: Collection[date]
) -> Mapping[date, Sums]:
    """
    Day to the sums on the frozen list that governs the programme's rate on that day.
    """
    try:
        governing = governing_list(current_policy().programmes.get(code))
    except UnknownProgramme:
        return {}
    return Ledger(session).listed_at(code, governing, days) if governing else {}


def overtaken_by_programme(session: Connection) -> Counter[str]:
    """
    How many returns are overtaken, counting the newest revision of each.
    """
    latest = Returns(session).latest_revisions(WATCHED)
    numbers = overtaken(session, latest)
    return Counter(row.programme for row in latest if row.id in numbers)


def changed_cells(session: Connection, signed: Row[Any]) -> list[Cell]:
    """
    The cells of one return that would be different if it were signed now.
    """
    try:
        programme = current_policy().programmes.get(signed.programme)
    except UnknownProgramme:
        return []
    ledger = Ledger(session)
    request = FiguresRequest(
        signed.programme, signed.office, signed.as_of, ledger.latest()
    )
    now = draft(ledger, programme, current_policy().directory, request, as_known=True)
    return changes(signed.id, signed.figures, now)
