"""
The supervision notices and their answers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    String,
    Table,
    Text,
    column,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.facts.notices import NoticeEnded
from services.assignment.store.tables import metadata
from shared.records import read_page
from shared.web.paging import Page, PageRequest

notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("duty", String),
    Column("step", String, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("reply_by", Date, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("by_post", String),
    Column("state", String, nullable=False),
    Column("state_on", Date, nullable=False),
    Column("progress", Boolean),
    Column("answer", Text),
    Column("answered_on", Date),
    Column("answered_by", String),
    Column("answer_post", String),
    Column("reviewed_by", String),
    Column("reasons", Text),
    Column("course", JSONB, nullable=False),
    Index("ix_notices_number", "number"),
    Index("ix_notices_office_issued_on_id", "office", "issued_on", "id"),
    Index("ix_notices_programme_state", "programme", "state"),
)


class Notices:
    """The supervision notices, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, issued: Sequence[Notice]) -> None:
        if issued:
            rows = [dict(vars(notice)) for notice in issued]
            self.session.execute(notices.insert().inline(), rows)

    def end(self, ended: Sequence[NoticeEnded]) -> None:
        """
        What these notices were about is done.
        """
        if ended:
            days = values(column("id", String), column("on", Date), name="ended")
            days = days.data([(fact.notice, fact.on) for fact in ended])
            self.session.execute(
                update(notices)
                .where(notices.c.id == days.c.id)
                .values(state="ended", state_on=days.c.on)
            )

    def put(self, changed: Notice) -> None:
        self.session.execute(
            update(notices).where(notices.c.id == changed.id).values(**vars(changed))
        )

    def get(self, identity: str, *, lock: bool = False) -> Notice | None:
        query = select(notices).where(notices.c.id == identity)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return _notice(row) if row else None

    def page(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        state: str | None = None,
        number: str | None = None,
        programme: str | None = None,
    ) -> Page[Notice]:
        """
        The notices to *offices*, oldest first.
        """
        query = select(notices).where(notices.c.office.in_(offices))
        if state:
            query = query.where(notices.c.state == state)
        if number:
            query = query.where(notices.c.number == number)
        if programme:
            query = query.where(notices.c.programme == programme)
        order = [notices.c.issued_on, notices.c.id]
        return read_page(self.session, query, request, order).map(_notice)


def _notice(row: Any) -> Notice:
    fields = row._asdict()
    return Notice(**fields | {"course": tuple(fields["course"])})
