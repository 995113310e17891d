"""
The items that offices wrote themselves into lists left open.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Index, Select

from services.assignment.domain.leaders.own_lists import ListVersion
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.name_locks import lock_name
from shared.web.paging import Page, PageRequest

list_versions = table_of(
    ListVersion,
    "list_versions",
    metadata,
    Index("ix_list_versions_office", "office", "programme"),
)


class ListVersions(Records[ListVersion]):
    """
    The versions of open lists, within one transaction.
    """

    table, record = list_versions, ListVersion

    def of_list(self, programme: str, office: str, list_id: str) -> list[ListVersion]:
        """
        The versions of an office's list, the oldest first, while no other transaction
        adds one.
        """
        lock_name(self.session, f"assignment.list_versions.{office}.{list_id}")
        query = self._of(programme, [office]).where(list_versions.c.list == list_id)
        return self.all(query.order_by(list_versions.c.since))

    def of_offices(self, programme: str, offices: Collection[str]) -> list[ListVersion]:
        return self.all(self._of(programme, offices))

    def page_of(
        self, programme: str, office: str, request: PageRequest
    ) -> Page[ListVersion]:
        return self.page(self._of(programme, [office]), request)

    def _of(self, programme: str, offices: Collection[str]) -> Select[Any]:
        return self.query().where(
            list_versions.c.programme == programme, list_versions.c.office.in_(offices)
        )
