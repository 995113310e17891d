"""
Logs of offices, the newest first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Column, ColumnElement

from shared.records.rows import Records
from shared.web.paging import Page, PageRequest

T = TypeVar("T")


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
    by = (day, table.c.id)
    return log.page_of_offices(offices, query, request, *by, newest=True)
