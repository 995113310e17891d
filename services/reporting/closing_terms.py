"""
Finds out from which day a closing counts: the programme's grace, the signed returns.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.reporting.domain.postings import ABOUT_CLOSINGS, ClosingTerms
from services.reporting.store import Returns
from shared.events import Envelope
from shared.policy.current import Policy


def terms_of(session: Connection, event: Envelope, policy: Policy) -> ClosingTerms:
    """
    The terms of the closing that *event* is about.

    Only returns signed before the event was recorded matter, so that the entries are
    the same whenever, and however often, the event is posted (decision 0020).
    """
    if event.type not in ABOUT_CLOSINGS:
        return ClosingTerms()
    code = event.payload["programme"]
    programme = next((each for each in policy.programmes if each.code == code), None)
    signed = Returns(session).signed_before(code, event.recorded_at)
    covering = (
        as_of
        for office, as_of in signed
        if policy.directory.is_within(event.office, office, as_of)
    )
    return ClosingTerms(
        programme.settings.review_grace_days if programme else None,
        max(covering, default=None),
    )
