"""
Findings about the work of departments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Integer,
    ScalarSelect,
    and_,
    cast,
    func,
    or_,
    select,
    true,
)

from services.assignment.domain.closings.look_back import LookBack
from services.assignment.domain.facts.received import CaseCorrected, CaseOpened
from services.assignment.store.tables import facts, metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

look_backs = table_of(
    LookBack,
    "look_backs",
    metadata,
    Index("ix_look_backs_number", "number"),
    Index("ix_look_backs_office_id", "office", "id"),
    Index("ix_look_backs_to_office_id", "to_office", "id"),
    Index("ix_look_backs_office_found_on", "office", "found_on"),
)


def _accused_in(number: ColumnElement[str]) -> ScalarSelect[str]:
    """
    The office that the petition of a case accuses, as last corrected.
    """
    details = [CaseOpened.name, CaseCorrected.name]
    correction = cast(facts.c.payload["correction"].astext, Integer)
    return (
        select(facts.c.payload["accused_office"].astext)
        .where(facts.c.number == number, facts.c.type.in_(details))
        .order_by(func.coalesce(correction, 0).desc())
        .limit(1)
        .scalar_subquery()
    )


class LookBacks(Records[LookBack]):
    """
    Findings about the work of departments.
    """

    table, record = look_backs, LookBack

    def of_offices(
        self,
        offices: Collection[str],
        wanted: Mapping[str, Any],
        request: PageRequest,
        *,
        lineage: Collection[str],
    ) -> Page[LookBack]:
        """
        What these offices found or answer for, with the *wanted* values; not in a case
        that accuses one of the *lineage*: the office that asks, and those above it.
        """
        found = look_backs.c
        answers_for = and_(
            found.to_office.in_(offices),
            func.coalesce(_accused_in(found.number).not_in(lineage), true()),
        )
        query = self.query().where(
            or_(found.office.in_(offices), answers_for),
            *(found[name] == value for name, value in wanted.items()),
        )
        return self.page(query, request)

    def found_in(
        self, offices: Collection[str], programme: str, from_: date, to: date
    ) -> list[LookBack]:
        """
        The findings of these offices' cases in a period, in the order of their days.
        """
        found = look_backs.c
        query = self.query().where(
            found.office.in_(offices),
            found.programme == programme,
            found.found_on.between(from_, to),
        )
        return self.all(query.order_by(found.found_on, found.id))

    def causes(
        self, offices: Collection[str], programme: str, from_: date, to: date
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """
        How many findings of these offices' cases there are, and how many are open, by
        link and problem.
        """
        found = look_backs.c
        waits = func.count().filter(found.state != "accepted")
        query = (
            select(found.link, found.problem, func.count(), waits)
            .where(
                found.office.in_(offices),
                found.programme == programme,
                found.found_on.between(from_, to),
            )
            .group_by(found.link, found.problem)
        )
        rows = self.session.execute(query)
        return {(link, problem): (n, waiting) for link, problem, n, waiting in rows}
