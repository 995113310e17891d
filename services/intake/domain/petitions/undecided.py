"""
Petitions that very likely repeat something, on which no person has decided (S2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class UndecidedRepeat:
    """
    A petition that counts as the first of its matter, although the clerk was shown,
    first on *shown_on*, so many *candidates* of which it is very likely a repeat, and
    has neither confirmed one nor refused them all.
    """

    number: str
    office: str
    programme: str
    received_on: date
    shown_on: date
    candidates: int
