"""
Records written once: tables, rows, pages and views that follow from a dataclass.

`table_of` gives the table of a dataclass, `Records` reads and writes its rows, and
`view_of` gives the schema that shows it to a client. The names, the types and what may
be empty stand in the dataclass alone.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from cattrs.preconf.json import make_converter
from marshmallow import fields
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    TypeDecorator,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeEngine

from shared.vocabulary import Term
from shared.web import fields as schema
from shared.web.paging import Page, PageRequest

T = TypeVar("T")

# Values from and to JSON: nested dataclasses, terms, days, decimals, tuples.
CONVERTER = make_converter()
CONVERTER.register_structure_hook(Decimal, lambda value, _: Decimal(value))
CONVERTER.register_unstructure_hook(Decimal, str)

_PLAIN: Mapping[Any, type[TypeEngine[Any]]] = {
    str: String,
    int: BigInteger,
    bool: Boolean,
    date: Date,
    datetime: DateTime,
    Decimal: Numeric,
    bytes: LargeBinary,
}


class TermColumn(TypeDecorator[Term]):
    """
    A column of terms of one vocabulary, stored by their identifiers.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: type[Term]) -> None:
        self.kind = kind
        super().__init__()

    def process_bind_param(self, value: Any, _dialect: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, _dialect: Any) -> Term | None:
        return None if value is None else self.kind(value)


class JsonColumn(TypeDecorator[Any]):
    """
    A column of JSON, read as the *kind* of a field: a tuple, a dataclass, a mapping.
    """

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        super().__init__()

    def process_bind_param(self, value: Any, _dialect: Any) -> Any:
        if value is None:
            return None
        return CONVERTER.unstructure(value, unstructure_as=self.kind)

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        return None if value is None else CONVERTER.structure(value, self.kind)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return JSONB().coerce_compared_value(op, value)


def table_of(
    record: type,
    name: str,
    metadata: MetaData,
    *items: SchemaItem,
    key: str | Collection[str] = "id",
    sealed: Collection[str] = (),
    without: Collection[str] = (),
) -> Table:
    """
    The table of the dataclass *record*, with its primary *key*.

    A column among *items* stands for the field of its name (a foreign key, an array),
    or is one that no field has; indexes and constraints go in as they are. The fields
    named in *sealed* have no columns: they stand in one, `encrypted`. Those that the
    table is *without* are stored elsewhere.
    """
    keys = {key} if isinstance(key, str) else set(key)
    given = {item.name: item for item in items if isinstance(item, Column)}
    columns = [
        given.pop(field) if field in given else _column(field, kind, keys)
        for field, kind in kinds_of(record).items()
        if field not in sealed and field not in without
    ]
    if sealed:
        columns.append(Column("encrypted", String, nullable=False))
    others = [item for item in items if not isinstance(item, Column)]
    return Table(name, metadata, *columns, *given.values(), *others)


def columns_of(table: Table, record: type) -> list[Column[Any]]:
    """
    The columns of *table* that mirror a field of *record*, in the order of its fields.
    """
    return [table.c[name] for name in kinds_of(record) if name in table.c]


def row_of(record: Any) -> dict[str, Any]:
    """
    The values of a dataclass by the names of their columns.
    """
    kind: Any = type(record)
    return {name: getattr(record, name) for name in kinds_of(kind)}


def page_of(
    query: Select[Any],
    request: PageRequest,
    by: Sequence[KeyedColumnElement[Any]],
    *,
    newest: bool = False,
) -> Select[Any]:
    """
    The rows of *query* for one page and one more, in the order of the columns *by*, or
    with *newest* in the reverse order.
    """
    place = request.place([column.type.python_type for column in by])
    if place is not None:
        row = tuple_(*by)
        last = tuple_(*place, types=[column.type for column in by])
        query = query.where(row < last if newest else row > last)
    order = [column.desc() for column in by] if newest else by
    return query.order_by(*order).limit(request.limit + 1)


def read_page(
    session: Connection,
    query: Select[Any],
    request: PageRequest,
    by: Sequence[KeyedColumnElement[Any]],
    *,
    newest: bool = False,
) -> Page[Any]:
    """
    One page of *query* in the order of the columns *by*, which it selects, or with
    *newest* in the reverse order.

    One row more than the page holds is read, to see whether there is a next page.
    """
    rows = session.execute(page_of(query, request, by, newest=newest)).all()
    names = [str(column.key) for column in by]
    return Page.cut(
        rows, request.limit, lambda row: [getattr(row, name) for name in names]
    )


def count_up_to(session: Connection, query: Select[Any], most: int) -> int:
    """
    The number of rows of *query*, or *most* if there are more: it reads no further.
    """
    rows = query.limit(most).subquery()
    return int(session.execute(select(func.count()).select_from(rows)).scalar_one())


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


def view_of(
    record: type,
    *,
    name: str = "",
    without: Collection[str] = (),
    **fields_given: fields.Field[Any],
) -> type[schema.Strict]:
    """
    The schema that shows the dataclass *record* to a client: all its fields, by type.

    *without* leaves fields out; a field given by name replaces one, or is one more.
    What a field means may stand in its metadata as "description".
    """
    shown: dict[str, Any] = {
        field.name: _field(kind, field.metadata)
        for field, kind in zip(
            dataclasses.fields(record), kinds_of(record).values(), strict=True
        )
        if field.name not in without
    }
    coded = [name for name in shown if isinstance(shown[name], schema.Coded)]
    if coded:
        shown["labels"] = schema.Labels(coded)
    members = shown | fields_given | {"__doc__": record.__doc__}
    return type(name or f"{record.__name__}View", (schema.Strict,), members)


# How the plain kinds are shown; a whole number and a text without bounds.
_SHOWN: Mapping[Any, Callable[..., Any]] = {
    date: schema.day,
    datetime: schema.instant,
    bool: schema.flag,
    Decimal: partial(fields.Decimal, as_string=True, required=True),
    int: partial(fields.Integer, strict=True, required=True),
    str: partial(fields.String, required=True),
}


def _field(kind: Any, described: Mapping[str, Any]) -> Any:
    kind, optional = _without_none(kind)
    more: dict[str, Any] = {"allow_none": True} if optional else {}
    if "description" in described:
        more["metadata"] = {"description": described["description"]}
    return _maker(kind)(**more)


def _maker(kind: Any) -> Callable[..., Any]:
    origin: Any = get_origin(kind) or kind
    if origin in _SHOWN:
        return _SHOWN[origin]
    if issubclass(origin, Term):
        return partial(schema.one_of, origin)
    if dataclasses.is_dataclass(origin):
        return partial(schema.nested, _nested_view(kind))
    if issubclass(origin, Mapping):
        return partial(fields.Dict, required=True)
    return partial(fields.List, _field(get_args(kind)[0], {}), required=True)


@cache
def _nested_view(record: Any) -> type[schema.Strict]:
    return view_of(record)


@cache
def kinds_of(record: Any) -> dict[str, Any]:
    """
    The type of each field of a dataclass.
    """
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def _column(name: str, kind: Any, keys: Collection[str]) -> Column[Any]:
    kind, optional = _without_none(kind)
    return Column(name, _column_type(kind), primary_key=name in keys, nullable=optional)


def _column_type(kind: Any) -> TypeEngine[Any]:
    if isinstance(kind, type) and issubclass(kind, Term):
        return TermColumn(kind)
    if kind is datetime:
        return DateTime(timezone=True)
    plain = _PLAIN.get(kind)
    return plain() if plain else JsonColumn(kind)


def _without_none(kind: Any) -> tuple[Any, bool]:
    """
    The type of a field without its None, and whether it had one.
    """
    if get_origin(kind) not in {Union, types.UnionType}:
        return kind, False
    kinds = [
        alternative for alternative in get_args(kind) if alternative is not type(None)
    ]
    return Union[tuple(kinds)], len(kinds) < len(get_args(kind))  # noqa: UP007
