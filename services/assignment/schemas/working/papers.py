"""
Request schemas of the papers of an office about a period.
"""

from __future__ import annotations

from shared.web.papers import FiledPaper, PrintedPaper
from shared.web.schema import fields as schema
from shared.web.schema.named import named


class PeriodPaper(PrintedPaper):
    """A paper about a programme in a period (MX-29, XQ-37, PY-38)."""

    programme = named("programme")
    from_ = schema.day(data_key="from")
    to = schema.day()


class FiledPeriodPaper(FiledPaper, PeriodPaper):
    """
    The same, to be filed with a report or the acts of the office: its *number*, as the
    duty to report has it.
    """

    number = schema.text(longest=120)
