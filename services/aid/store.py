"""
What aid remembers: the cases it heard of, and every application with its outcome.
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
    Row,
    String,
    Table,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from services.aid.domain import Application, Case, State
from shared.messaging.consumer import Fact
from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.storage import database
from shared.storage.audit import audit_table
from shared.vocabulary import AidOrigin
from shared.web.idempotency import idempotency_table

metadata = database.metadata_of("aid")

OUTBOX = Outbox("aid", outbox_table(metadata))
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
    Index("ix_cases_merged_into", "merged_into"),
)

applications = Table(
    "applications",
    metadata,
    Column("id", String, primary_key=True),
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("state", String, nullable=False),
    Column("person", String, nullable=False),
    Column("id_last_four", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("hardship", String, nullable=False),
    Column("decided_on", Date),
    Column("approver_post", String),
    Column("reason", String),
    Column("amount", BigInteger),
    Column("paid_on", Date),
    Column("voucher_no", String),
    Index("ix_applications_case_number_person", "case_number", "person"),
    Index("ix_applications_office_id", "office", "id"),
)

_CASE = [cases.c[field.name] for field in dataclasses.fields(Case)]


class Cases:
    """
    The cases aid may be asked for in, as intake announced them, in whatever order.
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

    def locked_of_application(self, identity: str) -> Case | None:
        """
        The case of an application, locked likewise.
        """
        row = self.session.execute(
            select(*_CASE)
            .join(applications, applications.c.case_number == cases.c.number)
            .where(applications.c.id == identity)
            .with_for_update(of=cases)
        ).first()
        return Case(**row._asdict()) if row else None


class Applications:
    """
    Every application for aid.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, application: Application) -> None:
        self.session.execute(
            applications.insert().values(dataclasses.asdict(application))
        )

    def keep(self, application: Application) -> None:
        self.session.execute(
            applications.update()
            .where(applications.c.id == application.id)
            .values(dataclasses.asdict(application))
        )

    def get(self, identity: str) -> Application | None:
        row = self.session.execute(
            select(applications).where(applications.c.id == identity)
        ).first()
        return _application(row) if row else None

    def of_person(self, case_number: str, person: str) -> list[Application]:
        """
        The person's applications in the case and in those merged into it.
        """
        matter = select(cases.c.number).where(
            (cases.c.number == case_number) | (cases.c.merged_into == case_number)
        )
        asked = select(applications).where(
            applications.c.case_number.in_(matter), applications.c.person == person
        )
        return [_application(row) for row in self.session.execute(asked)]

    def of_offices(
        self, offices: Collection[str], *, state: str | None, after: Any, limit: int
    ) -> list[Application]:
        """
        A page's worth in the order of application, and one more if there is more.
        """
        asked = (
            select(applications)
            .where(applications.c.office.in_(offices))
            .order_by(applications.c.id)
            .limit(limit + 1)
        )
        if state:
            asked = asked.where(applications.c.state == state)
        if after is not None:
            asked = asked.where(applications.c.id > str(after))
        return [_application(row) for row in self.session.execute(asked)]


def _application(row: Row[Any]) -> Application:
    found = row._asdict()
    return Application(
        **found | {"state": State(row.state), "origin": AidOrigin(row.origin)}
    )
