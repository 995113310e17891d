"""
The files that the stories file with their matters.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from fpdf import FPDF


@cache
def page(title: str, on: str) -> bytes:
    """
    A PDF of one page, the same for the same title and day.
    """
    paper = FPDF(format="A4")
    paper.set_creation_date(datetime.fromisoformat(on).replace(tzinfo=UTC))
    paper.set_title(title)
    paper.add_page()
    return bytes(paper.output())
