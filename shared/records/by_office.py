"""
Lists of several offices, read office by office until the page is full. An index in the
order of the list reads no more rows of an office than the page shows; without one, all
that the query finds there is read and sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    FromClause,
    Select,
    String,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import NamedColumn

from shared.records.pages import page_of, read_page
from shared.web.paging import Page, PageRequest


def read_by_office(
    session: Connection,
    query: Select[Any],
    request: PageRequest,
    by: Sequence[NamedColumn[Any]],
    *,
    office: Column[str],
    offices: Collection[str],
) -> Page[Any]:
    """
    One page of the rows of *query* whose *office* is among *offices*, in the order of
    the offices, those of one in the order of the columns *by*; the query selects all of
    these columns.

    The offices are asked in turn until the page is full. An index that begins with the
    office, and goes on with what the query asks for, makes an office without rows
    cheap.
    """
    order: list[NamedColumn[Any]] = [office, *by]
    place = request.place([each.type.python_type for each in order])
    office_rows = offices_table(offices, place[0] if place else "")
    of_one = page_of(
        query.where(office == office_rows.c.office), request, order
    ).lateral()
    columns = {each.name: each for each in of_one.c}
    columns[office.name] = office_rows.c.office
    every = select(*columns.values()).join_from(office_rows, of_one, true())
    return read_page(session, every, request, [columns[each.name] for each in order])


def offices_table(offices: Iterable[str], since: str = "") -> FromClause:
    """
    A table of the *offices*, from one on, in their order, which a join keeps.
    """
    codes = literal(sorted({each for each in offices if each >= since}), ARRAY(String))
    rows = func.unnest(codes).table_valued(column("office", String)).render_derived()
    return select(rows).order_by(rows.c.office).subquery()
