"""
Posts an event to the measure ledger and announces what follows from its entries.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.reporting.closing_terms import terms_of
from services.reporting.delivery import notices
from services.reporting.domain.postings import MAY_NAME_ANOTHER_OFFICE, entries_for
from services.reporting.judging import judge_after
from services.reporting.store import OUTBOX, Ledger, owner_of
from shared.events import Envelope, ReceivedEvent
from shared.numbers import require_owner
from shared.policy.current import current_policy


def post_event(session: Connection, received: ReceivedEvent) -> None:
    """
    Post the entries of an event; judge the milestones they change; store its notice.

    Raises `ForeignMatter` for an event of another office than that of its matter.
    """
    event = received.envelope
    _check_owner(session, event)
    terms = terms_of(session, event, current_policy())
    posted = entries_for(event, received.fields, terms)
    Ledger(session).post(event, posted)
    OUTBOX.announce(session, *judge_after(session, posted))
    if event.type == notices.STEP_REACHED:
        OUTBOX.announce(session, *notices.store_notice(session, received))


def _check_owner(session: Connection, event: Envelope) -> None:
    if event.type not in MAY_NAME_ANOTHER_OFFICE:
        owner = owner_of(session, event.case_number, event.office)
        require_owner(event, owner)
