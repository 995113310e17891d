"""
The ledgers of cases that county offices send: read into clean rows with all faults of
all rows; rejected.py writes the faulty rows back for correction.
"""

from services.intake.ledger.cells import Context
from services.intake.ledger.correcting import corrected_row
from services.intake.ledger.files.plain import is_plain
from services.intake.ledger.form import NATIONAL, Column, Form, load_form
from services.intake.ledger.lines import lines_of
from services.intake.ledger.problems import LedgerUnreadable
from services.intake.ledger.reading import Reading, read_ledger
from services.intake.ledger.rows import RowResult

__all__ = [
    "NATIONAL",
    "Column",
    "Context",
    "Form",
    "LedgerUnreadable",
    "Reading",
    "RowResult",
    "corrected_row",
    "is_plain",
    "lines_of",
    "load_form",
    "read_ledger",
]
