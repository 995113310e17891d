"""
Signed returns that facts known later would change: which of many, and what in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from services.reporting.domain.figures import FiguresRequest
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
    found = set()
    for programme in {row.programme for row in rows}:
        mine = [row for row in rows if row.programme == programme]
        sums = Ledger(session).sums_at(programme, {row.as_of for row in mine})
        for row in mine:
            lines = lines_of(current_policy().directory, row.office, row.as_of)
            if is_overtaken(figures[row.id], lines, sums[row.as_of]):
                found.add(row.id)
    return found


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
