"""
What is asked of an export.
"""

from __future__ import annotations

from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class LedgerQuery(Strict):
    """Whose cases, of which programme."""

    programme = named("programme")
    office = schema.office_code()


class CaseLedgerQuery(Strict):
    """In the form of which programme."""

    programme = named("programme", required=False)
