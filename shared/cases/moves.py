"""
Cases that pass to another office, in a service's table of cases with the columns
`number`, `office`, `had_by` and `move_sequence`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Connection, String, Table, Update, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.events import ReceivedEvent
from shared.matter_numbers import owners_after
from shared.records.tables import kinds_of
from shared.storage.row_sets import as_rows, given_rows

_NUMBERS = bindparam("numbers", type_=ARRAY(String))


@dataclass(frozen=True)
class Holders:
    """
    The office that has a case, by the move of that sequence, and those that had it.
    """

    number: str
    office: str
    had_by: tuple[str, ...]
    move_sequence: int

    def after(self, move: ReceivedEvent) -> Holders:
        """
        Raises `ForeignMatter` if the case was never of an office of the move.
        """
        offices_before = [*self.had_by, self.office]
        offices = owners_after(move.envelope, offices_before, move["had_by"])
        newer = move.sequence > self.move_sequence
        office = move.office if newer else self.office
        return replace(
            self,
            office=office,
            had_by=tuple(each for each in offices if each != office),
            move_sequence=move.sequence if newer else self.move_sequence,
        )


_COLUMNS = tuple(kinds_of(Holders))


def lock_holders(
    session: Connection, cases: Table, numbers: Collection[str]
) -> dict[str, Holders]:
    """
    Who has and had those of the cases that are known, locked in the order of their
    numbers: two transactions never wait for each other.
    """
    query = select(*(cases.c[name] for name in _COLUMNS))
    query = query.where(cases.c.number == any_(_NUMBERS)).order_by(cases.c.number)
    rows = session.execute(query.with_for_update(), {"numbers": [*numbers]})
    return {row.number: Holders(**row._asdict()) for row in rows}


def follow(
    session: Connection,
    cases: Table,
    holders: dict[str, Holders],
    moves: Sequence[ReceivedEvent],
) -> list[ReceivedEvent]:
    """
    Let the cases of *holders* be of the offices that they moved to; of each case the
    newest move holds. Returns the moves that were newer than what was known, in the
    order of their cases and of what happened.

    Raises `ForeignMatter` for a case of offices that never had it.
    """
    after = dict(holders)
    newer = []
    for move in sorted(moves, key=lambda each: (each.case_number, each.sequence)):
        before = after[move.case_number]
        after[move.case_number] = before.after(move)
        if move.sequence > before.move_sequence:
            newer.append(move)
    session.execute(_write(cases), as_rows(map(vars, after.values())))
    return newer


@cache
def _write(cases: Table) -> Update:
    rows = given_rows(cases.c[name] for name in _COLUMNS)
    return (
        cases.update()
        .where(cases.c.number == rows.c.number)
        .values({name: rows.c[name] for name in _COLUMNS if name != "number"})
    )
