"""
Lists of offices with the newest first, read by index however many offices there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.records.pages import page_of, read_page
from shared.records.rows import Records
from shared.web.paging import Page, PageRequest

T = TypeVar("T")

FEW = 300  # offices: a city's; a province has thousands


def read_newest(
    session: Connection,
    query: Select[Any],
    request: PageRequest,
    by: Sequence[Column[Any]],
    *,
    office: Column[str],
    offices: Collection[str],
) -> Page[Any]:
    """
    One page of the rows of *query* whose *office* is among *offices*, in the reverse
    order of the columns *by*, which it selects; the last of them is unique.

    For few offices no more than a page of each is looked at, in an index that begins
    with the office, and the rows of one page are read; for many, the rows are read from
    an index of *by* alone, or found by what the query asks for.
    """
    if len(offices) > FEW:
        query = query.where(office == func.any(literal([*offices], ARRAY(String))))
        return read_page(session, query, request, by, newest=True)
    of = func.unnest(literal([*offices], ARRAY(String))).table_valued("code", name="of")
    of = of.render_derived()
    places = query.with_only_columns(*by).where(office == of.c.code)
    first = page_of(places, request, by, newest=True)
    rows = first.correlate(of).lateral("rows")
    every = select(rows).select_from(of.join(rows, true()))
    order = [rows.c[str(column.key)] for column in by]
    newest = page_of(every, request, order, newest=True).subquery("newest")
    unique = by[-1]
    found = query.join(newest, newest.c[str(unique.key)] == unique)
    return read_page(session, found, request, by, newest=True)


def read_log(
    log: Records[T],
    request: PageRequest,
    day: Column[date],
    *,
    offices: Collection[str],
    since: date | None = None,
    until: date | None = None,
    only: Sequence[ColumnElement[bool]] = (),
) -> Page[T]:
    """
    One page of the rows of a log by *offices* on a *day* from *since* to *until*, the
    newest first; its table has an index of office, *day* and id, and one without the
    office.
    """
    query, table = log.query().where(*only), log.table
    if since:
        query = query.where(day >= since)
    if until:
        query = query.where(day <= until)
    by, office = [day, table.c.id], table.c.office
    page = read_newest(log.session, query, request, by, office=office, offices=offices)
    return page.map(log.of_row)
