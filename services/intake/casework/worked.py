"""
The work on cases that intake reads of assignment, hearing and aid, and the ledger rows
that show it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.worked import left_behind, shown_by, worked_by
from services.intake.ledger.form import Form
from services.intake.store import CaseWork
from shared.events import ReceivedEvent


def note_work(session: Connection, *events: ReceivedEvent) -> None:
    """
    Note what was done about cases.
    """
    CaseWork(session).note(worked_by(events))


def shown_work(
    session: Connection, cases: Collection[Case], form: Form
) -> dict[str, Mapping[str, Any]]:
    """
    What the rows of these cases show of the work on them in a form, by their numbers.
    """
    codes = {column.id: frozenset(column.codes) for column in form.columns}
    numbers = [case.number for case in cases]
    work, corrected = (
        CaseWork(session).of(numbers),
        CaseWork(session).superseded(numbers),
    )
    return {
        case.number: shown_by(case, work[case.number], corrected[case.number], codes)
        for case in cases
    }


def standing_rows(
    session: Connection, rows: Mapping[str, tuple[Case, dict[str, Any]]]
) -> dict[str, tuple[Case, dict[str, Any]]]:
    """
    Cases with their ledger rows, by their numbers; without whom a former office named
    in them.
    """
    moved = [number for number, (case, _) in rows.items() if case.had_by]
    corrected = CaseWork(session).superseded(moved) if moved else {}
    gone = {number: left_behind(rows[number][0], corrected[number]) for number in moved}
    return {
        number: (case, {n: v for n, v in row.items() if n not in gone.get(number, ())})
        for number, (case, row) in rows.items()
    }
