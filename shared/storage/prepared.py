"""
Statements that a connection prepares once: after some executions the database keeps one
plan for all.

Planning a statement with many tables or columns costs more than executing it. Only what
always finds its rows by the same index, whatever is asked for, is prepared. A migration
that changes the type of a column in its answer needs the services restarted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from typing import Any

from sqlalchemy import Connection, Dialect, Row
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.sql.base import Executable

_KEY = "prepared"
# The driver of the services; others bind what EXECUTE cannot take.
_DRIVER: Dialect = PGDialect_psycopg2()  # type: ignore[no-untyped-call]
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_numbers = count(1)


class Prepared:
    """
    A statement that each connection of a service prepares at its first execution. It
    takes and gives values as the driver has them, in no types of the columns.

    It is made once, for its text is what is prepared: no lists in it that are written
    out value by value. That text goes to the driver as it is, which costs a third of
    what SQLAlchemy needs to execute a statement of its own.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        compiled = statement.compile(dialect=_DRIVER)  # type: ignore[attr-defined]
        places: dict[str, int] = {}

        def place(match: re.Match[str]) -> str:
            name = match[1]
            return f"${places.setdefault(name, len(places) + 1)}" if name else "%"

        self._name = f"jianjian_{next(_numbers)}"
        text = _PARAMETER.sub(place, str(compiled))
        self._begin = f"PREPARE {self._name} AS {text}"
        values = ", ".join(["%s"] * len(places))
        self._execute = f"EXECUTE {self._name} ({values})"
        self._places = tuple(places)
        self._constants = dict(compiled.params)

    def one(self, session: Connection, values: Mapping[str, Any]) -> Row[Any]:
        """
        The one row that it answers to *values*. A connection that has not prepared it
        yet does so first, in a round trip of its own.
        """
        if session.dialect.driver != _DRIVER.driver:
            return session.execute(self._statement, values).one()
        # With the connection of the driver, not with the engine: a connection that was
        # replaced has prepared nothing.
        prepared: set[str] = session.connection.info.setdefault(_KEY, set())
        if self._name not in prepared:
            with closing(session.connection.cursor()) as cursor:
                cursor.execute(self._begin)
            prepared.add(self._name)
        given = {**self._constants, **values}
        return session.exec_driver_sql(
            self._execute, tuple(given[name] for name in self._places)
        ).one()
