"""
Who wrote what, for which office and why: one row a write, in the write's transaction.

Rows are added only; the service's role may not change or delete them. The owner may
move very old rows into files, where they are read as before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    MetaData,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    select,
)

from shared import clock
from shared.storage.database import insert_later
from shared.storage.encryption import Place, field_cipher
from shared.telemetry import trace_context

_AT_ONCE = 5000
_SUFFIX = ".jsonl"


def audit_table(metadata: MetaData) -> Table:
    """
    Define the audit trail in a service's schema.
    """
    return Table(
        "audit",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("actor", String, nullable=False),
        Column("office", String, nullable=False),
        Column("token", String, nullable=False),
        Column("act", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("details", Text),
        Column("correlation_id", String, nullable=False),
        Column("business_at", DateTime(timezone=True), nullable=False),
        Column(
            "recorded_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=func.clock_timestamp(),
        ),
        Index("ix_audit_subject", "subject"),
    )


def record(
    session: Connection,
    table: Table,
    *,
    actor: str,
    office: str,
    token: str,
    act: str,
    subject: str,
    details: Mapping[str, Any],
    sealed: bool,
) -> None:
    """
    Record that *actor* of *office* did *act* to *subject*.

    *details*: the reasons given and the values changed; *sealed*: they may be personal
    and are encrypted, bound to everything else that the row says.
    """
    row = {
        "actor": actor,
        "office": office,
        "token": token,
        "act": act,
        "subject": subject,
        "correlation_id": trace_context().correlation_id,
        "business_at": clock.now(),
    }
    text = None
    if details:
        text = json.dumps(details, ensure_ascii=False, default=str)
        if sealed:
            text = field_cipher().encrypt(text, _place(table, row))
    insert_later(session, table, {**row, "details": text})


def details_of(table: Table, row: Row[Any]) -> Any:
    """
    What `record` stored with a *row* of the audit trail. Raises `CannotDecryptError`.
    """
    return _details(table, row._asdict())


def _details(table: Table, row: Mapping[str, Any]) -> Any:
    details = row["details"] or "{}"
    if details.startswith("{"):
        return json.loads(details)
    return json.loads(field_cipher().decrypt(details, _place(table, row)))


_SAID = ("actor", "office", "token", "act", "subject", "correlation_id")


def _place(table: Table, row: Mapping[Any, Any]) -> Place:
    on = row["business_at"].astimezone(UTC).isoformat()
    return str(table), "details", on, *(row[name] for name in _SAID)


def trail(session: Connection, table: Table, subject: str) -> Iterator[dict[str, Any]]:
    """
    Who wrote what about *subject*, in order. Raises `CannotDecryptError`.
    """
    query = table.select().where(table.c.subject == subject)
    for row in session.execute(query.order_by(table.c.position)):
        yield _act(table, row._asdict())


def archived_trail(
    folder: Path, table: Table, subject: str
) -> Iterator[dict[str, Any]]:
    """
    The trail, as `trail` gives it, from the rows that `archive` moved into files of
    *folder*.
    """
    for file in sorted(folder.glob(f"{table}-*{_SUFFIX}")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["subject"] == subject:
                    row["business_at"] = datetime.fromisoformat(row["business_at"])
                    yield _act(table, row)


def archive(session: Connection, table: Table, days: int, folder: Path) -> int:
    """
    Move at most 5,000 rows older than so many *days* into a file of *folder*, as they
    are: what is encrypted stays so; return how many. Run by the owner.

    The file is complete on the disk before a row is deleted. A transaction that is then
    not committed leaves a file that the next one writes again under the same name.
    """
    moment = func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    query = select(table).where(table.c.recorded_at < moment)
    rows = session.execute(query.order_by(table.c.position).limit(_AT_ONCE)).all()
    if not rows:
        return 0
    file = folder / f"{table}-{rows[0].position:012d}{_SUFFIX}"
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8") as target:
        for row in rows:
            values = {**row._asdict(), "business_at": row.business_at.isoformat()}
            line = json.dumps(values, ensure_ascii=False, default=str)
            target.write(line + "\n")
        target.flush()
        os.fsync(target.fileno())
    part.chmod(0o600)
    part.rename(file)
    positions = [row.position for row in rows]
    session.execute(delete(table).where(table.c.position.in_(positions)))
    return len(rows)


def _act(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": row["business_at"].isoformat(),
        "office": row["office"],
        "actor": row["actor"],
        "act": row["act"],
        **_details(table, row),
    }
