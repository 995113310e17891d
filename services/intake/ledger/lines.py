"""
What the reader reports of a ledger line by line, ready for JSON: each row, then the
end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from services.intake.ledger.cells import Context
from services.intake.ledger.form import Form
from services.intake.ledger.problems import LedgerUnreadable
from services.intake.ledger.reading import read_ledger


def lines_of(
    source: BinaryIO | Path, *, filename: str, form: Form, context: Context
) -> Iterator[dict[str, Any]]:
    """
    One line a row as `RowResult.as_json`; then {"end": …} or {"unreadable": [problem,
    …]}.
    """
    reading = read_ledger(source, filename=filename, form=form, context=context)
    rows = faulty = 0
    try:
        for row in reading:
            rows += 1
            faulty += bool(row.problems)
            yield row.as_json()
    except LedgerUnreadable as unreadable:
        yield {"unreadable": [asdict(problem) for problem in unreadable.problems]}
    else:
        notices = [asdict(notice) for notice in reading.notices]
        yield {"end": {"rows": rows, "faulty": faulty, "notices": notices}}
