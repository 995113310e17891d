"""
The matters and their facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Row,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.batches.batches import in_force
from services.assignment.domain.facts.base import Entry, Fact, Step
from services.assignment.domain.facts.duties import OccurrenceBegun
from services.assignment.domain.facts.leaders import ActWithdrawn
from services.assignment.domain.facts.received import CaseReinstated, CaseWithdrawn
from services.assignment.domain.matter import BegunMatter, Matter, MatterState
from services.assignment.store.facts import decode
from services.assignment.store.tables import ASKED_PROGRAMME, enrolments, facts, matters
from shared.records.pages import read_page
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest

# Built once: building a statement costs more than sending it.
_BEGIN = insert(matters).on_conflict_do_nothing()
_LOCKED = (
    select(matters).where(matters.c.number == bindparam("number")).with_for_update()
)
_FACTS = (
    select(facts.c.event_id, facts.c.type, facts.c.occurred_on, facts.c.payload)
    .where(facts.c.number == bindparam("number"))
    .order_by(facts.c.position)
)
_WHERE_SOME_ARE_DUE = select(ASKED_PROGRAMME).where(
    or_(
        *(
            exists().where(
                table.c.programme == ASKED_PROGRAMME,
                table.c.next_occurrence_on <= bindparam("today", type_=Date),
            )
            for table in (matters, enrolments)
        )
    )
)


@dataclass(frozen=True)
class LogEntry:
    """
    A fact of a matter with its id; of an act that was withdrawn, its withdrawal.
    """

    id: str
    fact: Fact
    withdrawn: ActWithdrawn | None


class Matters:
    """The matters and their facts, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, number: str) -> MatterState:
        """
        The matter, locked; created as a placeholder when events arrive out of order.
        """
        self.session.execute(_BEGIN, row_of_matter(Matter(number)))
        row = self.session.execute(_LOCKED, {"number": number}).one()
        return MatterState(**state_of(row))

    def get(self, number: str, *, lock: bool = False) -> BegunMatter | None:
        """
        A case, or None.
        """
        return self._first(matters.c.number == number, matters.c.is_case, lock=lock)

    def begun(self, number: str, *, lock: bool = False) -> BegunMatter | None:
        """
        A case, petition or office matter that has begun, or None.
        """
        # A placeholder for events that came too early is no matter yet.
        has_begun = matters.c.opened_on.is_not(None)
        return self._first(matters.c.number == number, has_begun, lock=lock)

    def known(self, number: str, *, lock: bool = False) -> BegunMatter:
        """
        Return a matter of which something is recorded, so that it must have begun.
        """
        matter = self.begun(number, lock=lock)
        if matter is None:
            raise LookupError(number)
        return matter

    def _first(
        self, *conditions: ColumnElement[bool], lock: bool
    ) -> BegunMatter | None:
        query = select(matters).where(*conditions)
        rows = self.session.execute(query.with_for_update() if lock else query)
        row = rows.first()
        return begun(row) if row else None

    def facts(self, number: str) -> list[Fact]:
        """
        What happened in a matter, in the order in which it was recorded, without acts
        that were withdrawn.
        """
        return in_force(self.recorded(number))

    def recorded(self, number: str) -> dict[str, Fact]:
        """
        Every fact of a matter by its id, in the order in which it was recorded.
        """
        rows = self.session.execute(_FACTS, {"number": number})
        return {identity: decode(*row) for identity, *row in rows}

    def number_of(self, identity: str) -> str | None:
        """
        The number of the matter of a fact; None for no fact.
        """
        try:
            UUID(identity)
        except ValueError:
            return None
        query = select(facts.c.number).where(facts.c.event_id == identity)
        return self.session.execute(query).scalar()

    def trail(self, number: str, most: int) -> list[Entry]:
        """
        The first facts of a matter, *most* at most, in the order in which they were
        recorded, each with who recorded it and when.
        """
        query = (
            select(facts)
            .where(facts.c.number == number)
            .order_by(facts.c.position)
            .limit(most)
        )
        return [
            Entry(
                decode(row.type, row.occurred_on, row.payload),
                row.actor,
                row.recorded_at,
            )
            for row in self.session.execute(query)
        ]

    def last_day(self, number: str, kind: type[Fact], default: date) -> date:
        """
        The latest day of a type of fact in a matter; *default* if there is none.
        """
        # From the decoded facts, for acts that were withdrawn are among the rows.
        days = (fact.on for fact in self.facts(number) if isinstance(fact, kind))
        return max(days, default=default)

    def facts_of_cases(self, numbers: Sequence[str]) -> dict[str, list[Fact]]:
        """
        The facts of each of many matters, in the order of *numbers*.
        """
        query = (
            select(facts.c.number, facts.c.event_id, facts.c.type, facts.c.occurred_on)
            .add_columns(facts.c.payload)
            .where(facts.c.number.in_(numbers))
            .order_by(facts.c.position)
        )
        by_number: dict[str, dict[str, Fact]] = {number: {} for number in numbers}
        for number, identity, *row in self.session.execute(query):
            by_number[number][identity] = decode(*row)
        return {number: in_force(of_one) for number, of_one in by_number.items()}

    def facts_of_type(self, numbers: Collection[str], kind: type[Fact]) -> list[Fact]:
        """
        The facts of one type in these matters, in the order of recording in each.
        """
        query = (
            select(facts.c.type, facts.c.occurred_on, facts.c.payload)
            .where(facts.c.type == kind.name, facts.c.number.in_(numbers))
            .order_by(facts.c.number, facts.c.position)
        )
        return [decode(*row) for row in self.session.execute(query)]

    def page_of_facts(
        self, numbers: str, kind: type[Fact], request: PageRequest
    ) -> Page[tuple[str, str, Fact]]:
        """
        The facts of one type, each with its id and matter, of one matter or (`…/%`) of
        all matters whose numbers begin alike.
        """
        query = select(facts).where(facts.c.type == kind.name)
        alike = numbers.endswith("/%")
        number = facts.c.number
        query = query.where(
            number.startswith(numbers[:-1], autoescape=True)
            if alike
            else number == numbers
        )
        page = read_page(self.session, query, request, [facts.c.event_id])
        return page.map(
            lambda row: (
                row.event_id,
                row.number,
                decode(row.type, row.occurred_on, row.payload),
            )
        )

    def log(self, number: str, request: PageRequest) -> Page[LogEntry]:
        """
        What happened in a matter in the order of its days; of one day in the order in
        which it was recorded.
        """
        query = select(facts).where(
            facts.c.number == number, facts.c.type != OccurrenceBegun.name
        )
        order = [facts.c.occurred_on, facts.c.position]
        page = read_page(self.session, query, request, order)
        withdrawn = self.withdrawals([number])
        return page.map(
            lambda row: LogEntry(
                row.event_id,
                decode(row.type, row.occurred_on, row.payload),
                withdrawn.get(row.event_id),
            )
        )

    def withdrawals(self, numbers: Collection[str]) -> dict[str, ActWithdrawn]:
        """
        The withdrawals of acts in matters, by the ids of the acts.
        """
        query = select(facts.c.type, facts.c.occurred_on, facts.c.payload).where(
            facts.c.number.in_({*numbers}), facts.c.type == ActWithdrawn.name
        )
        decoded = (decode(*row) for row in self.session.execute(query))
        return {fact.record: fact for fact in decoded if isinstance(fact, ActWithdrawn)}

    def where_some_are_due(self, programmes: Iterable[str], today: date) -> list[str]:
        """
        Those of *programmes* with recurring duties whose next occurrence is due.
        """
        values = {"programmes": [*programmes], "today": today}
        return [*self.session.scalars(_WHERE_SOME_ARE_DUE, values)]

    def occurrences_due(self, programme: str, today: date, limit: int) -> list[str]:
        """
        Return the numbers of the matters whose recurring duties have waited longest for
        their next occurrence, and lock them.

        Only matters of a programme; those that another replica has locked are passed
        over.
        """
        query = (
            select(matters.c.number)
            .where(
                matters.c.programme == programme,
                matters.c.next_occurrence_on <= today,
            )
            .order_by(matters.c.next_occurrence_on)
            .limit(limit)
            # Every replica asks at the same time; each takes others and none waits.
            .with_for_update(skip_locked=True)
        )
        return list(self.session.execute(query).scalars())

    def to_file(self, office: str, programme: str) -> list[BegunMatter]:
        """
        The cases an office's list is made of: in scope, not merged away.
        """
        query = select(matters).where(
            matters.c.office == office,
            matters.c.programme == programme,
            matters.c.is_case,
            matters.c.in_scope,
            ~matters.c.merged,
        )
        rows = self.session.execute(query.order_by(matters.c.number))
        return [begun(row) for row in rows]

    def withdrawn(self, numbers: Collection[str]) -> set[str]:
        """
        Those of the cases that were withdrawn more often than they were reinstated.
        """
        if not numbers:
            return set()
        kinds = CaseWithdrawn.name, CaseReinstated.name
        # Counted, since the two may arrive in any order.
        times = [func.count().filter(facts.c.type == kind) for kind in kinds]
        query = (
            select(facts.c.number)
            .where(facts.c.number.in_(numbers), facts.c.type.in_(kinds))
            .group_by(facts.c.number)
            .having(times[0] > times[1])
        )
        return set(self.session.scalars(query))

    def begun_among(self, numbers: Collection[str]) -> list[BegunMatter]:
        """
        Those of the matters that have begun.
        """
        has_begun = matters.c.opened_on.is_not(None)
        query = select(matters).where(one_of(matters.c.number, numbers), has_begun)
        return [begun(row) for row in self.session.execute(query)]

    def cases(self, numbers: Collection[str]) -> dict[str, BegunMatter]:
        """
        These cases, by their numbers.
        """
        query = select(matters).where(matters.c.number.in_(numbers), matters.c.is_case)
        return {row.number: begun(row) for row in self.session.execute(query)}

    def lock_cases(
        self, numbers: Collection[str], *, at: Collection[str] | None = None
    ) -> dict[str, BegunMatter]:
        """
        These cases, locked; *at*: only those that one of these offices has, also once
        whoever held a lock has moved one.
        """
        query = (
            select(matters)
            .where(matters.c.number.in_(numbers), matters.c.is_case)
            .order_by(matters.c.number)
            .with_for_update()
        )
        if at is not None:
            query = query.where(matters.c.office.in_(at))
        return {row.number: begun(row) for row in self.session.execute(query)}


STATE = tuple(column.name for column in matters.c)
"""
The columns of a matter's row; each follows from its facts (`domain/recompute.py`).
"""


def state_of(row: Row[Any]) -> dict[str, Any]:
    """
    The fields of a matter's state, read from its row.
    """
    state = dict(zip(STATE, row, strict=True))
    state |= {"office": row.office or "", "programme": row.programme or ""}
    state["led"] = steps_of(row.led)
    state["leaders"] = tuple((office, post) for office, post in row.leaders)
    return state


def begun(row: Row[Any]) -> BegunMatter:
    """
    A matter that has begun, read from its row.
    """
    return BegunMatter(**state_of(row))


def row_of_matter(matter: MatterState) -> dict[str, Any]:
    """
    The row of a matter as it was computed.
    """
    return {
        **{name: getattr(matter, name) for name in STATE},
        "office": matter.office or None,
        "programme": matter.programme or None,
        "led": stored_steps(matter.led),
        "leaders": [list(leader) for leader in matter.leaders],
    }


def steps_of(stored: Iterable[Sequence[str]]) -> tuple[Step, ...]:
    """
    The steps in a column `led` or `steps`, of leading or of a duty.
    """
    return tuple(Step(date.fromisoformat(on), *fields) for on, *fields in stored)


def stored_steps(steps: Iterable[Step]) -> list[list[str]]:
    """
    Steps as `steps_of` reads them; the reason only if there is one.
    """
    return [
        [step.on.isoformat(), step.kind, *filter(None, (step.why,))] for step in steps
    ]
