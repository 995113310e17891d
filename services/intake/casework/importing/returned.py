"""
The rejected rows of a ledger as a workbook, for the office to correct and push again.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from eventlet import tpool

from services.intake.casework.forms import form_of
from services.intake.domain.cases.ledgers import RejectedRow as Stored
from services.intake.ledger.writing.rejected import RejectedRow, write_rejected


def rejected_workbook(form: str, rejected: Sequence[Stored]) -> bytes:
    """
    The rejected rows in the form they came in, written off the event loop.
    """
    rows = [
        RejectedRow(sheet=row.sheet, row=row.row, raw=row.raw, problems=row.problems)
        for row in rejected
    ]

    def write() -> bytes:
        target = io.BytesIO()
        write_rejected(target, form_of(form), rows)
        return target.getvalue()

    return tpool.execute(write)  # type: ignore[no-any-return]
