"""
Lists of offices in one order, read by index however many offices there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Select,
    select,
    true,
)

from shared.records.by_office import offices_table
from shared.records.pages import page_of, read_page
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest

FEW = 300  # offices: a city's; a province has thousands


def read_merged(
    session: Connection,
    query: Select[Any],
    request: PageRequest,
    by: Sequence[Column[Any]],
    *,
    office: Column[str],
    offices: Collection[str],
    newest: bool = False,
) -> Page[Any]:
    """
    One page of the rows of *query* whose *office* is among *offices*, in the order of
    the columns *by*, or with *newest* in the reverse order; the query selects them, and
    the last of them is unique.

    For few offices no more than a page of each is looked at, in an index that begins
    with the office, and the rows of one page are read; for many, the rows are read from
    an index of *by* alone, or found by what the query asks for.
    """
    if len(offices) > FEW:
        query = query.where(one_of(office, offices))
        return read_page(session, query, request, by, newest=newest)
    office_rows = offices_table(offices)
    places = query.with_only_columns(*by).where(office == office_rows.c.office)
    first = page_of(places, request, by, newest=newest)
    rows = first.correlate(office_rows).lateral("rows")
    every = select(rows).select_from(office_rows.join(rows, true()))
    order = [rows.c[str(column.key)] for column in by]
    merged = page_of(every, request, order, newest=newest).subquery("merged")
    unique = by[-1]
    joined = query.join(merged, merged.c[str(unique.key)] == unique)
    return read_page(session, joined, request, by, newest=newest)
