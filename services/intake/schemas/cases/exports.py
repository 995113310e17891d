"""
What is asked of an export.
"""

from __future__ import annotations

from shared.web import fields as schema
from shared.web.fields import Strict
from shared.web.named import named


class LedgerQuery(Strict):
    """Whose cases, of which programme."""

    programme = named("programme")
    office = schema.office_code()


class CaseLedgerQuery(Strict):
    """In the form of which programme."""

    programme = named("programme", required=False)
