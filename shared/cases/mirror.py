"""
The cases of intake as another service mirrors them from its events.

Events arrive in any order: of each case the highest sequence number wins. A case
belongs to the office of the first event about it, until assignment says that it moved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import BigInteger, Column, Executable, Index, MetaData, Table, case, or_

from shared.cases.case import Case
from shared.cases.moves import follow, lock_holders
from shared.events import ReceivedEvent
from shared.matter_numbers import CASE_MOVED, NotItsOfficeYet, require_owner
from shared.records.rows import Records
from shared.records.tables import JsonColumn, table_of
from shared.storage.row_sets import as_rows, insert_rows
from shared.web.schema.fields import Tolerant, flag, number_text, text


class OfCase(Tolerant):
    """What every event about a case says of it."""

    programme = text(longest=80)
    in_scope = flag()


class CaseOpened(OfCase):
    """A case that was opened, or what it was opened with corrected."""

    case_kind = text(longest=80)


class CaseMoved(Tolerant):
    """A case passed to another office; *had_by*: the offices that had it before."""

    had_by = fields.List(fields.String(), required=True)


class CaseMerge(OfCase):
    """A case that was merged into another, or a merge that was undone."""

    into = number_text()


_OFFICES = JsonColumn(tuple[str, ...])
_OPENED, _MERGED = "intake.case_opened", "intake.case_merged"
_CORRECTED, _WITHDRAWN = "intake.case_corrected", "intake.case_withdrawn"
_REINSTATED = "intake.case_reinstated"
_OF_OPENING = {_OPENED, _CORRECTED}
_OF_WITHDRAWAL = {_WITHDRAWN, _REINSTATED}
_OF_MERGE = {_MERGED, "intake.case_unmerged"}

# The sequence of which event decides about which columns.
_SEQUENCES = {
    "sequence": ("programme", "in_scope"),
    "merge_sequence": ("merged_into", "merged_on"),
    "withdrawal_sequence": ("withdrawn_on",),
    "kind_sequence": ("case_kind",),
}
_COLUMNS = ("number", "office", *_SEQUENCES, *chain.from_iterable(_SEQUENCES.values()))

# The events that a mirror reads, each with its schema.
READS: dict[str, Schema] = {
    _OPENED: CaseOpened(),
    _CORRECTED: CaseOpened(),
    _WITHDRAWN: OfCase(),
    _REINSTATED: OfCase(),
    _MERGED: CaseMerge(),
    "intake.case_unmerged": CaseMerge(),
    CASE_MOVED: CaseMoved(),
}


def case_table(metadata: MetaData) -> Table:
    """
    The table of the mirrored cases, in a service's schema.

    The columns of sequences are those of the events a row was taken from.
    """
    return table_of(
        Case,
        "cases",
        metadata,
        Column("sequence", BigInteger, nullable=False),
        Column("merge_sequence", BigInteger, nullable=False, server_default="0"),
        Column("withdrawal_sequence", BigInteger, nullable=False, server_default="0"),
        Column("kind_sequence", BigInteger, nullable=False, server_default="0"),
        Column("move_sequence", BigInteger, nullable=False, server_default="0"),
        Column("had_by", _OFFICES, nullable=False, server_default="[]"),
        Index("ix_cases_merged_into", "merged_into"),
        key="number",
    )


class CaseMirror(Records[Case]):
    """
    The mirrored cases, within one transaction; a service gives the table.
    """

    record = Case

    def mirror(self, *events: ReceivedEvent) -> list[ReceivedEvent]:
        """
        Write the fields of the case in each event, unless a newer event came before;
        return the moves after which the case is of another office. What is not of
        `READS` is passed over.

        Raises `ForeignMatter` or `NotItsOfficeYet` for an event of an office that never
        had the case.
        """
        of_cases = [e for e in events if e.type in READS and e.type != CASE_MOVED]
        if of_cases:
            self._write(of_cases)
        moves = [event for event in events if event.type == CASE_MOVED]
        return self._follow(moves) if moves else []

    def _write(self, events: Sequence[ReceivedEvent]) -> None:
        rows = _newest(events)
        written_rows = self.session.execute(_upsert(self.table), as_rows(rows))
        # What is not written agrees with its owner.
        owners: dict[str, list[str]] = {row["number"]: [row["office"]] for row in rows}
        for number, office, had_by in written_rows:
            owners[number] = [*had_by, office]
        for event in events:
            require_owner(event.envelope, *owners[event.case_number])

    def _follow(self, moves: Sequence[ReceivedEvent]) -> list[ReceivedEvent]:
        numbers = {move.case_number for move in moves}
        holders = lock_holders(self.session, self.table, numbers)
        unknown = sorted(numbers - holders.keys())
        if unknown:
            raise NotItsOfficeYet(f"{unknown} moved and are not known yet")
        return follow(self.session, self.table, holders, moves)

    def of_numbers(
        self, numbers: Collection[str], *, lock: bool = False
    ) -> dict[str, Case]:
        """
        The cases by their numbers, in the order of these; with *lock*, locked in it.
        """
        number = self.table.c.number
        query = self.query().where(number.in_(numbers)).order_by(number)
        query = query.with_for_update(of=self.table) if lock else query
        return {case.number: case for case in self.all(query)}

    def lock(self, number: str) -> Case | None:
        """
        The case, locked until the transaction ends.
        """
        return self.get(number, lock=True)

    def lock_of(self, dependents: Table, identity: Any) -> Case | None:
        """
        The case that a row of *dependents* belongs to, locked likewise.
        """
        query = self.query().join(
            dependents, dependents.c.case_number == self.table.c.number
        )
        return self.one(query.where(dependents.c.id == identity), lock=True)


def _newest(events: Iterable[ReceivedEvent]) -> list[dict[str, Any]]:
    """
    The newest that *events* say of each case and of its merge, as rows of the table; of
    the office of the first event. In the order of the numbers: two transactions never
    wait for each other.
    """
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        row = rows.setdefault(
            event.case_number,
            {
                "number": event.case_number,
                "office": event.office,
                "sequence": event.sequence - 1,
                "merge_sequence": 0,
                "withdrawal_sequence": 0,
                "kind_sequence": 0,
            },
        )
        if event.sequence > row["sequence"]:
            row |= {
                "programme": event["programme"],
                "in_scope": event["in_scope"],
                "sequence": event.sequence,
            }
        if event.type in _OF_OPENING and event.sequence > row["kind_sequence"]:
            row |= {
                "case_kind": event["case_kind"],
                "kind_sequence": event.sequence,
            }
        if event.type in _OF_WITHDRAWAL and event.sequence > row["withdrawal_sequence"]:
            withdrawn = event.type == _WITHDRAWN
            row |= {
                "withdrawn_on": event.occurred_on if withdrawn else None,
                "withdrawal_sequence": event.sequence,
            }
        if event.type in _OF_MERGE and event.sequence > row["merge_sequence"]:
            merged = event.type == _MERGED
            row |= {
                "merged_into": event["into"] if merged else None,
                "merged_on": event.occurred_on if merged else None,
                "merge_sequence": event.sequence,
            }
    return [rows[number] for number in sorted(rows)]


@cache
def _upsert(table: Table) -> Executable:
    """
    Insert or update the given rows; the number and the owner of each that is written,
    or whose owner is another.
    """
    added = insert_rows(table, _COLUMNS)
    changes: dict[str, Any] = {}
    newer = {}
    for sequence, names in _SEQUENCES.items():
        newer[sequence] = table.c[sequence] < added.excluded[sequence]
        for name in (sequence, *names):
            changes[name] = case(
                (newer[sequence], added.excluded[name]), else_=table.c[name]
            )
    return added.on_conflict_do_update(
        index_elements=[table.c.number],
        set_=changes,
        where=or_(*newer.values(), table.c.office != added.excluded.office),
    ).returning(table.c.number, table.c.office, table.c.had_by)
