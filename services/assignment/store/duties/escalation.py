"""
Escalation: which step each subject waits for and since when, the steps reached, and
what was decided of candidates for interview.

A row is written only in a transaction that has locked its matter's row, so two replicas
never write one subject and locks are always taken in one order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    Select,
    String,
    Text,
    bindparam,
    column,
    delete,
    exists,
    func,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.assignment.domain.escalation.interviews import Interview
from services.assignment.domain.escalation.steps import EscalationStep, NextStep
from services.assignment.store.tables import ASKED_PROGRAMME, duties, matters, metadata
from shared.policy.calendar import ONE_DAY
from shared.records.by_office import read_by_office
from shared.records.pages import count_up_to
from shared.records.rows import Records
from shared.records.tables import columns_of, kinds_of, table_of
from shared.storage.row_sets import as_rows, insert_rows
from shared.web.paging import Page, PageRequest

next_steps = table_of(
    NextStep,
    "next_steps",
    metadata,
    Column("number", String, nullable=False),
    Column("programme", String, nullable=False),
    Index("ix_next_steps_programme_on", "programme", "on"),
    key="subject",
)

escalation_steps = table_of(
    EscalationStep,
    "escalation_steps",
    metadata,
    Index("ix_escalation_steps_number", "number"),
    # As of `ix_matters_listed`.
    Index("ix_escalation_steps_listed", "office", "kind", "ended_on"),
)

interviews = table_of(
    Interview,
    "interviews",
    metadata,
    Column("reason", Text, nullable=False),
    key="candidate",
)

LOOKED_AT = 5_000
"""
How many rows a gauge looks at: what a scrape costs must not grow with the tables.
"""
_OLDEST_FIRST = (next_steps.c.on, next_steps.c.subject)
_DECIDED = (
    interviews.c.decision,
    interviews.c.reason,
    interviews.c.by_post.label("decided_by"),
    interviews.c.on.label("decided_on"),
)


def waiting(programme: str, today: date, limit: int) -> Select[tuple[str]]:
    """
    Select the subjects of a programme whose next step has come, for a claim: walks the
    index from the oldest and stops at *limit*.
    """
    return (
        select(next_steps.c.subject)
        .join(matters, matters.c.number == next_steps.c.number)
        .where(next_steps.c.programme == programme, next_steps.c.on <= today)
        .order_by(next_steps.c.on)
        .limit(limit)
        .with_for_update(of=matters, skip_locked=True)
    )


def late_without_step(programme: str, day: date) -> Select[Any]:
    """
    Count the duties of a programme that are late since before *day* and have reached no
    step. Only late duties are looked at, and of these the ones that fell due last.
    """
    # Late since the day after its due day, but not before it was opened, or open again.
    days = (duties.c.due_on + 1, duties.c.opened_on, duties.c.state_on)
    since = func.greatest(*days).label("since")
    late = (
        select(duties.c.id, duties.c.number, duties.c.kind, since)
        .where(duties.c.programme == programme, duties.c.due_on < day)
        .where(duties.c.state == "open", duties.c.flagged)
        .order_by(duties.c.due_on.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    of = (late.c.kind, late.c.since)
    has_step = exists().where(
        escalation_steps.c.number == late.c.number,
        escalation_steps.c.subject == late.c.id,
        escalation_steps.c.since == late.c.since,
    )
    return (
        select(*of, func.count().label("count"))
        .where(late.c.since < day, ~has_step)
        .group_by(*of)
    )


# Built once: building a statement costs more than sending it.
_CHANGING = tuple(name for name in kinds_of(NextStep) if name != "subject")
_NEW = insert_rows(next_steps)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[next_steps.c.subject],
    set_={name: _NEW.excluded[name] for name in _CHANGING},
    where=or_(
        # A row that would not change is not written: recomputing writes most of them
        # again.
        *(next_steps.c[name] != _NEW.excluded[name] for name in _CHANGING),
    ),
)
_SUBJECTS = bindparam("subjects", type_=ARRAY(String))
_STILL = (
    select(next_steps.c.number, *columns_of(next_steps, NextStep))
    .where(
        next_steps.c.subject == func.any(_SUBJECTS),
        next_steps.c.on <= bindparam("today", type_=Date),
    )
    .order_by(*_OLDEST_FIRST)
)
_WHERE_SOME_CAME = select(ASKED_PROGRAMME).where(
    exists().where(
        next_steps.c.programme == ASKED_PROGRAMME,
        next_steps.c.on <= bindparam("today", type_=Date),
    )
)
_DROP = delete(next_steps).where(next_steps.c.subject == func.any(_SUBJECTS))
_ADD = insert_rows(escalation_steps)
_REACHED = select(*columns_of(escalation_steps, EscalationStep)).where(
    escalation_steps.c.number == func.any(bindparam("numbers", type_=ARRAY(String)))
)


class NextSteps:
    """The step that each subject reaches next, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def save(self, coming: Iterable[tuple[NextStep, str, str]]) -> None:
        """
        Let subjects wait for a step, each in the matter of a number and programme.
        """
        rows = [
            {**vars(step), "number": number, "programme": programme}
            for step, number, programme in coming
        ]
        if rows:
            self.session.execute(_PUT, as_rows(rows))

    def remove(self, subjects: Sequence[str]) -> None:
        """
        Let these subjects wait for nothing any more.
        """
        if subjects:
            self.session.execute(_DROP, {"subjects": subjects})

    def where_some_came(self, programmes: Iterable[str], today: date) -> list[str]:
        """
        Those of *programmes* in which steps have come: nothing else need be claimed.
        """
        values = {"programmes": [*programmes], "today": today}
        return [*self.session.scalars(_WHERE_SOME_CAME, values)]

    def claim(
        self, programme: str, today: date, limit: int
    ) -> dict[str, list[NextStep]]:
        """
        Steps of a programme that have come, oldest first, by matter.

        The matters are locked; those that another replica has locked are passed over.
        """
        claimed = self.session.scalars(waiting(programme, today, limit)).all()
        # Read again now that the matters are locked: another may have been there.
        by_matter = defaultdict[str, list[NextStep]](list)
        values = {"subjects": claimed, "today": today}
        for number, *fields in self.session.execute(_STILL, values) if claimed else ():
            by_matter[number].append(NextStep(*fields))
        return by_matter

    def count_behind(self, programmes: Collection[str], today: date) -> int:
        """
        Steps that came before yesterday and were not reached, counted up to a bound: 0
        when the timer runs.
        """
        came = select(next_steps.c.subject).where(
            next_steps.c.programme.in_(programmes),
            next_steps.c.on < today - ONE_DAY,
        )
        return count_up_to(self.session, came, LOOKED_AT)


class EscalationSteps(Records[EscalationStep]):
    """The steps that were reached, within one transaction."""

    table, record = escalation_steps, EscalationStep

    def of_matters(self, numbers: Sequence[str]) -> list[EscalationStep]:
        if not numbers:
            return []
        rows = self.session.execute(_REACHED, {"numbers": list(numbers)}).all()
        return [EscalationStep(*row) for row in rows]

    def insert(self, *steps: EscalationStep) -> None:
        if steps:
            self.session.execute(_ADD, as_rows(map(vars, steps)))

    def end(self, ended: Sequence[EscalationStep]) -> None:
        """
        Save the day from which the causes of these steps no longer hold.
        """
        if ended:
            days = values(column("id", String), column("on", Date), name="ended")
            days = days.data([(step.id, step.ended_on) for step in ended])
            self.session.execute(
                update(escalation_steps)
                .where(escalation_steps.c.id == days.c.id)
                .values(ended_on=days.c.on)
            )

    def missing(self, programme: str, day: date) -> list[Any]:
        """
        How many of the duties late since before *day* have reached no step for it, by
        kind and since when; see `late_without_step`.
        """
        return list(self.session.execute(late_without_step(programme, day)))

    def with_decision(self, identity: str) -> Any:
        """
        The row of a step, with the decision about it as a candidate for interview.
        """
        query = select(escalation_steps, *_DECIDED)
        joined = query.outerjoin(
            interviews, interviews.c.candidate == escalation_steps.c.id
        )
        return self.session.execute(
            joined.where(escalation_steps.c.id == identity)
        ).first()

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        kind: str | None = None,
        state: str | None = None,
    ) -> Page[Any]:
        """
        The steps about duties of *offices*, office by office.
        """
        query = select(escalation_steps, *_DECIDED).outerjoin(
            interviews, interviews.c.candidate == escalation_steps.c.id
        )
        if kind:
            query = query.where(escalation_steps.c.kind == kind)
        if state:
            over = escalation_steps.c.ended_on.is_not(None)
            query = query.where(over if state == "ended" else ~over)
        return read_by_office(
            self.session,
            query,
            request,
            [escalation_steps.c.id],
            office=escalation_steps.c.office,
            offices=offices,
        )


class Interviews(Records[Interview]):
    """
    What was decided about candidates for interview, within one transaction.
    """

    table = interviews
    record = Interview
