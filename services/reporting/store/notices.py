"""
Supervision notices that wait for a mail, the mailings made of them, and their mails.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Row,
    String,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import UUID, insert

from services.reporting.store.base import INSTANT, metadata
from services.reporting.store.returns import Deliveries, mail_table
from shared.records import read_page
from shared.web.paging import Page, PageRequest

notices = Table(
    "notices",
    metadata,
    Column("event_id", UUID(as_uuid=False), primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("post", String),
    Column("case_number", String, nullable=False),
    Column("title", String, nullable=False),
    Column("about", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("mailing", String),
    Index(
        "ix_notices_waiting",
        "office",
        "day",
        postgresql_where="mailing IS NULL",
    ),
    Index("ix_notices_mailing", "mailing"),
)

mailings = Table(
    "mailings",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("made_at", INSTANT, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Index("ix_mailings_office", "office", "id"),
)

notice_mails = mail_table("notice_mails", "mailing", mailings.c.id)


class NoticeMails(Deliveries):
    """
    The mails of one mailing, within one transaction.
    """

    table: ClassVar[Table] = notice_mails
    of: ClassVar[Column[str]] = notice_mails.c.mailing


class Notices:
    """
    Notices and mailings, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, notice: Mapping[str, Any]) -> None:
        self.session.execute(notices.insert().values(**notice))

    def waiting(self) -> dict[str, set[str]]:
        """
        Offices with notices not mailed yet, and the programmes these are of.
        """
        query = (
            select(notices.c.office, func.array_agg(notices.c.programme.distinct()))
            .where(notices.c.mailing.is_(None))
            .group_by(notices.c.office)
            .order_by(notices.c.office)
        )
        return {office: set(codes) for office, codes in self.session.execute(query)}

    def make(
        self,
        *,
        mailing: str,
        programme: str,
        office: str,
        day: date,
        made_at: datetime,
        urgent: bool,
    ) -> bool:
        """
        Begin a mailing; False if it was made before.
        """
        made = self.session.execute(
            insert(mailings)
            .values(
                id=mailing,
                programme=programme,
                office=office,
                day=day,
                made_at=made_at,
                urgent=urgent,
            )
            .on_conflict_do_nothing()
            .returning(mailings.c.id)
        )
        return made.first() is not None

    def fill(self, mailing: str, office: str, mails: Mapping[str, str]) -> None:
        """
        Put all notices of an office that wait into a mailing: recipient to Message-ID.
        """
        waiting = (notices.c.office == office, notices.c.mailing.is_(None))
        self.session.execute(notices.update().where(*waiting).values(mailing=mailing))
        self.address(mailing, mails)

    def address(self, mailing: str, mails: Mapping[str, str]) -> None:
        due = [
            {
                "mailing": mailing,
                "recipient": recipient,
                "message_id": message_id,
                "state": "due",
            }
            for recipient, message_id in mails.items()
        ]
        if due:
            self.session.execute(notice_mails.insert(), due)

    def get(self, mailing: str) -> Row[Any] | None:
        query = select(mailings).where(mailings.c.id == mailing)
        return self.session.execute(query).first()

    def lines(self, mailing: str) -> list[Row[Any]]:
        """
        The notices of a mailing, oldest first.
        """
        query = select(notices).where(notices.c.mailing == mailing)
        order = (notices.c.day, notices.c.case_number, notices.c.event_id)
        return list(self.session.execute(query.order_by(*order)))

    def mails_of(self, mailing_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        """
        The mails of each mailing.
        """
        found: dict[str, list[Row[Any]]] = {each: [] for each in mailing_ids}
        query = select(notice_mails).where(notice_mails.c.mailing.in_(mailing_ids))
        for row in self.session.execute(query.order_by(notice_mails.c.recipient)):
            found[row.mailing].append(row)
        return found

    def page_of(self, offices: Collection[str], request: PageRequest) -> Page[Any]:
        """
        A page of the mailings to these offices.
        """
        query = select(mailings).where(mailings.c.office.in_(offices))
        return read_page(self.session, query, request, [mailings.c.id])
