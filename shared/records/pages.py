"""
One page of a list, after the last row of the page before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Uuid, func, literal, select, tuple_
from sqlalchemy.sql.elements import KeyedColumnElement

from shared.web.paging import Page, PageRequest


def page_of(
    query: Select[Any],
    request: PageRequest,
    by: Sequence[KeyedColumnElement[Any]],
    *,
    newest: bool = False,
    unseen: bool = False,
) -> Select[Any]:
    """
    The rows of *query* for one page and one more, in the order of the columns *by*, or
    with *newest* in the reverse order.

    *unseen*: the planner does not see where the page begins; it takes what comes after
    a day on which most rows stand for nothing, and would sort it all.
    """
    place = request.place([_kind_of(column) for column in by])
    if place is not None:
        row = tuple_(*by)
        values: list[Any] = [literal(v, c.type) for v, c in zip(place, by, strict=True)]
        if unseen:
            values = [select(value).scalar_subquery() for value in values]
        last = tuple_(*values)
        query = query.where(row < last if newest else row > last)
    order = [column.desc() for column in by] if newest else by
    return query.order_by(*order).limit(request.limit + 1)


def _kind_of(column: KeyedColumnElement[Any]) -> type:
    """
    What a value of a column is; of an id, which is read as text, still an id.
    """
    return UUID if isinstance(column.type, Uuid) else column.type.python_type


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
