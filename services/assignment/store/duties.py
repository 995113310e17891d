"""
The duty ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.duties import Duty
from services.assignment.store.matters import steps_of
from services.assignment.store.tables import duties

_DUTY = [
    duties.c[name]
    for name in (
        "id",
        "number",
        "office",
        "programme",
        "kind",
        "title",
        "source",
        "opened_on",
        "due_on",
        "provisional",
        "steps",
    )
]

# Made once: building a statement costs more than sending it.
_OWED = (
    select(*_DUTY).where(duties.c.number == bindparam("asked")).order_by(duties.c.id)
)
_NEW = insert(duties)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[duties.c.id],
    set_={
        "due_on": _NEW.excluded.due_on,
        "provisional": _NEW.excluded.provisional,
        "steps": _NEW.excluded.steps,
        "state": _NEW.excluded.state,
        "state_on": _NEW.excluded.state_on,
        "flagged": duties.c.flagged & (_NEW.excluded.state == "open"),
    },
)


class Duties:
    """The duty ledger, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def of_matter(self, number: str) -> list[Duty]:
        return [_duty(row) for row in self.session.execute(_OWED, {"asked": number})]

    def put(self, changed: Sequence[Duty]) -> None:
        """
        Add or change duties; one that is open again may become overdue again.
        """
        if not changed:
            return
        self.session.execute(_PUT, [_values(duty) for duty in changed])

    def page(
        self,
        offices: Collection[str],
        state: str | None,
        today: date,
        after: str | None,
        limit: int,
    ) -> list[Duty]:
        query = select(*_DUTY).where(duties.c.office.in_(offices))
        late = duties.c.due_on < today
        if state == "overdue":
            query = query.where(duties.c.state == "open", late)
        elif state == "open":
            query = query.where(duties.c.state == "open", ~late)
        elif state:
            query = query.where(duties.c.state == state)
        if after:
            query = query.where(duties.c.id > after)
        rows = self.session.execute(query.order_by(duties.c.id).limit(limit))
        return [_duty(row) for row in rows]

    def fallen_due(self, today: date, limit: int) -> list[Duty]:
        """
        Flag duties that are overdue and were not flagged yet, oldest first.

        Rows another replica is at are passed over.
        """
        claimed = (
            select(duties.c.id)
            .where(duties.c.state == "open", ~duties.c.flagged, duties.c.due_on < today)
            .order_by(duties.c.due_on, duties.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        flagged = self.session.execute(
            update(duties)
            .where(duties.c.id.in_(claimed.scalar_subquery()))
            .values(flagged=True)
            .returning(*_DUTY)
        )
        return sorted(map(_duty, flagged), key=lambda duty: (duty.due_on, duty.id))

    def overdue_unflagged(self, today: date) -> int:
        """
        Duties overdue but not yet announced as such: 0 when the clock runs.
        """
        query = select(func.count()).where(
            duties.c.state == "open",
            ~duties.c.flagged,
            duties.c.due_on < today - timedelta(days=1),
        )
        return int(self.session.execute(query).scalar_one())


def _duty(row: Any) -> Duty:
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    kept.pop("steps")
    return Duty(**kept, steps=steps_of(row))


def _values(duty: Duty) -> dict[str, Any]:
    kept = {column.name: getattr(duty, column.name) for column in _DUTY}
    return {
        **kept,
        "steps": [[step.on.isoformat(), step.kind] for step in duty.steps],
        "state": duty.state,
        "state_on": duty.state_on,
    }
