"""
The matters and their facts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.closing import Matter
from services.assignment.domain.facts import Fact, Step
from services.assignment.domain.leading import Leading
from services.assignment.store.tables import facts, matters


class Matters:
    """The matters and their facts, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, number: str) -> Any:
        """
        The matter's row, locked; made now if its first fact is still on its way.
        """
        self.session.execute(
            insert(matters).values(number=number).on_conflict_do_nothing()
        )
        query = select(matters).where(matters.c.number == number).with_for_update()
        return self.session.execute(query).one()

    def get(self, number: str, *, lock: bool = False) -> Any:
        """
        The row of a case that is known here, or None.
        """
        query = select(matters).where(matters.c.number == number, matters.c.is_case)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def add_fact(self, number: str, event_id: str, fact: Fact) -> None:
        self.session.execute(
            facts.insert()
            .inline()
            .values(
                event_id=event_id,
                number=number,
                type=fact.type,
                occurred_on=fact.on,
                payload=dict(fact.payload),
            )
        )

    def facts(self, number: str) -> list[Fact]:
        query = select(facts.c.type, facts.c.occurred_on, facts.c.payload)
        query = query.where(facts.c.number == number).order_by(facts.c.event_id)
        return [Fact(*row) for row in self.session.execute(query)]

    def put(self, number: str, **values: Any) -> None:
        self.session.execute(
            update(matters).where(matters.c.number == number).values(**values)
        )

    def put_leading(self, number: str, leading: Leading) -> None:
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
    return tuple(Step(date.fromisoformat(on), kind) for on, kind in kept)


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
