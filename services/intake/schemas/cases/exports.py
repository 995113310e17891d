"""
What is asked of an export.
"""

from __future__ import annotations

from shared.web import fields as schema
from shared.web.queries import ProgrammeQuery


class LedgerQuery(ProgrammeQuery):
    """Whose cases, of which programme."""

    programme = schema.text(longest=60)
    office = schema.office_code()


class CaseLedgerQuery(ProgrammeQuery):
    """In the form of which programme."""

    programme = schema.text(longest=60, required=False)
