"""
The versions of bodies; nothing in them is ever changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Index, Select, select

from services.assignment.domain.people.bodies import Body
from services.assignment.store.tables import metadata
from shared.records.pages import read_page
from shared.records.rows import Records
from shared.records.tables import columns_of, table_of
from shared.storage.name_locks import lock_name
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest

bodies = table_of(
    Body,
    "bodies",
    metadata,
    Index("ix_bodies_body", "body"),
    Index("ix_bodies_office", "office", "programme", "kind"),
)


class Bodies(Records[Body]):
    """
    The bodies of offices, within one transaction.
    """

    table, record = bodies, Body

    def versions(self, body: str) -> list[Body]:
        """
        All versions of a body, the latest first.
        """
        query = self.query().where(bodies.c.body == body)
        return self.all(query.order_by(bodies.c.since.desc(), bodies.c.id.desc()))

    def lock(self, office: str) -> None:
        """
        No other transaction changes the bodies of the office until this one ends.
        """
        lock_name(self.session, f"assignment.bodies.{office}")

    def current(
        self,
        programme: str,
        offices: Collection[str],
        on: date,
        kinds: Collection[str] | None = None,
    ) -> list[Body]:
        """
        The bodies that the offices have on a day.
        """
        query = self._on(programme, offices, on, kinds)
        return self.all(query.order_by(query.selected_columns["body"]))

    def page_on(
        self,
        programme: str,
        offices: Collection[str],
        on: date,
        request: PageRequest,
        *,
        kinds: Collection[str] | None = None,
    ) -> Page[Body]:
        """
        A page of the bodies, by office.
        """
        rows = self._on(programme, offices, on, kinds).subquery()
        columns = [rows.c[column.name] for column in columns_of(bodies, Body)]
        by = [rows.c.office, rows.c.body]
        page = read_page(self.session, select(*columns), request, by)
        return page.map(self.of_row)

    def _on(
        self,
        programme: str,
        offices: Collection[str],
        on: date,
        kinds: Collection[str] | None,
    ) -> Select[tuple[object, ...]]:
        query = self.query().where(
            bodies.c.programme == programme,
            one_of(bodies.c.office, offices),
            bodies.c.since <= on,
        )
        if kinds is not None:
            query = query.where(bodies.c.kind.in_(kinds))
        latest = (
            query.distinct(bodies.c.body)
            .order_by(bodies.c.body, bodies.c.since.desc(), bodies.c.id.desc())
            .subquery()
        )
        columns = [latest.c[column.name] for column in columns_of(bodies, Body)]
        return select(*columns).where(~latest.c.ending)
