"""
What goes back and forth about a payment file: its sendings, and the confirmations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.aid.domain.payments.reading import Confirmed


@dataclass(frozen=True, kw_only=True)
class Sending:
    """
    The file was fetched, to be sent to the finance office.
    """

    id: str
    file: str
    on: date
    by: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """
    A confirmation of the finance office as it came in, once.
    """

    id: str
    file: str
    on: date
    by: str
    checksum: str
    rows: tuple[Confirmed, ...]
