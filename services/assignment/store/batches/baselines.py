"""
The lists that rates are measured against: frozen once, and never changed after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)

from services.assignment.domain.batches.baselines import FrozenList, Listed
from services.assignment.store.leaders.leaders import existed_on, profiles, stood_in
from services.assignment.store.tables import enrolments, matters, metadata
from shared.records.pages import read_page
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.vocabulary import Track
from shared.web.paging import Page, PageRequest

MEMBERS_AT_ONCE = 1000

baselines = table_of(
    FrozenList,
    "baselines",
    metadata,
    Index("uq_baselines_programme", "programme", "baseline", unique=True),
    Index("ix_baselines_office_id", "office", "id"),
)

baseline_cases = Table(
    "baseline_cases",
    metadata,
    Column("baseline", ForeignKey(baselines.c.id), primary_key=True),
    Column("number", String, primary_key=True),
)


class Baselines(Records[FrozenList]):
    """Frozen lists, within one transaction."""

    table = baselines
    record = FrozenList

    def freeze(self, listed: Listed, frozen: FrozenList) -> FrozenList | None:
        """
        Fix the list in one statement, whatever is written meanwhile; None if the
        baseline was frozen before.
        """
        # The unique index decides between two who freeze at once: the second inserts
        # nothing.
        if not self.insert_new(frozen):
            return None
        identity, listing = frozen.id, (frozen.programme, listed, frozen.frozen_on)
        member = select(cast(literal(identity), String), matters.c.number)
        own = member.join(profiles, profiles.c.number == matters.c.number)
        further = member.join(enrolments, enrolments.c.number == matters.c.number)
        self.session.execute(
            baseline_cases.insert().from_select(
                ["baseline", "number"],
                union_all(
                    own.where(_counted(*listing)),
                    further.where(_counted_further(*listing)),
                ),
            )
        )
        # Counted from what was inserted, so that the size is that of the list whatever
        # is written meanwhile.
        size = select(func.count()).where(baseline_cases.c.baseline == identity)
        self.session.execute(
            update(baselines)
            .where(baselines.c.id == identity)
            .values(size=size.scalar_subquery())
        )
        return self.get(identity)

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[FrozenList]:
        return self.page_of_offices(offices, self.query(), request)

    def cases(self, baseline: str, request: PageRequest) -> Page[Any]:
        """
        The numbers of the cases that were frozen.
        """
        query = select(baseline_cases.c.number).where(
            baseline_cases.c.baseline == baseline
        )
        return read_page(self.session, query, request, [baseline_cases.c.number])

    def members(self, baseline: str) -> Iterator[list[tuple[str, str]]]:
        """
        Number and office of every case of a list, so many at once.
        """
        query = (
            select(baseline_cases.c.number, matters.c.office)
            .join(matters, matters.c.number == baseline_cases.c.number)
            .where(baseline_cases.c.baseline == baseline)
            .order_by(baseline_cases.c.number)
            .limit(MEMBERS_AT_ONCE)
        )
        page = self._pairs(query)
        while page:
            yield page
            # From the last number on, not by an offset: each page costs the same.
            page = self._pairs(query.where(baseline_cases.c.number > page[-1][0]))

    def _pairs(self, query: Select[Any]) -> list[tuple[str, str]]:
        return [(number, office) for number, office in self.session.execute(query)]


def _counted(programme: str, listed: Listed, as_of: date) -> ColumnElement[bool]:
    """
    The campaign's cases that were there on a day: in scope and of these origins, or
    all that were still open.
    """
    return and_(
        matters.c.programme == programme,
        matters.c.is_case,
        profiles.c.track == Track.CAMPAIGN,
        existed_on(as_of),
        _still_open(as_of) if listed.open else matters.c.in_scope,
        *_of_origins(listed, profiles.c.traits),
    )


def _counted_further(
    programme: str, listed: Listed, as_of: date
) -> ColumnElement[bool]:
    """
    The cases that stood in the programme beside their own and meet its scope, counted
    in the same way.
    """
    return and_(
        stood_in(programme, as_of),
        enrolments.c.track == Track.CAMPAIGN,
        _still_open(as_of) if listed.open else true(),
        *_of_origins(listed, enrolments.c.traits),
    )


def _still_open(as_of: date) -> ColumnElement[bool]:
    return or_(matters.c.concluded_on.is_(None), matters.c.concluded_on > as_of)


def _of_origins(listed: Listed, traits: Column[Any]) -> Iterator[ColumnElement[bool]]:
    origin = traits["origin"].astext
    if listed.only:
        yield origin.in_(listed.only)
    if listed.others:
        yield or_(origin.is_(None), origin.not_in(listed.others))
