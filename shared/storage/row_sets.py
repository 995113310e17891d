"""
Many rows in one statement with one parameter: a JSON array that the database reads as a
table.

The statement is the same for any number of rows. A list of values would make its text
and its parameters anew each time, which costs more than what the database does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.sql.selectable import TableValuedAlias


def one_of(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """
    As `column.in_`, in one parameter however many values there are.
    """
    return column == func.any(literal([*values], ARRAY(String)))


def given_rows(
    columns: Iterable[Column[Any]], parameter: str = "rows"
) -> TableValuedAlias:
    """
    The rows of a *parameter* of the statement, made by `as_rows` or `rows_text`, as a
    table with these columns.
    """
    rows = cast(bindparam(parameter, type_=Text), JSON)
    typed_columns = [column(each.name, each.type) for each in columns]
    alias = f"given_{parameter}"
    table = func.json_to_recordset(rows).table_valued(*typed_columns, name=alias)
    return table.render_derived(with_types=True)


def insert_rows(table: Table, names: Collection[str] = ()) -> Insert:
    """
    Insert the given rows into *table*, in their order: these columns of it, or all that
    the database does not fill itself.
    """
    names = names or [each.name for each in table.columns if each.identity is None]
    rows = given_rows(table.c[name] for name in names)
    return insert(table).from_select(
        list(names), select(*rows.c), include_defaults=False
    )


def as_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """
    The parameter of a statement: rows by column, of plain values, bytes, days, and what
    JSON holds.
    """
    return {"rows": rows_text(rows)}


def rows_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """
    Rows as a parameter holds them, for a statement that has several such parameters.
    """
    # The keys of what JSON holds may be terms, which are texts of a class of their own.
    return orjson.dumps(list(rows), _bytes_text, orjson.OPT_NON_STR_KEYS).decode()


def _bytes_text(value: Any) -> str:
    """
    Bytes as PostgreSQL reads them from a text.
    """
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    raise TypeError
