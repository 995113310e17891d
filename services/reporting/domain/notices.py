"""
Supervision notices to offices, and the mailings they are sent in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Notice:
    """
    A notice to an *office*, for the attention of a *post*, about a duty or report.

    *day*: when its cause arose. *mailing*: the mailing it is in; None while it waits.
    """

    event_id: str
    programme: str
    office: str
    post: str | None
    case_number: str
    title: str
    about: str
    day: date
    urgent: bool
    mailing: str | None = None


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """
    A mail to an office that holds one urgent notice, or all notices of a *day*.

    Without deliveries it reached nobody, because neither the office nor any above it
    has an address.
    """

    id: str
    programme: str
    office: str
    day: date
    made_at: datetime
    urgent: bool
