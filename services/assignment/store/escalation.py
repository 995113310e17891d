"""
The supervision ladder: what comes next and when, what was crossed and decided.

A rung is only touched by who holds its matter's row, so two replicas never meet on
one ladder and no order of locks can go wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.escalation.steps import Crossing, Rung
from services.assignment.store.tables import duties, matters, metadata

rungs = Table(
    "rungs",
    metadata,
    Column("subject", String, primary_key=True),
    Column("cause", String, nullable=False),
    Column("number", String, nullable=False),
    Column("step", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("on", Date, nullable=False),
    Index("ix_rungs_number", "number"),
    Index("ix_rungs_on_subject", "on", "subject"),
)

crossings = Table(
    "crossings",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("number", String, nullable=False),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("duty", String),
    Column("step", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("about", String, nullable=False),
    Column("source", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("on", Date, nullable=False),
    Column("to_office", String, nullable=False),
    Column("to_post", String),
    Column("urgent", Boolean, nullable=False),
    Column("ended_on", Date),
    Index("ix_crossings_subject", "subject"),
    Index("ix_crossings_office_id", "office", "id"),
    Index("ix_crossings_programme_kind", "programme", "kind"),
)

interviews = Table(
    "interviews",
    metadata,
    Column("candidate", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("by_post", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_by", String, nullable=False),
)

_OLDEST_FIRST = (rungs.c.on, rungs.c.subject)
_DECIDED = (
    interviews.c.decision,
    interviews.c.reason,
    interviews.c.by_post.label("decided_by"),
    interviews.c.on.label("decided_on"),
)


def waiting(programmes: Collection[str], today: date, limit: int) -> Select[tuple[str]]:
    """
    Claims whose turn has come; walks the index from the oldest and stops at *limit*.
    """
    return (
        select(rungs.c.subject)
        .join(matters, matters.c.number == rungs.c.number)
        .where(rungs.c.on <= today, matters.c.programme.in_(programmes))
        .order_by(*_OLDEST_FIRST)
        .limit(limit)
        .with_for_update(of=matters, skip_locked=True)
    )


def late_uncrossed(programmes: Collection[str], day: date) -> Select[Any]:
    """
    Counts duties late since before *day* without a crossing; walks the late ones only.
    """
    begun = (duties.c.due_on + 1, duties.c.opened_on, duties.c.state_on)
    since = func.greatest(*begun).label("since")
    of = (duties.c.programme, duties.c.kind, since)
    crossed = exists().where(
        crossings.c.subject == duties.c.id, crossings.c.since == since
    )
    return (
        select(*of, func.count().label("count"))
        .where(duties.c.state == "open", duties.c.flagged, duties.c.due_on < day)
        .where(since < day, duties.c.programme.in_(programmes), ~crossed)
        .group_by(*of)
    )


# Made once: building a statement costs more than sending it.
_NEW = insert(rungs)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[rungs.c.subject],
    set_={name: _NEW.excluded[name] for name in ("cause", "step", "since", "on")},
)
_DROP = delete(rungs).where(rungs.c.subject.in_(bindparam("subjects", expanding=True)))
_CROSSED = select(crossings.c.subject, crossings.c.step, crossings.c.since).where(
    crossings.c.subject.in_(bindparam("subjects", expanding=True))
)


class Ladders:
    """What comes next on every ladder, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def put(self, coming: Iterable[tuple[str, Rung]]) -> None:
        """
        Let each subject of a matter wait for its next rung instead of another.
        """
        rows = [{**vars(rung), "number": number} for number, rung in coming]
        if rows:
            self.session.execute(_PUT, rows)

    def drop(self, subjects: Collection[str]) -> None:
        if subjects:
            self.session.execute(_DROP, {"subjects": [*subjects]})

    def claim(
        self, programmes: Collection[str], today: date, limit: int
    ) -> list[tuple[str, Rung]]:
        """
        Rungs of these programmes that have come, oldest first, with their matters.

        The matters are locked; those another replica is at are passed over.
        """
        claimed = self.session.execute(waiting(programmes, today, limit))
        subjects = list(claimed.scalars())
        # Asked again now that the matters are held: another may have been there.
        still = select(rungs).where(rungs.c.subject.in_(subjects), rungs.c.on <= today)
        return [
            (row.number, Rung(row.subject, row.cause, row.step, row.since, row.on))
            for row in self.session.execute(still.order_by(*_OLDEST_FIRST))
        ]

    def behind(self, programmes: Collection[str], today: date) -> int:
        """
        Rungs that came before yesterday and were not climbed: 0 when the clock runs.
        """
        query = (
            select(func.count())
            .join_from(rungs, matters, matters.c.number == rungs.c.number)
            .where(
                rungs.c.on < today - timedelta(days=1),
                matters.c.programme.in_(programmes),
            )
        )
        return int(self.session.execute(query).scalar_one())


class Crossings:
    """What was crossed, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, crossed: Sequence[Crossing]) -> None:
        """
        Keep crossings; one that was there already is a mistake and raises.
        """
        if crossed:
            rows = [dict(vars(crossing)) for crossing in crossed]
            self.session.execute(crossings.insert().inline(), rows)

    def behind(self, subjects: Collection[str]) -> dict[str, set[tuple[str, date]]]:
        """
        The steps each subject has crossed, each with the day of its cause.
        """
        found: dict[str, set[tuple[str, date]]] = {each: set() for each in subjects}
        for row in self.session.execute(_CROSSED, {"subjects": [*subjects]}):
            found[row.subject].add((row.step, row.since))
        return found

    def missing(self, programmes: Collection[str], day: date) -> list[Any]:
        """
        How many duties late since before *day* have crossed nothing for it, by
        programme, kind and since when.
        """
        return list(self.session.execute(late_uncrossed(programmes, day)))

    def end(self, subject: str, on: date, *, still: Collection[date]) -> None:
        """
        What a subject crossed is over from *on*, but for what is *still* true of it.
        """
        over = update(crossings).where(
            crossings.c.subject == subject,
            crossings.c.ended_on.is_(None),
            crossings.c.since.not_in(still),
        )
        self.session.execute(over.values(ended_on=func.greatest(on, crossings.c.on)))

    def get(self, identity: str) -> Any:
        query = select(crossings, *_DECIDED)
        joined = query.outerjoin(interviews, interviews.c.candidate == crossings.c.id)
        return self.session.execute(joined.where(crossings.c.id == identity)).first()

    def page(
        self,
        offices: Collection[str],
        after: str | None,
        limit: int,
        *,
        kind: str | None = None,
        state: str | None = None,
    ) -> list[Any]:
        query = (
            select(crossings, *_DECIDED)
            .outerjoin(interviews, interviews.c.candidate == crossings.c.id)
            .where(crossings.c.office.in_(offices))
        )
        if kind:
            query = query.where(crossings.c.kind == kind)
        if state:
            over = crossings.c.ended_on.is_not(None)
            query = query.where(over if state == "ended" else ~over)
        if after:
            query = query.where(crossings.c.id > after)
        return list(self.session.execute(query.order_by(crossings.c.id).limit(limit)))

    def counts(self) -> list[Any]:
        """
        How many crossings each programme has of each kind.
        """
        of = (crossings.c.programme, crossings.c.kind)
        return list(self.session.execute(select(*of, func.count()).group_by(*of)))

    def decide(self, **decision: Any) -> bool:
        """
        Keep what was decided about a candidate; False if it was decided before.
        """
        taken = self.session.execute(
            insert(interviews)
            .values(**decision)
            .on_conflict_do_nothing()
            .returning(interviews.c.candidate)
        )
        return taken.first() is not None
