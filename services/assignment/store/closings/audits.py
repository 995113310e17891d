"""
The samples of closings that were drawn to be evaluated.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Index, UniqueConstraint, select

from services.assignment.domain.closings.audits import Audit, Drawable
from services.assignment.store.tables import closings, matters, metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.name_locks import lock_name
from shared.web.paging import Page, PageRequest

audits = table_of(
    Audit,
    "audits",
    metadata,
    Index("ix_audits_office_id", "office", "id"),
    # Drawn once: nobody draws again until a sample pleases.
    UniqueConstraint(
        *("programme", "office", "since", "until"), name="uq_audits_period"
    ),
)


class Audits(Records[Audit]):
    """
    The samples that were drawn.
    """

    table, record = audits, Audit

    def of_offices(self, offices: Collection[str], request: PageRequest) -> Page[Audit]:
        """
        What these offices drew, in the order of drawing.
        """
        return self.page(self.query().where(audits.c.office.in_(offices)), request)

    def overlapping(self, audit: Audit) -> Audit | None:
        """
        A sample that the office drew before, of a period that has a day in common with
        that of *audit*. The draws of an office wait here for each other.
        """
        # The unique index refuses only the same period; with nearly the same one an
        # office could choose between two samples.
        lock_name(self.session, f"assignment.audits/{audit.office}")
        query = self.query().where(
            audits.c.programme == audit.programme,
            audits.c.office == audit.office,
            audits.c.since <= audit.until,
            audits.c.until >= audit.since,
        )
        return self.one(query.order_by(audits.c.since))

    def drawable(
        self, programme: str, offices: Collection[str], since: date, until: date
    ) -> list[Drawable]:
        """
        The closings of cases of these offices that were confirmed in the period,
        without those of cases that were merged into others.
        """
        query = (
            select(closings.c.id, closings.c.number, matters.c.office)
            .join(matters, matters.c.number == closings.c.number)
            .where(
                closings.c.state == "confirmed",
                closings.c.reviewed_on.between(since, until),
                matters.c.programme == programme,
                matters.c.office.in_(offices),
                ~matters.c.merged,
            )
            .order_by(closings.c.id)
        )
        return [Drawable(*row) for row in self.session.execute(query)]
