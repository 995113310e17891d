"""
The table of a dataclass, its columns, and the values that they hold.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from cattrs.preconf.json import make_converter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from shared.vocabulary import Term

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


class HashColumn(TypeDecorator[str]):
    """
    A column of keyed hashes, each 32 hexadecimal digits: stored in half as many bytes.
    """

    impl = UUID(as_uuid=False)
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Any) -> str | None:
        return None if value is None else str(value).replace("-", "")


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
    given_columns = {item.name: item for item in items if isinstance(item, Column)}
    columns = [
        given_columns.pop(field)
        if field in given_columns
        else _column(field, kind, keys)
        for field, kind in kinds_of(record).items()
        if field not in sealed and field not in without
    ]
    if sealed:
        columns.append(Column("encrypted", String, nullable=False))
    constraints = [item for item in items if not isinstance(item, Column)]
    return Table(name, metadata, *columns, *given_columns.values(), *constraints)


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


@cache
def kinds_of(record: Any) -> dict[str, Any]:
    """
    The type of each field of a dataclass.
    """
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def _column(name: str, kind: Any, keys: Collection[str]) -> Column[Any]:
    kind, optional = without_none(kind)
    return Column(name, _column_type(kind), primary_key=name in keys, nullable=optional)


def _column_type(kind: Any) -> TypeEngine[Any]:
    if isinstance(kind, type) and issubclass(kind, Term):
        return TermColumn(kind)
    if kind is datetime:
        return DateTime(timezone=True)
    plain = _PLAIN.get(kind)
    return plain() if plain else JsonColumn(kind)


def without_none(kind: Any) -> tuple[Any, bool]:
    """
    The type of a field without its None, and whether it had one.
    """
    if get_origin(kind) not in {Union, types.UnionType}:
        return kind, False
    kinds = [
        alternative for alternative in get_args(kind) if alternative is not type(None)
    ]
    return Union[tuple(kinds)], len(kinds) < len(get_args(kind))  # noqa: UP007
