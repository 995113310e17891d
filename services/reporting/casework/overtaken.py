"""
Signed returns that facts that arrived later would change: which returns, which cells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from services.reporting.casework.drafting import by_line, draft, lines_of
from services.reporting.domain.baselines import governing_list, on_frozen_list
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.returns import Cell, changes, is_overtaken
from services.reporting.store import Ledger, Returns
from shared.policy.current import current_policy
from shared.policy.programmes import UnknownProgramme

WATCHED = 500
"""
So many of the latest returns are looked at for the gauge.
"""


def overtaken(session: Connection, signed: Iterable[Row[Any]]) -> set[str]:
    """
    The ids of those among the *signed* returns that the ledger no longer agrees with.

    Reads the figures once, and the roll-ups once for each day of each programme.
    """
    by_day: dict[tuple[str, date], list[Row[Any]]] = defaultdict(list)
    for row in signed:
        by_day[row.programme, row.as_of].append(row)
    return {
        number
        for (code, day), rows in by_day.items()
        for number in _overtaken_on(session, code, day, rows)
    }


def _overtaken_on(
    session: Connection, code: str, day: date, rows: Sequence[Row[Any]]
) -> Iterator[str]:
    directory = current_policy().directory
    figures = Returns(session).figures_of([row.id for row in rows])
    lines = {row.id: lines_of(directory, row.office, day) for row in rows}
    every = [line for of_return in lines.values() for line in of_return]
    # Asked first: a list that is frozen meanwhile is in no sum yet.
    frozen = _governing_on(session, code, day)
    sums = Ledger(session).line_sums(code, day, every)
    for row in rows:
        by_office = by_line(sums, lines[row.id])
        if is_overtaken(
            figures[row.id],
            [line.summed() for line in lines[row.id]],
            sums=by_office,
            listed=None if frozen is None else on_frozen_list(frozen, by_office),
            ended_counts=row.ended_counts,
        ):
            yield row.id


def _governing_on(session: Connection, code: str, day: date) -> str | None:
    """
    The frozen list that governs the programme's rate on a day.
    """
    try:
        governing = governing_list(current_policy().programmes.get(code))
    # A programme that is not run any more: its signed returns stay as they are.
    except UnknownProgramme:
        return None
    if governing and Ledger(session).frozen_on(code, governing, day):
        return governing
    return None


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
