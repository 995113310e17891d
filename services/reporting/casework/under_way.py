"""
Facts that have been announced but have not arrived, as the services list them.

Each service lists, at `/outbox/reporting`, the events that reporting reads and that
were announced a short while ago or are still in its outbox (decision 0020). The answer
to a signer has their number; signing does not wait for them or for a service that is
away.
"""

from __future__ import annotations

import http.client
from collections.abc import Collection, Mapping
from datetime import datetime

from eventlet import GreenPool
from sqlalchemy import Connection

from services.reporting.domain.returns import UnderWay
from services.reporting.schemas import READS
from services.reporting.store import Ledger
from shared import telemetry
from shared.messaging.peers import events_at

SOURCES = tuple(sorted({kind.partition(".")[0] for kind in READS}))
_SECONDS = 2.0

Announced = Mapping[str, Collection[str] | None]


def ask_announced() -> Announced:
    """
    Ask each source service for the ids of what it announced lately; None if it does not
    answer.
    """
    # All at once, so that signing waits for the slowest, not for all in turn.
    answers = GreenPool(len(SOURCES)).imap(_announced_by, SOURCES)
    return dict(zip(SOURCES, answers, strict=True))


def under_way(session: Connection, events: Announced, known_at: datetime) -> UnderWay:
    """
    How many of the *events* of each source were not in the ledger at *known_at*.
    """
    ledger = Ledger(session)
    return {
        source: None if ids is None else len(ledger.absent(ids, known_at))
        for source, ids in events.items()
    }


def _announced_by(service: str) -> Collection[str] | None:
    try:
        ids: Collection[str] = events_at(service, "/outbox/reporting", _SECONDS)
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        telemetry.log().warning(
            "outbox_not_answered", source=service, error=repr(error)[:200]
        )
        return None
    return ids
