"""
Statements that a connection prepares once: after some executions the database keeps one
plan for all.

Planning a statement with many tables or columns costs more than executing it. Only what
is marked is prepared: one whose rows are found by the same index whatever is asked for.
A migration that changes the type of a column in its answer needs the services
restarted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.sql.base import Executable

_OPTION = "prepared"
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_numbers = count(1)

Statement = TypeVar("Statement", bound=Executable)


def prepared(statement: Statement) -> Statement:
    """
    *statement*, which each connection of a service prepares at its first execution.

    It is made once, for its text is what is prepared: no lists in it that are written
    out value by value.
    """
    return statement.execution_options(**{_OPTION: True})


class _Prepared(NamedTuple):
    name: str
    begin: str
    execute: str


def execution(
    connection: Connection, statement: str, parameters: Any, context: Any
) -> str:
    """
    What to send instead of *statement*: its execution, if it is marked. A connection
    that has not prepared it yet does so first, in a round trip of its own.
    """
    options: Mapping[str, Any] = context.execution_options if context else {}
    if not options.get(_OPTION) or not isinstance(parameters, dict):
        return statement
    text = _prepared(statement)
    # With the connection of the driver, not with the engine: a connection that was
    # replaced has prepared nothing.
    prepared: set[str] = connection.connection.info.setdefault(_OPTION, set())
    if text.name not in prepared:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(text.begin)
        prepared.add(text.name)
    return text.execute


@lru_cache(maxsize=512)
def _prepared(statement: str) -> _Prepared:
    places: dict[str, int] = {}

    def place(match: re.Match[str]) -> str:
        name = match[1]
        return f"${places.setdefault(name, len(places) + 1)}" if name else "%"

    name = f"jianjian_{next(_numbers)}"
    begin = f"PREPARE {name} AS {_PARAMETER.sub(place, statement)}"
    values = ", ".join(f"%({each})s" for each in places)
    execute = f"EXECUTE {name} ({values})" if values else f"EXECUTE {name}"
    return _Prepared(name, begin, execute)
