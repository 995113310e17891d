"""
Makes the totals again from the entries, or entries and totals from the stored facts.

Run by an owner of the tables (`jianjian rebuild`): the service's own role may add
facts and entries but never change them. New facts wait meanwhile; readers see the
old figures until the new ones are whole.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import BigInteger, Connection, cast, func, select, text

from services.reporting.closing_terms import terms_of
from services.reporting.domain.postings import entries_for
from services.reporting.schemas import READS
from services.reporting.store.ledger import entries, facts, rows_of, totals
from shared.events import Envelope
from shared.policy.current import current_policy

BATCH = 1000
_HOLD = text(
    "LOCK TABLE reporting.facts, reporting.entries, reporting.totals"
    " IN SHARE ROW EXCLUSIVE MODE"
)


def rebuild(
    session: Connection, source: Literal["entries", "events"] = "entries"
) -> dict[str, int]:
    """
    Make the ledger again in the open transaction; how many rows there are now.
    """
    session.execute(_HOLD)
    if source == "events":
        session.execute(entries.delete())
        _post_again(session)
    session.execute(totals.delete())
    key = (totals.c.programme, totals.c.measure, totals.c.office, totals.c.day)
    columns = [entries.c[column.name] for column in key]
    added_up = select(
        *columns, cast(func.sum(entries.c.amount), BigInteger).label("amount")
    ).group_by(*columns)
    session.execute(totals.insert().from_select([*key, totals.c.amount], added_up))
    return {
        table.name: int(session.scalar(select(func.count()).select_from(table)) or 0)
        for table in (facts, entries, totals)
    }


def _post_again(session: Connection) -> None:
    stored = session.execute(
        select(facts.c.body, facts.c.known_at).order_by(facts.c.id),
        execution_options={"yield_per": BATCH},
    )
    for rows in stored.partitions():
        posted: list[dict[str, Any]] = []
        for body, known_at in rows:
            event = Envelope.from_mapping(body)
            read = READS[event.type].load(event.payload)
            terms = terms_of(session, event, current_policy(), known_at)
            posted += rows_of(entries_for(event, read, terms), known_at)
        if posted:
            session.execute(entries.insert().inline(), posted)
