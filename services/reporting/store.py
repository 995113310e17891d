"""
What reporting remembers: facts, their entries, daily totals, returns and mails.

Facts and entries are added, never changed; totals are the entries summed by day,
kept in the same transaction. Nobody else asks the database for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Row,
    Select,
    String,
    Table,
    cast,
    func,
    select,
    tuple_,
    values,
)
from sqlalchemy.dialects.postgresql import insert

from services.reporting.domain.figures import Asked, Line, Persons, Sums
from services.reporting.domain.postings import Entry
from services.reporting.tables import (
    OUTBOX,
    TABLES,
    deliveries,
    entries,
    facts,
    mailings,
    metadata,
    notice_mails,
    returns,
    totals,
)
from shared.events import Envelope

__all__ = ["OUTBOX", "TABLES", "Deliveries", "Ledger", "Returns", "metadata"]

_KEY = ("programme", "measure", "office", "day")
_ADDED = insert(totals).inline()
_ADD = _ADDED.on_conflict_do_update(
    index_elements=_KEY, set_={"amount": totals.c.amount + _ADDED.excluded.amount}
)
_KEEP = facts.insert().inline()
_POST = entries.insert().inline()


class Ledger:
    """
    The measure ledger, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def take(self, event: Envelope, posted: Sequence[Entry]) -> None:
        """
        Keep *event* and post its entries, to the daily totals too.
        """
        self.session.execute(
            _KEEP,
            {
                "id": event.id,
                "type": event.type,
                "body": event.to_mapping(),
                "recorded_at": event.recorded_at,
            },
        )
        if posted:
            self.session.execute(_POST, rows_of(posted))
            self._add_up(posted)

    def _add_up(self, posted: Iterable[Entry]) -> None:
        sums: Counter[tuple[Any, ...]] = Counter()
        for entry in posted:
            key = (entry.programme, entry.measure, entry.office, entry.day)
            sums[key] += entry.amount
        # In the order of the key: two transactions never wait for each other.
        rows = [
            dict(zip((*_KEY, "amount"), (*key, sums[key]), strict=True))
            for key in sorted(sums)
        ]
        self.session.execute(_ADD, rows if len(rows) > 1 else rows[0])

    def sums(self, asked: Asked, offices: Collection[str], *, as_known: bool) -> Sums:
        """
        The sum of every measure of every office up to the day, in one question.

        *as_known*: only what was known at `asked.known_at`.
        """
        of = entries if as_known else totals
        query = (
            select(of.c.office, of.c.measure, cast(func.sum(of.c.amount), BigInteger))
            .where(of.c.programme == asked.programme)
            .where(of.c.office.in_(offices), of.c.day <= asked.as_of)
            .group_by(of.c.office, of.c.measure)
        )
        if as_known:
            query = query.where(entries.c.known_at <= asked.known_at)
        return {(office, name): n for office, name, n in self.session.execute(query)}

    def persons(
        self,
        asked: Asked,
        lines: Iterable[Line],
        measures: Collection[str],
        *,
        as_known: bool,
    ) -> Persons:
        """
        Distinct persons of each line, and of all lines together under None.
        """
        tree = values(
            Column("office", String), Column("line", String), name="tree"
        ).data([(member, line.office) for line in lines for member in line.members])
        per = (entries.c.measure, tree.c.line, entries.c.person)
        counted = (
            select(entries.c.measure, tree.c.line)
            .join(tree, tree.c.office == entries.c.office)
            .where(entries.c.programme == asked.programme)
            .where(entries.c.measure.in_(measures), entries.c.day <= asked.as_of)
            .group_by(
                func.grouping_sets(tuple_(*per), tuple_(per[0], per[2])),
            )
            .having(func.sum(entries.c.amount) > 0)
        )
        if as_known:
            counted = counted.where(entries.c.known_at <= asked.known_at)
        each = counted.subquery()
        query = select(each.c.line, each.c.measure, func.count()).group_by(
            each.c.line, each.c.measure
        )
        return {(line, name): n for line, name, n in self.session.execute(query)}

    def behind(
        self,
        asked: Asked,
        offices: Collection[str],
        measure: str,
        *,
        as_known: bool,
    ) -> Select[Any]:
        """
        The entries behind a figure, by office, day and case.
        """
        query = (
            select(entries)
            .where(entries.c.programme == asked.programme)
            .where(entries.c.measure == measure, entries.c.day <= asked.as_of)
            .where(entries.c.office.in_(offices))
        )
        if as_known:
            query = query.where(entries.c.known_at <= asked.known_at)
        return query

    def page(
        self,
        query: Select[Any],
        after: tuple[str, date, str, int] | None,
        limit: int,
    ) -> list[Row[Any]]:
        """
        The next *limit* entries of *query* after the place of another one.
        """
        place = (
            entries.c.office,
            entries.c.day,
            entries.c.case_number,
            entries.c.position,
        )
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*after))
        return list(self.session.execute(query.order_by(*place).limit(limit)))

    def cases(
        self, query: Select[Any], after: str | None, limit: int
    ) -> list[Row[Any]]:
        """
        The cases whose entries in *query* do not cancel out, with what is left.
        """
        left = cast(func.sum(entries.c.amount), BigInteger)
        place = entries.c.case_number
        query = query.with_only_columns(place, entries.c.office, left.label("amount"))
        if after is not None:
            query = query.where(place > after)
        grouped = query.group_by(place, entries.c.office).having(left != 0)
        return list(self.session.execute(grouped.order_by(place).limit(limit)))


def rows_of(posted: Iterable[Entry]) -> list[dict[str, Any]]:
    return [vars(entry) for entry in posted]


_VIEW = [c for c in returns.c if c.name not in {"figures", "workbook", "page"}]


class Returns:
    """
    The signed returns, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def next_revision(self, programme: str, office: str, as_of: date) -> int:
        """
        The revision to sign now; whoever asks next waits for this transaction.
        """
        subject = f"{programme}|{office}|{as_of}"
        lock = func.pg_advisory_xact_lock(
            func.hashtext("reporting.returns"), func.hashtext(subject)
        )
        self.session.execute(select(lock))
        latest = self.session.scalar(
            select(func.max(returns.c.revision)).where(
                returns.c.programme == programme,
                returns.c.office == office,
                returns.c.as_of == as_of,
            )
        )
        return (latest or 0) + 1

    def add(self, signed: Mapping[str, Any], mails: Mapping[str, str]) -> None:
        """
        Keep a return and what is to be mailed: recipient to Message-ID.
        """
        self.session.execute(returns.insert().values(**signed, state="waiting"))
        due = [
            {
                "return_id": signed["id"],
                "recipient": recipient,
                "message_id": message_id,
                "state": "due",
            }
            for recipient, message_id in mails.items()
        ]
        if due:
            self.session.execute(deliveries.insert(), due)

    def get(self, number: str, *, lock: bool = False) -> Row[Any] | None:
        query = select(returns).where(returns.c.id == number)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Row[Any]]:
        query = select(*_VIEW).where(returns.c.office.in_(offices))
        if after is not None:
            query = query.where(returns.c.id > after)
        return list(self.session.execute(query.order_by(returns.c.id).limit(limit)))

    def freeze(self, number: str, workbook: bytes, page: str, checksum: str) -> None:
        """
        Keep the rendered documents; what is frozen is never rendered again.
        """
        self.session.execute(
            returns.update()
            .where(returns.c.id == number, returns.c.workbook.is_(None))
            .values(workbook=workbook, page=page, checksum=checksum, state="frozen")
        )

    def become(self, number: str, state: str) -> bool:
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


class Backlog:
    """
    What has not reached its readers, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def oldest_unsent_seconds(self) -> float:
        """
        Age of the oldest mail that is neither sent nor refused; 0 if there is none.
        """
        ages = []
        for mails in (deliveries, notice_mails):
            age = func.extract(
                "epoch", func.clock_timestamp() - func.min(mails.c.created_at)
            )
            waiting = mails.c.state.not_in(["sent", "refused"])
            ages.append(float(self.session.scalar(select(age).where(waiting)) or 0))
        return max(ages)

    def unaddressed(self) -> int:
        """
        Mailings of notices that reached nobody, for want of an address.
        """
        addressed = select(notice_mails.c.mailing)
        query = select(func.count()).where(mailings.c.id.not_in(addressed))
        return int(self.session.scalar(query) or 0)

    def undelivered(self) -> int:
        query = select(func.count()).where(returns.c.state != "delivered")
        return int(self.session.scalar(query) or 0)
