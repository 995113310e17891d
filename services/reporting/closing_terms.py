"""
The terms on which a closing counts: the programme's grace and the signed returns.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from services.reporting.domain.postings import ABOUT_CLOSINGS, ClosingTerms
from services.reporting.store import Returns
from shared.events import Envelope
from shared.policy.current import Policy


def terms_of(
    session: Connection,
    event: Envelope,
    policy: Policy,
    known_at: datetime | None = None,
) -> ClosingTerms:
    """
    The terms of the closing that *event* is about, posted now, or at *known_at*.

    Only the returns signed before that matter, so that a rebuild makes the same entries
    (decision 0021). While a return is being signed this waits.
    """
    if event.type not in ABOUT_CLOSINGS:
        return ClosingTerms()
    code, returns = event.payload["programme"], Returns(session)
    programmes = {programme.code: programme for programme in policy.programmes}
    programme = programmes.get(code)
    returns.lock_closings(code, shared=True)
    covering = (
        as_of
        for office, as_of in returns.signed_until(code, known_at)
        if policy.directory.is_within(event.office, office, as_of)
    )
    return ClosingTerms(
        programme.settings.review_grace_days if programme else None,
        max(covering, default=None),
    )
