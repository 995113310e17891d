"""
What is known of a case that bears on who leads it, and who led when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    String,
    Table,
    Text,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.assignment.domain.baselines import CountedCase
from services.assignment.domain.leading import Leading, Period
from services.assignment.domain.measures import LedCase
from services.assignment.domain.units import Coordination
from services.assignment.store.tables import matters, metadata
from shared.vocabulary import Track

_ROWS_AT_ONCE = 1000

profiles = Table(
    "profiles",
    metadata,
    Column("number", String, primary_key=True),
    Column("track", String, nullable=False),
    Column("traits", JSONB, nullable=False),
    Column("periods", JSONB, nullable=False),
)

coordinations = Table(
    "coordinations",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("to", String, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("disagreement", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_on", Date),
    Column("lead", String),
    Column("opinion", Text),
    Index("ix_coordinations_number", "number"),
    Index("ix_coordinations_office_id", "office", "id"),
)


class Profiles:
    """Cases as the leaders' measures see them, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def put(self, number: str, leading: Leading) -> None:
        """
        Keep what was reckoned last; a period is kept as a list of its fields.
        """
        statement = insert(profiles).values(
            number=number,
            track=leading.track,
            traits=dict(leading.traits),
            periods=[_kept(each) for each in leading.periods],
        )
        fresh = statement.excluded
        self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[profiles.c.number],
                set_={
                    "track": fresh.track,
                    "traits": fresh.traits,
                    "periods": fresh.periods,
                },
            )
        )

    def tracks(self, numbers: Collection[str]) -> dict[str, str]:
        query = select(profiles.c.number, profiles.c.track)
        rows = self.session.execute(query.where(profiles.c.number.in_(numbers)))
        return {number: track for number, track in rows}  # noqa: C416 - rows

    def led(
        self, programme: str, offices: Collection[str], as_of: date
    ) -> Iterator[LedCase]:
        """
        The cases of the offices with their leaders on a day; not those merged away.
        """
        query = (
            select(
                matters.c.number,
                matters.c.office,
                matters.c.handed,
                matters.c.concluded_on,
                profiles.c.traits,
                profiles.c.periods,
            )
            .join(profiles, profiles.c.number == matters.c.number)
            .where(
                matters.c.programme == programme,
                matters.c.office.in_(offices),
                matters.c.opened_on <= as_of,
                ~matters.c.merged,
            )
            .order_by(matters.c.number)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        for row in self.session.execute(query):
            running = [
                each
                for each in map(_period, row.periods)
                if each.since <= as_of and (each.until is None or as_of < each.until)
            ]
            yield LedCase(
                number=row.number,
                office=row.office,
                handed=row.handed,
                traits=row.traits,
                main=tuple((p.office, p.post) for p in running if p.main),
                joint=tuple((p.office, p.post) for p in running if not p.main),
                open=row.concluded_on is None or row.concluded_on > as_of,
            )

    def in_scope(self, programme: str, as_of: date) -> Iterator[CountedCase]:
        """
        The campaign's cases in scope that were there on a day.
        """
        query = (
            select(
                matters.c.number,
                profiles.c.traits["origin"].astext,
                matters.c.standing,
                matters.c.concluded_on,
            )
            .join(profiles, profiles.c.number == matters.c.number)
            .where(
                matters.c.programme == programme,
                matters.c.is_case,
                matters.c.in_scope,
                ~matters.c.merged,
                matters.c.opened_on <= as_of,
                profiles.c.track == Track.CAMPAIGN,
            )
            .order_by(matters.c.number)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        for row in self.session.execute(query):
            yield CountedCase(*row)


class Coordinations:
    """Requests to the conference, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, request: Coordination) -> None:
        self.session.execute(coordinations.insert().values(**asdict(request)))

    def get(self, number: str, *, lock: bool = False) -> Coordination | None:
        query = select(coordinations).where(coordinations.c.id == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return Coordination(*row) if row else None

    def put(self, request: Coordination) -> None:
        self.session.execute(
            update(coordinations)
            .where(coordinations.c.id == request.id)
            .values(**asdict(request))
        )

    def waiting(self, number: str) -> bool:
        """
        Whether a request about the case waits for its answer.
        """
        query = select(coordinations.c.id).where(
            coordinations.c.number == number, coordinations.c.decided_on.is_(None)
        )
        return self.session.execute(query.limit(1)).first() is not None

    def of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Coordination]:
        """
        The requests these offices made or are to decide.
        """
        query = select(coordinations).where(
            or_(coordinations.c.office.in_(offices), coordinations.c.to.in_(offices))
        )
        if after:
            query = query.where(coordinations.c.id > after)
        rows = self.session.execute(query.order_by(coordinations.c.id).limit(limit))
        return [Coordination(*row) for row in rows]


def _kept(period: Period) -> list[object]:
    until = period.until.isoformat() if period.until else None
    since = period.since.isoformat()
    return [period.office, period.post, since, until, period.main]


def _period(kept: list[Any]) -> Period:
    office, post, since, until, main = kept
    ended = date.fromisoformat(until) if until else None
    return Period(office, post, date.fromisoformat(since), ended, main=main)
