"""
The ledgers of cases that county offices send: read into clean rows with all faults of
all rows, and the faulty rows written back for correction.
"""

from services.intake.ledger.cells import Context
from services.intake.ledger.form import Column, Form, load_form
from services.intake.ledger.offices import office_names
from services.intake.ledger.problems import LedgerUnreadable
from services.intake.ledger.reading import Reading, read_ledger
from services.intake.ledger.rejected import RejectedRow, write_rejected
from services.intake.ledger.rows import RowResult

__all__ = [
    "Column",
    "Context",
    "Form",
    "LedgerUnreadable",
    "Reading",
    "RejectedRow",
    "RowResult",
    "load_form",
    "office_names",
    "read_ledger",
    "write_rejected",
]
