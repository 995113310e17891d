"""
A million matters in the database: those of one office, once for each of the others.

The system itself makes the first office's matters, from a ledger and from letters; the
database then copies the rows of every table, with the office's code replaced wherever
it stands. What the services would compute from them is computed by `jianjian rebuild`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row, tuple_row

# What is no matter's: messages, keys, answers, files, and what a rebuild makes.
_NOT_COPIED = frozenset(
    {
        *("alembic_version", "outbox", "inbox", "audit", "idempotency", "key_checks"),
        *("imports", "file_parts", "rejected_rows", "cleared_events"),
    }
)
_HASHES = frozenset({"person", "matter", "enquiry"})  # others in another office
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AT_ONCE = 2  # tables: as many as the machine has cores
_QUICKLY = (
    "SET session_replication_role = replica; SET synchronous_commit = off;"
    " SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
)
_TABLES = """
    SELECT c.oid, n.nspname AS schema, c.relname AS name
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = ANY(%s) AND c.relname <> ALL(%s)
      AND n.nspname || '.' || c.relname <> ALL(%s)
    ORDER BY pg_relation_size(c.oid) DESC
"""
_COLUMNS = """
    SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attidentity = ''
      AND attgenerated = ''
    ORDER BY attnum
"""
_PLAIN_INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index AS i
    WHERE indrelid = %s
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""


@dataclass(frozen=True)
class Seed:
    """
    Whose rows are copied, and for which offices.
    """

    url: str
    schemas: Sequence[str]
    model: str
    offices: Sequence[str]
    without: Sequence[str]  # tables, with their schemas

    def copy(self) -> int:
        """
        Copy the rows, table by table; return how many were written.
        """
        with psycopg.connect(self.url, row_factory=namedtuple_row) as database:
            parameters = list(self.schemas), list(_NOT_COPIED), list(self.without)
            tables = database.execute(_TABLES, parameters).fetchall()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return sum(pool.map(self._copy_table, tables))

    def _copy_table(self, table: Any) -> int:
        name = sql.Identifier(table.schema, table.name)
        with psycopg.connect(self.url, row_factory=namedtuple_row) as database:
            database.execute(_QUICKLY)
            values = dict(self._values(database, table, name))
            if not values:
                return 0
            indexes: list[Any] = database.execute(
                _PLAIN_INDEXES, (table.oid,)
            ).fetchall()
            for index in indexes:
                database.execute(_trusted(f"DROP INDEX {index.name}"))
            inserted = database.execute(
                sql.SQL(
                    "INSERT INTO {name} ({columns}) SELECT {values} FROM {name} AS r,"
                    " unnest({offices}::text[]) AS o (code)"
                    " WHERE strpos(r::text, {model}) > 0"
                    # Periods of reports: every office has its own already.
                    " ON CONFLICT DO NOTHING"
                ).format(
                    name=name,
                    columns=sql.SQL(", ").join(map(sql.Identifier, values)),
                    values=sql.SQL(", ").join(values.values()),
                    offices=sql.Literal(list(self.offices)),
                    model=sql.Literal(self.model),
                )
            )
            for index in indexes:
                database.execute(_trusted(index.definition))
        with psycopg.connect(self.url, autocommit=True) as database:
            database.execute(sql.SQL("VACUUM ANALYZE {}").format(name))
        return inserted.rowcount

    def _values(
        self, database: psycopg.Connection[Any], table: Any, name: sql.Identifier
    ) -> Iterator[tuple[str, sql.Composable]]:
        """
        Return for each column what a copy has in it; nothing if no row belongs to the
        model.
        """
        example = database.execute(
            sql.SQL(
                "SELECT * FROM {} AS r WHERE strpos(r::text, %s) > 0 LIMIT 1"
            ).format(name),
            (self.model,),
        ).fetchone()
        if example is None:
            return
        columns: list[Any] = database.execute(_COLUMNS, (table.oid,)).fetchall()
        naming = self._naming(database, name, [column.name for column in columns])
        for column in columns:
            written = str(getattr(example, column.name))
            is_id = column.type == "uuid" or bool(_UUID.fullmatch(written))
            if is_id or column.name in naming or column.type.startswith("timestamp"):
                yield column.name, self._value(column.name, column.type, is_id=is_id)
            else:
                yield column.name, sql.SQL("r.") + sql.Identifier(column.name)

    def _naming(
        self,
        database: psycopg.Connection[Any],
        table: sql.Identifier,
        columns: Sequence[str],
    ) -> set[str]:
        """
        Return the columns in which some row names the model, and those that name its
        persons.
        """
        holds = sql.SQL(", ").join(
            sql.SQL("bool_or(strpos({}::text, {}) > 0)").format(
                sql.Identifier(column), sql.Literal(self.model)
            )
            for column in columns
        )
        query = sql.SQL("SELECT {} FROM {}").format(holds, table)
        with database.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(query).fetchone() or ()
        named = {name for name, holds in zip(columns, row, strict=True) if holds}
        return named | (_HASHES & {*columns})

    def _value(self, name: str, kind: str, *, is_id: bool) -> sql.Composable:
        own = sql.SQL("r.") + sql.Identifier(name)
        another = sql.SQL("md5({}::text || o.code)").format(own)
        if is_id:
            as_text = sql.SQL("{}::uuid::{}").format(another, _trusted(kind))
            return sql.SQL("CASE WHEN {} IS NOT NULL THEN {} END").format(own, as_text)
        if name in _HASHES:
            return sql.SQL("CASE WHEN {} IS NOT NULL THEN {} END").format(own, another)
        if kind in {"text", "character varying", "jsonb"}:
            return sql.SQL("replace({}::text, {}, o.code)::{}").format(
                own, sql.Literal(self.model), _trusted(kind)
            )
        if kind == "timestamp with time zone":
            # They arrived one office after the other, all within some two weeks.
            return sql.SQL(
                "{} - abs(hashtext(o.code)) % 20000 * interval '1 min'"
            ).format(own)
        return own


def _trusted(text: str) -> sql.SQL:
    """
    SQL that the database's own catalogue wrote.
    """
    return sql.SQL(text)
