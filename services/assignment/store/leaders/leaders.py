"""
What bears on who leads a case, and who led when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Computed,
    Connection,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.suggestions import Load
from services.assignment.domain.leaders.tenures import Tenure
from services.assignment.store.tables import enrolments, matters, metadata
from shared.records.tables import table_of
from shared.storage.row_sets import as_rows, given_rows, insert_rows
from shared.vocabulary import Difficulty

profiles = Table(
    "profiles",
    metadata,
    Column("number", String, primary_key=True),
    Column("track", String, nullable=False),
    Column("traits", JSONB, nullable=False),
    Column("away", JSONB, nullable=False),
    # The same for the same traits: to compare these for a province's cases would take a
    # minute.
    Column("traits_key", Uuid, Computed("md5(traits::text)::uuid", persisted=True)),
)

leaderships = table_of(
    Tenure,
    "leaderships",
    metadata,
    Column("number", String, nullable=False),
    PrimaryKeyConstraint("number", "office", "post", "since"),
    Index(
        "ix_leaderships_running",
        "office",
        "post",
        postgresql_where="until IS NULL",
    ),
    key=(),
)

# Built once: building a statement costs more than sending it.
_VALUES = ("track", "traits", "away")
_NEW = insert_rows(profiles, ("number", *_VALUES))
_PUT = _NEW.on_conflict_do_update(
    index_elements=[profiles.c.number],
    set_={name: _NEW.excluded[name] for name in _VALUES},
    # Recomputing mostly changes nothing here, and each row written again would leave a
    # dead one.
    where=or_(*(profiles.c[name] != _NEW.excluded[name] for name in _VALUES)),
)
_NUMBERS = bindparam("numbers", type_=ARRAY(String))
_GIVEN = given_rows(leaderships.columns)
_LED = tuple(leaderships.primary_key)
_REMOVE = leaderships.delete().where(
    leaderships.c.number == func.any(_NUMBERS),
    tuple_(*_LED).not_in(select(*(_GIVEN.c[column.name] for column in _LED))),
)
_TENURE = insert_rows(leaderships)
_ADD = _TENURE.on_conflict_do_update(
    index_elements=_LED,
    set_={name: _TENURE.excluded[name] for name in ("until", "main", "holder")},
    where=or_(
        leaderships.c.until.is_distinct_from(_TENURE.excluded.until),
        leaderships.c.main != _TENURE.excluded.main,
        leaderships.c.holder.is_distinct_from(_TENURE.excluded.holder),
    ),
)


class Profiles:
    """Cases as the leaders' workload sees them, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def save(self, led: Mapping[str, Leadership]) -> None:
        """
        Save who leads the cases of these numbers, as it was computed last.
        """
        if not led:
            return
        cases = [
            {
                "number": number,
                "track": leadership.track,
                "traits": dict(leadership.traits),
                "away": leadership.merged_spans,
            }
            for number, leadership in led.items()
        ]
        self.session.execute(_PUT, as_rows(cases))
        tenures = as_rows(
            {"number": number, **vars(tenure)}
            for number, leadership in led.items()
            for tenure in leadership.tenures
        )
        self.session.execute(_REMOVE, {**tenures, "numbers": list(led)})
        self.session.execute(_ADD, tenures)

    def tracks(self, numbers: Collection[str]) -> dict[str, str]:
        query = select(profiles.c.number, profiles.c.track)
        rows = self.session.execute(query.where(profiles.c.number.in_(numbers)))
        return {number: track for number, track in rows}  # noqa: C416 - rows

    def loads(self, offices: Collection[str]) -> dict[tuple[str, str], Load]:
        """
        What each post of these offices leads now, under whatever programme.
        """
        hard = profiles.c.traits["difficulty"].astext != Difficulty.ORDINARY
        query = (
            select(
                leaderships.c.office,
                leaderships.c.post,
                func.count(),
                func.count().filter(hard),
            )
            .join(matters, matters.c.number == leaderships.c.number)
            .join(profiles, profiles.c.number == leaderships.c.number)
            .where(
                leaderships.c.office.in_(offices),
                leaderships.c.until.is_(None),
                leaderships.c.main,
                matters.c.concluded_on.is_(None),
            )
            .group_by(leaderships.c.office, leaderships.c.post)
        )
        rows = self.session.execute(query)
        return {(office, post): Load(*counts) for office, post, *counts in rows}

    def holder_loads(
        self, offices: Collection[str]
    ) -> dict[tuple[str, str, str], Load]:
        """
        What each holder of a post leads now.
        """
        hard = profiles.c.traits["difficulty"].astext != Difficulty.ORDINARY
        led = leaderships.c
        query = (
            select(
                led.office,
                led.post,
                led.holder,
                func.count(),
                func.count().filter(hard),
            )
            .join(matters, matters.c.number == led.number)
            .join(profiles, profiles.c.number == led.number)
            .where(
                led.office.in_(offices),
                led.until.is_(None),
                led.main,
                led.holder.is_not(None),
                matters.c.concluded_on.is_(None),
            )
            .group_by(led.office, led.post, led.holder)
        )
        rows = self.session.execute(query)
        return {
            (office, post, holder): Load(*counts)
            for office, post, holder, *counts in rows
        }


def existed_on(as_of: date) -> ColumnElement[bool]:
    """
    Return the condition that a case existed on a day: opened, and not merged into
    another.
    """
    return (matters.c.opened_on <= as_of) & ~_away(profiles.c.away, as_of)


def stood_in(programme: str, as_of: date) -> ColumnElement[bool]:
    """
    Return the condition that a case stood on a day in a programme beside its own, and
    counted.
    """
    return and_(
        enrolments.c.programme == programme,
        enrolments.c.opened_on <= as_of,
        ~_away(enrolments.c.away, as_of),
    )


def _away(spans: Column[Any], as_of: date) -> ColumnElement[bool]:
    span = func.jsonb_array_elements(spans).table_valued("value")
    from_, until = (span.c.value.op("->>")(end) for end in (0, 1))
    day = as_of.isoformat()  # Days written so stand in their own order.
    covers = and_(from_ <= day, or_(until.is_(None), until > day))
    # Asked first, for nearly all cases were never away.
    return and_(func.jsonb_array_length(spans) > 0, select(1).where(covers).exists())
