"""
The rows of a table that mirrors a dataclass: read, written, and read in pages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Connection, Select, Table, select
from sqlalchemy.dialects.postgresql import insert

from shared.records.merged import read_merged
from shared.records.pages import read_page
from shared.records.tables import columns_of, row_of
from shared.web.paging import Page, PageRequest

T = TypeVar("T")


class Records(Generic[T]):
    """
    The rows of a *table* that mirrors the dataclass *record*, within one transaction.

    A subclass names the two, and adds the questions of its subject.
    """

    table: Table
    record: type[T]

    def __init__(self, session: Connection) -> None:
        self.session = session

    def query(self) -> Select[Any]:
        """
        Select what a record has; to be narrowed down.
        """
        return select(*columns_of(self.table, self.record))

    def one(self, query: Select[Any], *, lock: bool = False) -> T | None:
        """
        The first record of *query*; with *lock*, for this transaction alone.
        """
        row = self.session.execute(
            query.with_for_update(of=self.table) if lock else query
        ).first()
        return self.of_row(row) if row else None

    def all(self, query: Select[Any]) -> list[T]:
        """
        The records of *query*.
        """
        return [self.of_row(row) for row in self.session.execute(query)]

    def get(self, *key: Any, lock: bool = False) -> T | None:
        """
        The record with this primary *key*.
        """
        return self.one(self.query().where(*self._is(key)), lock=lock)

    def with_keys(self, keys: Collection[Any]) -> list[T]:
        """
        The records with these keys, in a table whose key is one column.
        """
        (key,) = self.table.primary_key
        return self.all(self.query().where(key.in_(keys)))

    def insert(self, *records: T) -> None:
        if records:
            rows = [self.values(record) for record in records]
            self.session.execute(self.table.insert().inline(), rows)

    def insert_new(self, record: T) -> bool:
        """
        Insert *record* unless a unique index forbids it; whether it was inserted.
        """
        added = self.session.execute(
            insert(self.table)
            .values(self.values(record))
            .on_conflict_do_nothing()
            .returning(*self.table.primary_key)
        )
        return added.first() is not None

    def update(self, record: T) -> None:
        """
        Write every field of a changed *record*, by its primary key.
        """
        key = [getattr(record, column.key) for column in self.table.primary_key]
        self.session.execute(
            self.table.update().where(*self._is(key)).values(self.values(record))
        )

    def page(
        self, query: Select[Any], request: PageRequest, *by: Column[Any]
    ) -> Page[T]:
        """
        A page of the records of *query*, by the primary key unless *by* says otherwise.
        """
        order = by or tuple(self.table.primary_key)
        page = read_page(self.session, query, request, order)
        return page.map(self.of_row)

    def page_of_offices(
        self,
        offices: Collection[str],
        query: Select[Any],
        request: PageRequest,
        *by: Column[Any],
        newest: bool = False,
    ) -> Page[T]:
        """
        As `page`, of those records whose *office* is among *offices*; with *newest* in
        the reverse order.
        """
        page = read_merged(
            self.session,
            query,
            request,
            by or tuple(self.table.primary_key),
            office=self.table.c.office,
            offices=offices,
            newest=newest,
        )
        return page.map(self.of_row)

    def values(self, record: T) -> dict[str, Any]:
        """
        What is stored of a record, by the names of the columns.
        """
        return row_of(record)

    def of_row(self, row: Any) -> T:
        """
        The record of a row that `query` selected.
        """
        return self.record(**row._asdict())

    def _is(self, key: Iterable[Any]) -> list[Any]:
        pairs = zip(self.table.primary_key, key, strict=True)
        return [column == value for column, value in pairs]
