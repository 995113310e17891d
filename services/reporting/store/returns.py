"""
Signed returns and their mails, one row a recipient.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.late import EarlierReturn
from services.reporting.domain.notices import DeliveryState
from services.reporting.domain.returns import ReturnState
from services.reporting.store.base import INSTANT, lock_each, metadata
from shared import clock
from shared.records.pages import read_page
from shared.storage.name_locks import lock_name
from shared.storage.row_sets import as_rows, given_rows
from shared.web.paging import Page, PageRequest

returns = Table(
    "returns",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("known_at", INSTANT, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("signed_by", String, nullable=False),
    Column("reason", Text),
    Column("title", String, nullable=False),
    Column("office_name", String, nullable=False),
    Column("ended_counts", Boolean, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("figures_checksum", String, nullable=False),
    Column("under_way", JSONB, nullable=False),
    Column("differences", JSONB, nullable=False),
    Column("signed_at", INSTANT, nullable=False),
    Column("workbook", LargeBinary),
    Column("page", Text),
    Column("checksum", String),
    Column(
        "created_at",
        INSTANT,
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    UniqueConstraint("programme", "office", "as_of", "revision"),
    Index("ix_returns_office", "office", "id"),
    Index("ix_returns_signed_at", "signed_at"),
    Index("ix_returns_as_of", "as_of", "id"),
    Index("ix_returns_undelivered", "id", postgresql_where="state <> 'delivered'"),
)


def mail_table(name: str, key: str, of: Column[str]) -> Table:
    """
    One row a recipient of what is mailed, be it a return or a mailing of notices.
    """
    return Table(
        name,
        metadata,
        Column(key, ForeignKey(of), primary_key=True),
        Column("recipient", String, primary_key=True),
        Column("state", String, nullable=False),
        Column("message_id", String, nullable=False, unique=True),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("doubts", Integer, nullable=False, server_default="0"),
        Column("reply", Text),
        *(
            Column(
                moment,
                INSTANT,
                nullable=False,
                server_default=func.clock_timestamp(),
            )
            for moment in ("created_at", "changed_at")
        ),
        Index(f"ix_{name}_unsent", "created_at", postgresql_where="state <> 'sent'"),
    )


deliveries = mail_table("deliveries", "return_id", returns.c.id)

_LOCK_CLOSINGS = lock_each("reporting.closings")
_LOCK_CLOSINGS_SHARED = lock_each("reporting.closings", shared=True)
_VIEW = [c for c in returns.c if c.name not in {"figures", "workbook", "page"}]


class SignedDay(NamedTuple):
    """
    An office signed a return for a day, first as known at *known_at*.
    """

    programme: str
    office: str
    as_of: date
    known_at: datetime


class LastSigned(NamedTuple):
    """
    For which day, from *first* to *last*, an office last signed a return, of those that
    were known *before* a moment; None: of all.
    """

    programme: str
    office: str
    first: date
    last: date
    before: datetime | None


_ASKED = given_rows(
    (
        *(Column(name, String) for name in ("programme", "office")),
        *(Column(name, Date) for name in ("first", "last")),
        Column("before", INSTANT),
    )
)
_NEWEST = (
    select(returns.c.as_of, returns.c.known_at)
    .where(
        returns.c.programme == _ASKED.c.programme,
        returns.c.office == _ASKED.c.office,
        returns.c.as_of.between(_ASKED.c.first, _ASKED.c.last),
        _ASKED.c.before.is_(None) | (returns.c.known_at < _ASKED.c.before),
    )
    .order_by(returns.c.as_of.desc())
    .limit(1)
    .lateral()
)
_LAST_SIGNED = select(
    _ASKED.c.programme, _ASKED.c.office, _NEWEST.c.as_of, _NEWEST.c.known_at
).select_from(_ASKED.join(_NEWEST, true()))


class Returns:
    """
    The signed returns, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def newest(self, programme: str, office: str, as_of: date) -> Row[Any] | None:
        """
        The newest revision; whoever wants to sign the next one too waits for this
        transaction.
        """
        # A lock on a name, not on a row: of the first revision there is none yet.
        lock_name(self.session, f"reporting.returns/{programme}/{office}/{as_of}")
        query: Select[Any] = (
            select(returns.c.revision, returns.c.figures_checksum)
            .where(returns.c.programme == programme)
            .where(returns.c.office == office, returns.c.as_of == as_of)
            .order_by(returns.c.revision.desc())
        )
        return self.session.execute(query.limit(1)).first()

    def before(self, request: FiguresRequest) -> EarlierReturn | None:
        """
        The newest return that the office had signed by the moment in question, for the
        last day before the day in question.
        """
        query = (
            select(returns.c.id, returns.c.as_of, returns.c.known_at)
            .where(
                returns.c.programme == request.programme,
                returns.c.office == request.office,
                returns.c.as_of < request.as_of,
                returns.c.signed_at <= request.known_at,
            )
            .order_by(returns.c.as_of.desc(), returns.c.revision.desc())
        )
        row = self.session.execute(query.limit(1)).first()
        return EarlierReturn(*row) if row else None

    def signed_by(
        self, programme: str, offices: Collection[str], as_of: date
    ) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """
        Office to the id and figures of the newest return it signed for a day.
        """
        query = (
            select(returns.c.office, returns.c.id, returns.c.figures)
            .distinct(returns.c.office)
            .where(returns.c.programme == programme, returns.c.as_of == as_of)
            .where(returns.c.office.in_(offices))
            .order_by(returns.c.office, returns.c.revision.desc())
        )
        rows = self.session.execute(query)
        return {office: (number, figures) for office, number, figures in rows}

    def figures_of(self, numbers: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """
        Id to the signed figures.
        """
        query = select(returns.c.id, returns.c.figures).where(returns.c.id.in_(numbers))
        return {row.id: row.figures for row in self.session.execute(query)}

    def latest_revisions(self, limit: int) -> list[Row[Any]]:
        """
        The newest revision of each return, of the *limit* latest days and offices.
        """
        of = returns.alias()
        newer = returns.alias()
        superseded = exists().where(
            newer.c.programme == of.c.programme,
            newer.c.office == of.c.office,
            newer.c.as_of == of.c.as_of,
            newer.c.revision > of.c.revision,
        )
        names = ("id", "programme", "office", "as_of", "ended_counts")
        query = (
            select(*(of.c[name] for name in names))
            .where(~superseded)
            .order_by(of.c.as_of.desc(), of.c.id.desc())
            .limit(limit)
        )
        return list(self.session.execute(query))

    def add(self, signed: Mapping[str, Any], mails: Mapping[str, str]) -> None:
        """
        Keep a return and what is to be mailed: recipient to Message-ID.

        It stands in the order of commits like a fact (decision 0020): later than any
        moment a reader has been answered for.
        """
        signed_at = func.reporting.stamp(clock.now())
        values = {**signed, "state": ReturnState.WAITING, "signed_at": signed_at}
        self.session.execute(returns.insert().values(values))
        due = [
            {
                "return_id": signed["id"],
                "recipient": recipient,
                "message_id": message_id,
                "state": DeliveryState.DUE,
            }
            for recipient, message_id in mails.items()
        ]
        if due:
            self.session.execute(deliveries.insert(), due)

    def lock_closings(self, *programmes: str, shared: bool = False) -> None:
        """
        Until the end of the transaction no closing of the programmes is posted; if
        *shared*, no return is signed. A closing is in a return, or comes after it.
        """
        lock = _LOCK_CLOSINGS_SHARED if shared else _LOCK_CLOSINGS
        self.session.execute(lock, {"keys": sorted(programmes)})

    def signed_days(self) -> list[SignedDay]:
        """
        The days for which returns have been signed, of all programmes.
        """
        key = (returns.c.programme, returns.c.office, returns.c.as_of)
        query = select(*key, func.min(returns.c.known_at)).group_by(*key)
        return [SignedDay(*row) for row in self.session.execute(query)]

    def last_signed(self, questions: Iterable[LastSigned]) -> list[SignedDay]:
        """
        The answers to *questions*, each by the index of returns; none where an office
        has signed nothing.
        """
        rows = as_rows(each._asdict() for each in questions)
        return [SignedDay(*row) for row in self.session.execute(_LAST_SIGNED, rows)]

    def get(self, number: str, *, lock: bool = False) -> Row[Any] | None:
        query = select(returns).where(returns.c.id == number)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def page_of(self, offices: Collection[str], request: PageRequest) -> Page[Any]:
        """
        A page of the returns that these offices signed, without their documents.
        """
        query = select(*_VIEW).where(returns.c.office.in_(offices))
        return read_page(self.session, query, request, [returns.c.id])

    def freeze(self, number: str, workbook: bytes, page: str, checksum: str) -> None:
        """
        Keep the rendered documents; what is frozen is never rendered again.
        """
        self.session.execute(
            returns.update()
            # Two replicas may render at once; the first one counts, and the checksum
            # fits it.
            .where(returns.c.id == number, returns.c.workbook.is_(None))
            .values(
                workbook=workbook,
                page=page,
                checksum=checksum,
                state=ReturnState.FROZEN,
            )
        )

    def become(self, number: str, state: ReturnState) -> bool:
        """
        Put a return into *state*; False if it was there already.
        """
        changed = self.session.execute(
            returns.update()
            .where(returns.c.id == number, returns.c.state != state)
            .values(state=state)
        )
        return changed.rowcount > 0


class Deliveries:
    """
    The mails of one return, within one transaction.
    """

    table: ClassVar[Table] = deliveries
    of: ClassVar[Column[str]] = deliveries.c.return_id

    def __init__(self, session: Connection, number: str) -> None:
        self.session = session
        self.mine = self.of == number

    def all(self) -> list[Row[Any]]:
        query = select(self.table).where(self.mine).order_by(self.table.c.recipient)
        return list(self.session.execute(query))

    def move(
        self,
        recipient: str,
        to: str,
        *,
        allowed: Collection[str],
        reply: str | None = None,
        tried: int = 0,
        doubted: int = 0,
    ) -> bool:
        """
        Move one mail to a state, if it is in one of those *allowed* before it.
        """
        mails = self.table
        changed = self.session.execute(
            mails.update()
            .where(self.mine, mails.c.recipient == recipient)
            # Compared in the statement: of two processes only one finds the old state.
            .where(mails.c.state.in_(allowed))
            .values(
                state=to,
                reply=func.coalesce(reply, mails.c.reply),
                attempts=mails.c.attempts + tried,
                doubts=mails.c.doubts + doubted,
                changed_at=func.clock_timestamp(),
            )
        )
        return changed.rowcount > 0
