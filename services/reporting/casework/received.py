"""
Posts events to the measure ledger and announces what follows from their entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from services.reporting.casework import notices
from services.reporting.casework.closing_terms import (
    closings_of,
    signed_returns,
)
from services.reporting.casework.enrolments import FurtherProgrammes
from services.reporting.casework.milestones import judge_after
from services.reporting.domain.postings.entries import entries_for
from services.reporting.domain.postings.rules import (
    MAY_NAME_ANOTHER_OFFICE,
    POSTS_NOTHING,
)
from services.reporting.schemas.stored import stored_payload
from services.reporting.store import OUTBOX, Ledger, move, owners_of
from shared.events import Envelope, ReceivedEvent
from shared.matter_numbers import CASE_MOVED, owners_after, require_owner
from shared.messaging.inbox import caused_by
from shared.policy.current import current_policy


def record_received(session: Connection, *received: ReceivedEvent) -> None:
    """
    Post the entries of events; judge the milestones they change; store their notices.

    Raises `ForeignMatter` for an event of another office than that of its matter.
    """
    # First, for it may lock the enrolments; every transaction takes its locks in the
    # order enrolments, matters, closings, ledger, milestones.
    further = FurtherProgrammes(session, received)
    _check_owners(session, [event.envelope for event in received])
    # All at once: the programmes are locked in one order.
    closings = closings_of(received) | further.closings()
    signed = signed_returns(session, closings, current_policy())
    elsewhere = further.entries(signed)
    posted = [
        (
            _as_stored(event),
            (
                *entries_for(
                    event.envelope,
                    event.fields,
                    signed.terms(event.envelope, event["programme"]),
                ),
                *elsewhere.get(event.id, ()),
            ),
        )
        for event in received
        if event.type not in POSTS_NOTHING
    ]
    Ledger(session).post(posted)
    mailed = [event for event in received if event.type in notices.MAILED]
    with caused_by(received, {notices.mailing_of(event.id): event for event in mailed}):
        entries = [entry for _, posted_of_one in posted for entry in posted_of_one]
        judged = judge_after(session, entries)
        notices.store_papers(
            session, [event for event in received if event.type in notices.PRINTED]
        )
        collected = notices.store_notices(session, mailed)
        OUTBOX.announce(session, *judged, *collected)


def _as_stored(event: ReceivedEvent) -> Envelope:
    return replace(event.envelope, payload=stored_payload(event.envelope))


def _check_owners(session: Connection, events: Iterable[Envelope]) -> None:
    own = [event for event in events if event.type not in MAY_NAME_ANOTHER_OFFICE]
    owners = owners_of(session, own)
    moved = dict[str, list[str]]()
    for event in own:
        owner = owners[event.case_number]
        if event.type == CASE_MOVED:
            had_by = event.payload["had_by"]
            now = owners_after(event, owner, had_by)
            owners[event.case_number] = moved[event.case_number] = now
        else:
            require_owner(event, *owner)
    if moved:
        move(session, moved)
