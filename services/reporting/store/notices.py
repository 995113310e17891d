"""
Supervision notices that wait for a mail, the mailings made of them, and their mails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    CTE,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Row,
    Table,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import UUID, insert

from services.reporting.domain.notices import (
    DeliveryState,
    Mailing,
    Notice,
    NoticePaper,
    daily_mailing,
)
from services.reporting.store.base import INSTANT, metadata
from services.reporting.store.returns import Deliveries, mail_table
from shared.policy.calendar import ONE_DAY
from shared.records.rows import Records
from shared.records.tables import columns_of, row_of, table_of
from shared.settings import settings
from shared.storage.row_sets import as_rows, given_rows, insert_rows, one_of
from shared.vocabulary import PaperForm
from shared.web.paging import Page, PageRequest

notices = table_of(
    Notice,
    "notices",
    metadata,
    Column("event_id", UUID(as_uuid=False), primary_key=True),
    Column("stored_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
    Index(
        "ix_notices_waiting",
        "office",
        "day",
        postgresql_where="mailing IS NULL AND NOT urgent",
    ),
    Index(
        "ix_notices_stored_at",
        "stored_at",
        postgresql_where="mailing IS NULL AND NOT urgent",
    ),
    Index(
        "ix_notices_urgent",
        "event_id",
        postgresql_where="mailing IS NULL AND urgent",
    ),
    Index("ix_notices_mailing", "mailing"),
    key="event_id",
)

notice_papers = table_of(NoticePaper, "notice_papers", metadata, key="notice")

mailings = table_of(
    Mailing,
    "mailings",
    metadata,
    Column("unaddressed", Boolean, nullable=False, server_default=false()),
    Index("ix_mailings_office", "office", "id"),
    Index("ix_mailings_unaddressed", "id", postgresql_where="unaddressed"),
)

_INSERT = insert_rows(
    mailings, [column.name for column in columns_of(mailings, Mailing)]
)

notice_mails = mail_table("notice_mails", "mailing", mailings.c.id)


class NoticeMails(Deliveries):
    """
    The mails of one mailing, within one transaction.
    """

    table: ClassVar[Table] = notice_mails
    of: ClassVar[Column[str]] = notice_mails.c.mailing


_FREEZE = (
    notice_papers.update()
    .where(
        notice_papers.c.notice == bindparam("of_notice"),
        notice_papers.c.content.is_(None),
    )
    .values(content=bindparam("printed"), form=bindparam("printed_as"))
)
_PUT_INTO = (
    notices.update()
    .where(notices.c.event_id == bindparam("of_event"))
    .values(mailing=bindparam("into"))
)


class NoticePapers(Records[NoticePaper]):
    """
    The papers that go with mails, within one transaction.
    """

    table = notice_papers
    record = NoticePaper

    def of_notices(self, names: Collection[str]) -> dict[str, NoticePaper]:
        """
        The papers of these supervision notices, by their ids.
        """
        query = self.query().where(notice_papers.c.notice.in_(names))
        return {paper.notice: paper for paper in self.all(query)}

    def insert_missing(self, papers: Iterable[NoticePaper]) -> None:
        """
        Store these papers, each once.
        """
        rows = [self.values(paper) for paper in papers]
        if rows:
            new = insert(notice_papers).on_conflict_do_nothing()
            self.session.execute(new, rows)

    def freeze(self, printed: Mapping[str, tuple[bytes, PaperForm]]) -> None:
        """
        Store what these papers look like, and in which form; the first content of a
        paper stays.
        """
        rows = [
            {"of_notice": notice, "printed": content, "printed_as": form}
            for notice, (content, form) in sorted(printed.items())
        ]
        if rows:
            self.session.execute(_FREEZE, rows)


def _has_its_paper() -> ColumnElement[bool]:
    """
    It waits for its paper, at most as long as the settings say.
    """
    usual, urgent = (
        timedelta(seconds=settings.integer(name))
        for name in ("NOTICE_PAPER_SECONDS", "URGENT_NOTICE_PAPER_SECONDS")
    )
    waits = case((notices.c.urgent, urgent), else_=usual)
    paper = select(notice_papers.c.notice).where(
        notice_papers.c.notice == notices.c.paper
    )
    return or_(
        notices.c.paper.is_(None),
        # Not EXISTS: for that the planner may read the papers of all times.
        paper.scalar_subquery().is_not(None),
        notices.c.stored_at <= func.clock_timestamp() - waits,
    )


_OF_THE_DAY = notices.c.mailing.is_(None), ~notices.c.urgent


def _offices_waiting() -> CTE:
    """
    The offices with notices for a mail of the day, each found after the one before, and
    last a NULL: what waits is not read, only that something does.
    """
    next_office = select(func.min(notices.c.office).label("office"))
    offices = next_office.where(*_OF_THE_DAY).cte("offices", recursive=True)
    following = next_office.where(
        notices.c.office > offices.c.office, *_OF_THE_DAY
    ).scalar_subquery()
    return offices.union_all(select(following).where(offices.c.office.is_not(None)))


class Notices(Records[Notice]):
    """
    Notices, within one transaction.
    """

    table = notices
    record = Notice

    def are_quiet(self, quiet: timedelta) -> bool:
        """
        Whether no notice came to wait for so long, or one has waited for a whole day.
        """
        waiting = and_(*_OF_THE_DAY)
        newest = select(func.max(notices.c.stored_at)).where(waiting)
        oldest = select(func.min(notices.c.stored_at)).where(waiting)
        now = func.clock_timestamp()
        return bool(
            self.session.scalar(
                select(
                    or_(
                        newest.scalar_subquery() <= now - quiet,
                        oldest.scalar_subquery() <= now - ONE_DAY,
                    )
                )
            )
        )

    def waiting(self, day: date, closed: Collection[str], most: int) -> dict[str, str]:
        """
        The first *most* offices that have notices for the mail of a *day* and none yet
        of that day, and a programme that these are of. Urgent ones are not among them.

        A notice of a *closed* programme, or one whose paper is not printed yet, holds
        the others of its office back; the latter at most as long as the settings say,
        for it may never be printed.
        """
        holding_time = timedelta(seconds=settings.integer("NOTICES_HELD_SECONDS"))
        offices, ready = _offices_waiting(), _has_its_paper()
        mailed = mailings.c.id == offices.c.office + literal(daily_mailing("", day))
        # The programme that allows the fewest hours decides for the mail of all.
        is_closed = (
            notices.c.office == offices.c.office,
            *_OF_THE_DAY,
            one_of(notices.c.programme, closed),
            ready,
        )
        # Of the others no more than one notice is read.
        free = select(offices.c.office).where(
            offices.c.office.is_not(None),
            ~exists().where(mailed),
            *((~exists().where(*is_closed),) if closed else ()),
        )
        free_offices = free.cte("free").prefix_with("MATERIALIZED")
        held = ~ready & (notices.c.stored_at > func.clock_timestamp() - holding_time)
        waiting = (
            select(
                func.min(notices.c.programme).filter(ready).label("programme"),
                func.bool_or(held).label("is_held"),
            )
            .where(notices.c.office == free_offices.c.office, *_OF_THE_DAY)
            .lateral()
        )
        query = (
            select(free_offices.c.office, waiting.c.programme)
            .select_from(free_offices.join(waiting, true()))
            .where(waiting.c.programme.is_not(None), ~waiting.c.is_held)
            # In the order of the offices, as they are looked up.
            .limit(most)
        )
        return {row.office: row.programme for row in self.session.execute(query)}

    def put_into(self, new_mailings: Iterable[Mailing]) -> None:
        """
        Put all notices of the offices of these mailings that wait and have their papers
        into them.
        """
        rows = [{"office": each.office, "mailing": each.id} for each in new_mailings]
        if rows:
            into = given_rows((notices.c.office, notices.c.mailing))
            waiting = notices.c.office == into.c.office, *_OF_THE_DAY, _has_its_paper()
            statement = notices.update().where(*waiting).values(mailing=into.c.mailing)
            self.session.execute(statement, as_rows(rows))

    def put_each_into(self, mailings: Mapping[str, str]) -> None:
        """
        Put each notice, by the id of its event, into the mailing of that id.
        """
        rows = [
            {"of_event": name, "into": mailing}
            for name, mailing in sorted(mailings.items())
        ]
        if rows:
            self.session.execute(_PUT_INTO, rows)

    def urgent(self, most: int) -> list[Notice]:
        """
        Urgent notices not mailed yet that have their papers, locked; those that
        another replica has locked are passed over.
        """
        query = self.query().where(
            notices.c.mailing.is_(None), notices.c.urgent, _has_its_paper()
        )
        query = query.order_by(notices.c.event_id).limit(most)
        return self.all(query.with_for_update(of=notices, skip_locked=True))

    def in_mailing(self, mailing_id: str) -> list[Notice]:
        """
        The notices of a mailing, oldest first.
        """
        query = self.query().where(notices.c.mailing == mailing_id)
        order = (notices.c.day, notices.c.case_number, notices.c.event_id)
        return self.all(query.order_by(*order))


class Mailings(Records[Mailing]):
    """
    Mailings of notices and their mails, within one transaction.
    """

    table = mailings
    record = Mailing

    def insert_missing(self, made: Iterable[Mailing]) -> list[Mailing]:
        """
        Insert these mailings, but for those that are there; returns what was inserted.
        """
        new = {each.id: each for each in made}
        if not new:
            return []
        insert_new = _INSERT.on_conflict_do_nothing().returning(mailings.c.id)
        rows = as_rows(map(row_of, new.values()))
        return [new[each] for each in sorted(self.session.scalars(insert_new, rows))]

    def address(self, mails: Mapping[str, Mapping[str, str]]) -> None:
        """
        The mails of each mailing that are due: recipient to Message-ID; without any,
        that it has nobody to go to.
        """
        due = [
            {
                "mailing": mailing,
                "recipient": recipient,
                "message_id": message_id,
                "state": DeliveryState.DUE,
            }
            for mailing, recipients in mails.items()
            for recipient, message_id in recipients.items()
        ]
        if due:
            self.session.execute(notice_mails.insert(), due)
        nobody = [mailing for mailing, recipients in mails.items() if not recipients]
        if nobody:
            statement = mailings.update().where(mailings.c.id.in_(nobody))
            self.session.execute(statement.values(unaddressed=True))

    def mails_of(self, mailing_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        """
        The mails of each mailing.
        """
        query = select(notice_mails).where(notice_mails.c.mailing.in_(mailing_ids))
        mails: dict[str, list[Row[Any]]] = {number: [] for number in mailing_ids}
        for row in self.session.execute(query.order_by(notice_mails.c.recipient)):
            mails[row.mailing].append(row)
        return mails

    def page_of(self, offices: Collection[str], request: PageRequest) -> Page[Mailing]:
        """
        A page of the mailings to these offices.
        """
        return self.page(self.query().where(mailings.c.office.in_(offices)), request)
