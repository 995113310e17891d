"""
Makes the roll-ups again from the entries, or entries and roll-ups from stored facts.

Run by an owner of the tables (`jianjian rebuild`): the service's own role may add
facts and entries but never change them. New facts wait meanwhile; readers see the
old figures until the new ones are whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import orjson
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, func, select, text

from services.reporting.casework.closing_terms import SignedReturns
from services.reporting.casework.roll_ups import groups_on
from services.reporting.domain.enrolments import (
    FOR_ALL_PROGRAMMES,
    Enrolment,
    enrolments_in,
    entries_there,
    taken_back,
)
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from services.reporting.schemas.stored import STORED, reader_of, whole_payload
from services.reporting.store import Enrolments, Ledger, Returns, RollUps
from services.reporting.store.ledger import rows_of
from services.reporting.store.ledger_tables import COLUMNS, entries, facts
from services.reporting.store.roll_up_tables import totals
from shared import clock
from shared.policy.current import current_policy

BATCH = 5000
_READERS = {kind: reader_of(schema) for kind, schema in STORED.items()}
_FACTS = """
    SELECT id::text, type, office, case_number, occurred_on, payload::text, known_at
    FROM reporting.facts ORDER BY id
"""
# This mode lets readers go on and makes all who post wait.
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
    # First the roll-up, then the tables, as the timer does: in the other order the two
    # would wait for each other.
    roll_ups.lock(wait=True)
    session.execute(_HOLD)
    session.execute(_IN_MEMORY)
    if source == "events":
        session.execute(entries.delete())
        _post_again(session)
    # No entry is posted meanwhile, and later ones become known later.
    roll_ups.rebuild(Ledger(session).latest(), groups_on(clock.today()))
    return {
        table.name: int(session.scalar(select(func.count()).select_from(table)) or 0)
        for table in (facts, entries, totals)
    }


def _post_again(session: Connection) -> None:
    """
    Post all stored facts, of which many are read at a time; their entries are made
    while the database takes those before.
    """
    signed = SignedReturns(Returns(session).signed_days(), current_policy())
    enrolments = enrolments_in(
        (row, READS[row.type].load(row.payload), row.known_at)
        for row in Enrolments(session).every()
    )
    into = f"COPY reporting.entries ({', '.join(COLUMNS)}) FROM STDIN"
    connection: Any = session.connection.driver_connection
    with (
        # A named cursor: the facts stay in the database and come piece by piece.
        connection.cursor("facts", row_factory=namedtuple_row) as cursor,
        connection.cursor() as writing,
    ):
        cursor.execute(_FACTS)
        while batch := cursor.fetchmany(BATCH):
            with writing.copy(into) as copy:
                for row in _rows(batch, signed, enrolments):
                    copy.write_row(row)


def _rows(
    batch: Iterable[Any],
    signed: SignedReturns,
    enrolments: Mapping[str, Sequence[Enrolment]],
) -> Iterator[tuple[Any, ...]]:
    for fact in batch:
        payload = whole_payload(fact, orjson.loads(fact.payload))
        fields = _READERS[fact.type](payload)
        terms = signed.terms(fact, fields["programme"], fact.known_at)
        yield from rows_of(entries_for(fact, fields, terms), fact.known_at)
        if fact.type in FOR_ALL_PROGRAMMES:
            for enrolment in enrolments.get(fact.case_number, ()):
                yield from _rows_there(fact, fields, enrolment, signed)


def _rows_there(
    fact: Any, fields: Mapping[str, Any], enrolment: Enrolment, signed: SignedReturns
) -> Iterator[tuple[Any, ...]]:
    """
    The rows of a fact in a further programme of its case, known once both were.
    """
    # Only with both could it be counted; so it is known to a return signed since, and
    # to none before.
    known_at = max(fact.known_at, enrolment.known_at or fact.known_at)
    terms = signed.terms(fact, enrolment.programme, known_at)
    added = [*entries_there(fact, fields, enrolment, terms)]
    withdrawn = taken_back(added, enrolment.until)
    ended_at = max(known_at, enrolment.ended_at or known_at)
    yield from rows_of(added, known_at)
    yield from rows_of(withdrawn, ended_at)
