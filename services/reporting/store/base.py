"""
What all tables of reporting share: the schema, the outbox, what every service has, and
how many rows are inserted, or many locks taken, by one statement.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    DateTime,
    FromClause,
    Select,
    String,
    Table,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.service_tables import service_tables

metadata, OUTBOX, TABLES = service_tables("reporting")
INSTANT = DateTime(timezone=True)


def rows_in_json(parameter: str, table: Table, *names: str) -> FromClause:
    """
    Rows of columns *names* of a table, given as JSON in one parameter of a statement.
    """
    given = cast(bindparam(parameter, type_=String), JSON)
    columns = [column(name, table.c[name].type) for name in names]
    rows = func.json_to_recordset(given).table_valued(*columns)
    return rows.render_derived(parameter, with_types=True)


def lock_each(name: str, *, shared: bool = False) -> Select[tuple[None]]:
    """
    A statement that takes the advisory lock of each of the parameter `keys`, in their
    order, until the end of the transaction.
    """
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    keys = func.unnest(bindparam("keys", type_=ARRAY(String))).column_valued("key")
    return select(lock(func.hashtext(name), func.hashtext(keys)))
