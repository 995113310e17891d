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
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.batches.baselines import Origins
from services.assignment.domain.leaders.workload import Share
from services.assignment.store.leaders import profiles, there
from services.assignment.store.tables import matters, metadata
from shared.vocabulary import ClosingKind, Track

baselines = Table(
    "baselines",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("baseline", String, nullable=False),
    Column("office", String, nullable=False),
    Column("frozen_on", Date, nullable=False),
    Column("stated", Integer),
    Column("size", Integer, nullable=False, server_default="0"),
    Index("uq_baselines_programme", "programme", "baseline", unique=True),
    Index("ix_baselines_office_id", "office", "id"),
)

baseline_cases = Table(
    "baseline_cases",
    metadata,
    Column("baseline", ForeignKey(baselines.c.id), primary_key=True),
    Column("number", String, primary_key=True),
)


class Baselines:
    """Frozen lists and the live figure beside them, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def freeze(self, origins: Origins, **values: Any) -> Any:
        """
        Fix the list in one statement, whatever is written meanwhile; None if the
        baseline was frozen before.
        """
        added = self.session.execute(
            insert(baselines)
            .values(**values)
            .on_conflict_do_nothing()
            .returning(baselines.c.id)
        )
        if added.first() is None:
            return None
        identity, programme = values["id"], values["programme"]
        counted = _counted(programme, origins, values["frozen_on"])
        listed = select(func.cast(identity, String), matters.c.number).select_from(
            matters.join(profiles, profiles.c.number == matters.c.number)
        )
        self.session.execute(
            baseline_cases.insert().from_select(
                ["baseline", "number"], listed.where(counted)
            )
        )
        kept = select(func.count()).where(baseline_cases.c.baseline == identity)
        self.session.execute(
            update(baselines)
            .where(baselines.c.id == identity)
            .values(size=kept.scalar_subquery())
        )
        return self.get(identity)

    def get(self, number: str) -> Any:
        query = select(baselines).where(baselines.c.id == number)
        return self.session.execute(query).first()

    def of(self, offices: Collection[str], after: str | None, limit: int) -> list[Any]:
        query = select(baselines).where(baselines.c.office.in_(offices))
        if after:
            query = query.where(baselines.c.id > after)
        return list(self.session.execute(query.order_by(baselines.c.id).limit(limit)))

    def cases(self, baseline: str, after: str | None, limit: int) -> list[Any]:
        """
        A stretch of the list that was frozen.
        """
        query = select(baseline_cases.c.number).where(
            baseline_cases.c.baseline == baseline
        )
        if after:
            query = query.where(baseline_cases.c.number > after)
        query = query.order_by(baseline_cases.c.number).limit(limit)
        return list(self.session.execute(query))

    def frozen(self, baseline: str, as_of: date) -> Share:
        """
        How many of a list are resolved by a day.
        """
        query = (
            select(func.count().filter(_resolved(as_of)), func.count())
            .select_from(
                baseline_cases.outerjoin(
                    matters, matters.c.number == baseline_cases.c.number
                )
            )
            .where(baseline_cases.c.baseline == baseline)
        )
        return Share(*self.session.execute(query).one())

    def live(self, programme: str, origins: Origins, as_of: date) -> Share:
        """
        The same of the cases that the list would have, were it made on that day.
        """
        query = (
            select(func.count().filter(_resolved(as_of)), func.count())
            .select_from(matters.join(profiles, profiles.c.number == matters.c.number))
            .where(_counted(programme, origins, as_of))
        )
        return Share(*self.session.execute(query).one())


def _resolved(as_of: date) -> ColumnElement[bool]:
    by_then = matters.c.concluded_on <= as_of
    return and_(matters.c.standing == ClosingKind.RESOLVED, by_then)


def _counted(programme: str, origins: Origins, as_of: date) -> ColumnElement[bool]:
    """
    The campaign's cases in scope, of these origins, that were there on a day.
    """
    return and_(
        matters.c.programme == programme,
        matters.c.is_case,
        matters.c.in_scope,
        profiles.c.track == Track.CAMPAIGN,
        there(as_of),
        *_of(origins),
    )


def _of(origins: Origins) -> Iterator[ColumnElement[bool]]:
    origin = profiles.c.traits["origin"].astext
    if origins.only:
        yield origin.in_(origins.only)
    if origins.others:
        yield or_(origin.is_(None), origin.not_in(origins.others))
