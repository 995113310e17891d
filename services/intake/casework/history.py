"""
What the history of a petition or case says of something that was done to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.intake.domain.corrections.corrections import Correction, CorrectionKind
from services.intake.store import OUTBOX, History
from shared import clock
from shared.events import Event
from shared.telemetry import TraceContext, caused_by, trace_context


def history_line(
    number: str,
    kind: CorrectionKind,
    fields: Mapping[str, tuple[Any, Any]],
    *,
    office: str,
    actor: str,
    on: date,
    reason: str = "",
    **more: Any,
) -> Correction:
    """
    That *fields*, by their names, were one thing and are another now, with *more* that
    a `Correction` may say.
    """
    return Correction(
        id=str(uuid7()),
        number=number,
        kind=kind,
        office=office,
        actor=actor,
        on=on,
        recorded_at=clock.now(),
        fields=tuple(fields),
        reason=reason,
        before={name: old for name, (old, _) in fields.items()},
        after={name: new for name, (_, new) in fields.items()},
        **more,
    )


def announce_unnamed(
    session: Connection, events: Sequence[Event], lines: Iterable[Correction]
) -> None:
    """
    Announce what follows for petitions and cases from an entry in another one of their
    matter, and add the *lines* to their histories. The events do not name whose entry
    it was: they are read by the own office, and the other may be kept from it.
    """
    trace = trace_context()
    unnamed = replace(trace, actor=TraceContext().actor)
    with caused_by(trace, {each.case_number: unnamed for each in events}):
        OUTBOX.announce(session, *events)
    History(session).add(*lines)
