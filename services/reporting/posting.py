"""
Posts an event to the measure ledger and announces what follows from its entries.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.reporting.closing_terms import terms_of
from services.reporting.delivery import notices
from services.reporting.domain.postings import entries_for
from services.reporting.judging import judge_after
from services.reporting.store import OUTBOX, Ledger
from shared.events import ReceivedEvent
from shared.policy.current import current_policy


def post_event(session: Connection, received: ReceivedEvent) -> None:
    """
    Post the entries of an event; judge the milestones they change; store its notice.
    """
    event = received.envelope
    terms = terms_of(session, event, current_policy())
    posted = entries_for(event, received.fields, terms)
    Ledger(session).post(event, posted)
    OUTBOX.announce(session, *judge_after(session, posted))
    if event.type == notices.STEP_REACHED:
        OUTBOX.announce(session, *notices.store_notice(session, received))
