"""
Pushed ledgers become cases: a reader of the file, batches of its rows, the job that
takes one batch after the other, and the rejected rows as a workbook.
"""

from services.intake.casework.importing.job import (
    BATCH,
    clear_rejected_rows,
    end_overdue_import,
    give_up_import,
    read_imports,
    still_after,
)
from services.intake.casework.importing.line import content_of
from services.intake.casework.importing.reader import READERS
from services.intake.casework.importing.returned import rejected_workbook

__all__ = [
    "BATCH",
    "READERS",
    "clear_rejected_rows",
    "content_of",
    "end_overdue_import",
    "give_up_import",
    "read_imports",
    "rejected_workbook",
    "still_after",
]
