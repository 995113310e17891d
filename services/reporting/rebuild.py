"""
Makes the roll-ups again from the entries, or entries and roll-ups from stored facts.

Run by an owner of the tables (`jianjian rebuild`): the service's own role may add
facts and entries but never change them. New facts wait meanwhile; readers see the
old figures until the new ones are whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sqlalchemy import Connection, func, select, text

from services.reporting.closing_terms import SignedReturns
from services.reporting.domain.enrolled import (
    TOLD_ONCE,
    Enrolment,
    enrolments_in,
    entries_there,
    taken_back,
)
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from services.reporting.store import Enrolments, Ledger, Returns, RollUps
from services.reporting.store.ledger import ENTRY, entries, facts, rows_of
from services.reporting.store.roll_ups import totals
from shared.policy.current import current_policy

BATCH = 5000
_HOLD = text(
    "LOCK TABLE reporting.facts, reporting.entries, reporting.totals"
    " IN SHARE ROW EXCLUSIVE MODE"
)
# Millions of entries are grouped in one statement: in memory, not on disk.
_IN_MEMORY = text("SET LOCAL work_mem = '256MB'")


def rebuild(
    session: Connection, source: Literal["entries", "events"] = "entries"
) -> dict[str, int]:
    """
    Make the ledger again in the open transaction; how many rows there are now.
    """
    roll_ups = RollUps(session)
    roll_ups.lock(wait=True)
    session.execute(_HOLD)
    session.execute(_IN_MEMORY)
    if source == "events":
        session.execute(entries.delete())
        _post_again(session)
    # No entry is posted meanwhile, and later ones become known later.
    roll_ups.rebuild(Ledger(session).latest())
    return {
        table.name: int(session.scalar(select(func.count()).select_from(table)) or 0)
        for table in (facts, entries, totals)
    }


def _post_again(session: Connection) -> None:
    columns = [*ENTRY, "known_at"]
    names = ", ".join(columns)
    into = f"COPY reporting.entries ({names}) FROM STDIN"
    connection: Any = session.connection.driver_connection
    for rows in _entries_of_facts(session):
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row([row[name] for name in columns])


def _entries_of_facts(session: Connection) -> Iterator[list[dict[str, Any]]]:
    """
    The rows of the entries of all stored facts, many at a time.
    """
    signed = SignedReturns(Returns(session).signed_days(), current_policy())
    enrolments = enrolments_in(
        (row, READS[row.type].load(row.payload), row.known_at)
        for row in Enrolments(session).every()
    )
    stored = session.execute(
        select(facts).order_by(facts.c.id), execution_options={"yield_per": BATCH}
    )
    for partition in stored.partitions():
        posted: list[dict[str, Any]] = []
        for fact in partition:
            event: Any = fact  # it has the attributes of `EventFacts`
            read = READS[fact.type].load(fact.payload)
            terms = signed.terms(event, read["programme"], fact.known_at)
            posted += rows_of(entries_for(event, read, terms), fact.known_at)
            if fact.type in TOLD_ONCE:
                for enrolment in enrolments.get(fact.case_number, ()):
                    posted += _entries_there(fact, read, enrolment, signed)
        yield posted


def _entries_there(
    fact: Any, read: Mapping[str, Any], enrolment: Enrolment, signed: SignedReturns
) -> list[dict[str, Any]]:
    """
    The rows of a fact in a further programme of its case, known once both were.
    """
    known_at = max(fact.known_at, enrolment.known_at or fact.known_at)
    terms = signed.terms(fact, enrolment.programme, known_at)
    there = [*entries_there(fact, read, enrolment, terms)]
    gone = taken_back(there, enrolment.until)
    ended_at = max(known_at, enrolment.ended_at or known_at)
    return [*rows_of(there, known_at), *rows_of(gone, ended_at)]
