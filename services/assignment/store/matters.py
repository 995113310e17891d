"""
The matters and their facts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.batches.batches import stamped
from services.assignment.domain.closings.closing import Matter
from services.assignment.domain.facts import Fact, Step
from services.assignment.domain.leaders.leadership import Leadership
from services.assignment.store.tables import facts, matters

# Made once: building a statement costs more than sending it.
_BEGIN = insert(matters).inline().on_conflict_do_nothing()
_LOCKED = (
    select(matters).where(matters.c.number == bindparam("asked")).with_for_update()
)
_ADD_FACT = insert(facts).on_conflict_do_nothing().returning(facts.c.event_id)
_FACTS = (
    select(facts.c.type, facts.c.occurred_on, facts.c.payload)
    .where(facts.c.number == bindparam("asked"))
    .order_by(facts.c.event_id)
)


class Matters:
    """The matters and their facts, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, number: str) -> Any:
        """
        The matter's row, locked; made now if its first fact is still on its way.
        """
        self.session.execute(_BEGIN, {"number": number})
        return self.locked(number)

    def locked(self, number: str) -> Any:
        """
        The row of a matter that is known to be here, locked.
        """
        return self.session.execute(_LOCKED, {"asked": number}).one()

    def get(self, number: str, *, lock: bool = False) -> Any:
        """
        The row of a case that is known here, or None.
        """
        query = select(matters).where(matters.c.number == number, matters.c.is_case)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def some(self, numbers: Collection[str]) -> dict[str, Any]:
        query = select(matters).where(matters.c.number.in_(numbers))
        return {row.number: row for row in self.session.execute(query)}

    def known(self, number: str, *, lock: bool = False) -> Any:
        """
        The row of a case, petition or office matter whose beginning is known, or None.
        """
        query = select(matters).where(
            matters.c.number == number, matters.c.opened_on.is_not(None)
        )
        return self.session.execute(query.with_for_update() if lock else query).first()

    def add_fact(self, number: str, event_id: str, fact: Fact) -> bool:
        """
        Whether it is new: what the clock begins has the same id for all who begin it.
        """
        added = self.session.execute(
            _ADD_FACT,
            {
                "event_id": event_id,
                "number": number,
                "type": fact.type,
                "occurred_on": fact.on,
                "payload": dict(fact.payload),
            },
        )
        return added.first() is not None

    def begin(self, rows: Collection[tuple[str, str, str, date]]) -> set[str]:
        """
        Make matters of (number, office, programme, day); those that are new.
        """
        if not rows:
            return set()
        names = ("number", "office", "programme", "opened_on")
        added = self.session.execute(
            insert(matters)
            .values([dict(zip(names, row, strict=True)) for row in rows])
            .on_conflict_do_nothing()
            .returning(matters.c.number)
        )
        return set(added.scalars())

    def add_facts(self, rows: Collection[tuple[str, str, Fact]]) -> None:
        """
        Keep facts (number, id, fact) of matters that are new.
        """
        values = [
            {
                "event_id": identity,
                "number": number,
                "type": fact.type,
                "occurred_on": fact.on,
                "payload": dict(fact.payload),
            }
            for number, identity, fact in rows
        ]
        if values:
            self.session.execute(facts.insert().inline(), values)

    def facts(self, number: str) -> list[Fact]:
        rows = self.session.execute(_FACTS, {"asked": number})
        return stamped(Fact(*row) for row in rows)

    def facts_of_cases(self, numbers: Sequence[str]) -> dict[str, list[Fact]]:
        """
        The facts of each of many matters, in the order asked.
        """
        query = (
            select(facts.c.number, facts.c.type, facts.c.occurred_on, facts.c.payload)
            .where(facts.c.number.in_(numbers))
            .order_by(facts.c.event_id)
        )
        found: dict[str, list[Fact]] = {number: [] for number in numbers}
        for number, *rest in self.session.execute(query):
            found[number].append(Fact(*rest))
        return {number: stamped(known) for number, known in found.items()}

    def facts_of(
        self, numbers: str, kind: str, after: str | None, limit: int
    ) -> list[Any]:
        """
        The facts of one type, of a matter or (`…/%`) of all matters named alike.
        """
        query = select(facts).where(facts.c.type == kind)
        alike = numbers.endswith("/%")
        name = facts.c.number
        query = query.where(
            name.startswith(numbers[:-1], autoescape=True) if alike else name == numbers
        )
        if after:
            query = query.where(facts.c.event_id > after)
        rows = self.session.execute(query.order_by(facts.c.event_id).limit(limit))
        return list(rows)

    def turn_begins(self, programmes: Collection[str], today: date) -> str | None:
        """
        Where a recurring duty has waited longest for its next turn, locked.

        Only matters of these programmes; those another replica is at are passed over.
        """
        query = (
            select(matters.c.number)
            .where(
                matters.c.next_turn_on <= today,
                matters.c.programme.in_(programmes),
            )
            .order_by(matters.c.next_turn_on, matters.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found: str | None = self.session.execute(query).scalar()
        return found

    def put(self, number: str, **values: Any) -> None:
        self.session.execute(
            update(matters).where(matters.c.number == number).values(**values)
        )

    def put_leading(self, number: str, leading: Leadership) -> None:
        self.put(
            number,
            handed=leading.handed,
            merged=leading.merged,
            leaders=[list(each) for each in leading.leaders],
            department=leading.department,
            handler_post=leading.handler_post,
            led=[[step.on.isoformat(), step.kind] for step in leading.steps],
        )

    def of(self, offices: Collection[str], after: str | None, limit: int) -> list[Any]:
        query = select(matters).where(matters.c.office.in_(offices), matters.c.is_case)
        if after:
            query = query.where(matters.c.number > after)
        return list(self.session.execute(query.order_by(matters.c.number).limit(limit)))

    def to_file(self, office: str, programme: str) -> list[Any]:
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
        return list(self.session.execute(query.order_by(matters.c.number)))

    def lock_cases(self, numbers: Collection[str]) -> dict[str, Any]:
        query = (
            select(matters)
            .where(matters.c.number.in_(numbers), matters.c.is_case)
            .order_by(matters.c.number)
            .with_for_update()
        )
        return {row.number: row for row in self.session.execute(query)}


def is_led(row: Any) -> bool:
    return bool(row.led) and row.led[-1][1] == "named"


def steps_of(row: Any) -> tuple[Step, ...]:
    """
    The steps kept in a row, of leading or of a duty.
    """
    kept = row.led if hasattr(row, "led") else row.steps
    return tuple(Step(date.fromisoformat(on), *rest) for on, *rest in kept)


def matter_of(row: Any) -> Matter:
    """
    A case as a closing sees it.
    """
    return Matter(
        number=row.number,
        office=row.office,
        programme=row.programme,
        in_scope=row.in_scope,
        standing=row.standing,
        opened_on=row.opened_on,
        merged=row.merged,
        hearing_decided=row.hearing_decided,
        led=is_led(row),
        concluded_on=row.concluded_on,
    )
