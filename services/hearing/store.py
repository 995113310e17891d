"""
What hearing remembers: the cases it heard of, and every decision with its hearing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.hearing.domain import Case, Hearing, Member, State
from shared.messaging.consumer import Fact
from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.storage import database
from shared.storage.audit import audit_table
from shared.vocabulary import HearingDecision
from shared.web.idempotency import idempotency_table

metadata = database.metadata_of("hearing")

OUTBOX = Outbox("hearing", outbox_table(metadata))
TABLES = {
    "inbox": inbox_table(metadata),
    "idempotency": idempotency_table(metadata),
    "audit": audit_table(metadata),
}

cases = Table(
    "cases",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("in_scope", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("merged_into", String),
    Column("merged_on", Date),
    Column("merge_sequence", BigInteger, nullable=False, server_default="0"),
)

hearings = Table(
    "hearings",
    metadata,
    Column("id", String, primary_key=True),
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("state", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("reason", String, nullable=False),
    Column("approver_post", String, nullable=False),
    Column("notified_on", Date),
    Column("scheduled_on", Date),
    Column("place", String),
    Column("public", Boolean),
    Column("chair_post", String),
    Column("members", JSONB, nullable=False),
    Column("held_on", Date),
    Column("members_present", Integer),
    Column("result_on", Date),
    Column("settled", Boolean),
    Column("opinion", String),
    Index("ix_hearings_case_number", "case_number"),
    Index("ix_hearings_office_id", "office", "id"),
)

_CASE = [cases.c[field.name] for field in dataclasses.fields(Case)]


class Cases:
    """
    The cases hearings may be held on, as intake announced them, in whatever order.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def know(self, fact: Fact) -> None:
        """
        Keep what *fact* says of its case, unless something newer is known.
        """
        found = insert(cases).values(
            number=fact.case_number,
            office=fact.office,
            programme=fact["programme"],
            in_scope=fact["in_scope"],
            sequence=fact.sequence,
        )
        news = found.excluded
        self.session.execute(
            found.on_conflict_do_update(
                index_elements=[cases.c.number],
                set_={
                    "office": news.office,
                    "programme": news.programme,
                    "in_scope": news.in_scope,
                    "sequence": news.sequence,
                },
                where=cases.c.sequence < news.sequence,
            )
        )

    def merge(self, fact: Fact, *, undone: bool = False) -> None:
        """
        Keep that the case was merged, or that this was undone; the newest counts.
        """
        self.know(fact)
        self.session.execute(
            cases.update()
            .where(
                cases.c.number == fact.case_number,
                cases.c.merge_sequence < fact.sequence,
            )
            .values(
                merged_into=None if undone else fact["into"],
                merged_on=None if undone else fact.occurred_on,
                merge_sequence=fact.sequence,
            )
        )

    def locked(self, number: str) -> Case | None:
        """
        The case, and nobody else at it until the transaction ends.
        """
        row = self.session.execute(
            select(*_CASE).where(cases.c.number == number).with_for_update()
        ).first()
        return Case(**row._asdict()) if row else None

    def locked_of_hearing(self, identity: str) -> Case | None:
        """
        The case of a hearing, locked likewise.
        """
        row = self.session.execute(
            select(*_CASE)
            .join(hearings, hearings.c.case_number == cases.c.number)
            .where(hearings.c.id == identity)
            .with_for_update(of=cases)
        ).first()
        return Case(**row._asdict()) if row else None


class Hearings:
    """
    Every decision on a hearing, and the hearing that followed.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, hearing: Hearing) -> None:
        self.session.execute(hearings.insert().values(_row(hearing)))

    def keep(self, hearing: Hearing) -> None:
        self.session.execute(
            hearings.update().where(hearings.c.id == hearing.id).values(_row(hearing))
        )

    def get(self, identity: str) -> Hearing | None:
        row = self.session.execute(
            select(hearings).where(hearings.c.id == identity)
        ).first()
        return _hearing(row) if row else None

    def of_case(self, case_number: str) -> list[Hearing]:
        asked = select(hearings).where(hearings.c.case_number == case_number)
        return [_hearing(row) for row in self.session.execute(asked)]

    def of_offices(
        self, offices: Collection[str], *, state: str | None, after: Any, limit: int
    ) -> list[Hearing]:
        """
        A page's worth in the order of decision, and one more if there is more.
        """
        asked = (
            select(hearings)
            .where(hearings.c.office.in_(offices))
            .order_by(hearings.c.id)
            .limit(limit + 1)
        )
        if state:
            asked = asked.where(hearings.c.state == state)
        if after is not None:
            asked = asked.where(hearings.c.id > str(after))
        return [_hearing(row) for row in self.session.execute(asked)]


def _row(hearing: Hearing) -> dict[str, Any]:
    return dataclasses.asdict(hearing)


def _hearing(row: Row[Any]) -> Hearing:
    found = row._asdict()
    return Hearing(
        **found
        | {
            "state": State(row.state),
            "decision": HearingDecision(row.decision),
            "members": tuple(Member(**member) for member in row.members),
        }
    )
