"""
A POST repeated with the same `Idempotency-Key` gets the first answer again.

The key and the answer are stored in the transaction of the state, per office. A service
that holds personal data stores its answers encrypted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Executable,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import insert

from shared.errors import Conflict
from shared.storage.database import send_later
from shared.storage.encryption import Place, field_cipher


def idempotency_table(metadata: MetaData) -> Table:
    """
    The table of stored answers in a service's schema.
    """
    return Table(
        "idempotency",
        metadata,
        Column("office", String, primary_key=True),
        Column("key", String, primary_key=True),
        Column("fingerprint", String, nullable=False),
        Column("status", Integer),
        Column("answer", Text),
        Column(
            "created_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=func.clock_timestamp(),
        ),
        Index("ix_idempotency_created_at", "created_at"),
    )


@dataclass(frozen=True)
class Answer:
    """A stored answer."""

    status: int
    body: str


class IdempotencyKeys:
    """
    The keys an office has used, within one transaction.
    """

    def __init__(
        self, session: Connection, table: Table, office: str, *, sealed: bool = False
    ) -> None:
        self.session = session
        self.table = table
        self.office = office
        self.sealed = sealed

    def claim(self, key: str, *request: bytes) -> Answer | None:
        """
        Reserve *key* for *request*, or return the answer stored under it.

        A concurrent request with the same key waits for the first one to commit.
        Raises `Conflict` when the key was used for another request.
        """
        fingerprint = _fingerprint(request)
        claimed = self.session.execute(
            _claim(self.table),
            {"office": self.office, "key": key, "fingerprint": fingerprint},
        ).first()
        return self._stored(key, fingerprint) if claimed is None else None

    def stored_answer(self, key: str, *request: bytes) -> Answer | None:
        """
        The answer stored under *key*; None if there is none yet.

        Raises `Conflict` as `claim` does.
        """
        return self._stored(key, _fingerprint(request))

    def _stored(self, key: str, fingerprint: str) -> Answer | None:
        row = self.session.execute(
            self.table.select().where(
                self.table.c.office == self.office, self.table.c.key == key
            )
        ).one_or_none()
        if row is None:
            return None
        if row.fingerprint != fingerprint:
            raise Conflict.because(
                "idempotency_key_reused",
                "这个 Idempotency-Key 已用于另一个内容不同的请求。",
                "新的请求请换一个新的 Idempotency-Key。",
                "Idempotency-Key",
            )
        body = row.answer
        if self.sealed:
            body = field_cipher().decrypt(body, self._place(key))
        return Answer(row.status, body)

    def save(self, key: str, answer: Answer) -> None:
        body = answer.body
        if self.sealed:
            body = field_cipher().encrypt(body, self._place(key))
        send_later(
            self.session,
            f"UPDATE {self.table.fullname} SET status = %s, answer = %s"  # noqa: S608
            " WHERE office = %s AND key = %s",
            (answer.status, body, self.office, key),
        )

    def _place(self, key: str) -> Place:
        return str(self.table), "answer", self.office, key


def _fingerprint(request: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(request)).hexdigest()


@lru_cache
def _claim(table: Table) -> Executable:
    return insert(table).on_conflict_do_nothing().returning(table.c.key)
