"""
Lists of offices with the newest first, read by index however many offices there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, String, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from shared.records.pages import page_of, read_page
from shared.web.paging import Page, PageRequest

FEW = 30  # offices; a province has thousands


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
    order of the columns *by*, which it selects.

    Of each of few offices no more than a page is read from an index that begins with
    the office; of many, the rows are read from an index of *by* alone.
    """
    if len(offices) > FEW:
        query = query.where(office == func.any(literal([*offices], ARRAY(String))))
        return read_page(session, query, request, by, newest=True)
    of = func.unnest(literal([*offices], ARRAY(String))).table_valued("code", name="of")
    of = of.render_derived()
    first = page_of(query.where(office == of.c.code), request, by, newest=True)
    rows = first.correlate(of).lateral("rows")
    every = select(rows).select_from(of.join(rows, true()))
    order = [rows.c[str(column.key)] for column in by]
    return read_page(session, every, request, order, newest=True)
