"""
The cases of intake as another service mirrors them from its events.

Events arrive in any order: of each case the highest sequence number wins. A case
belongs to the office of the first event about it.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, or_
from sqlalchemy.dialects.postgresql import insert

from shared.case import Case
from shared.events import ReceivedEvent
from shared.numbers import require_owner
from shared.records import Records, table_of
from shared.web.fields import Tolerant, flag, number_text, text


class CaseOpened(Tolerant):
    """A case that was opened."""

    programme = text(longest=80)
    in_scope = flag()


class CaseMerge(CaseOpened):
    """A case that was merged into another, or a merge that was undone."""

    into = number_text()


_OPENED, _MERGED = "intake.case_opened", "intake.case_merged"

# The events that a mirror reads, each with its schema.
READS: dict[str, Schema] = {
    _OPENED: CaseOpened(),
    _MERGED: CaseMerge(),
    "intake.case_unmerged": CaseMerge(),
}


def case_table(metadata: MetaData) -> Table:
    """
    The table of the mirrored cases, in a service's schema.

    *sequence* and *merge_sequence* are those of the events a row was taken from.
    """
    return table_of(
        Case,
        "cases",
        metadata,
        Column("sequence", BigInteger, nullable=False),
        Column("merge_sequence", BigInteger, nullable=False, server_default="0"),
        Index("ix_cases_merged_into", "merged_into"),
        key="number",
    )


class CaseMirror(Records[Case]):
    """
    The mirrored cases, within one transaction; a service gives the table.
    """

    record = Case

    def mirror(self, event: ReceivedEvent) -> None:
        """
        Write the fields of the case in *event*, unless a newer event came before.

        Raises `ForeignMatter` for an event of another office than that of the case.
        """
        values = {
            "office": event.office,
            "programme": event["programme"],
            "in_scope": event["in_scope"],
            "sequence": event.sequence,
        }
        added = insert(self.table).values(number=event.case_number, **values)
        owner, sequence = self.table.c.office, self.table.c.sequence
        written = self.session.execute(
            added.on_conflict_do_update(
                index_elements=[self.table.c.number],
                set_={n: added.excluded[n] for n in values if n != "office"},
                where=or_(
                    sequence < added.excluded.sequence, owner != added.excluded.office
                ),
            ).returning(owner)
        )
        require_owner(event.envelope, written.scalar())
        if event.type != _OPENED:
            self._merge(event)

    def _merge(self, event: ReceivedEvent) -> None:
        merged = event.type == _MERGED
        self.session.execute(
            self.table.update()
            .where(
                self.table.c.number == event.case_number,
                self.table.c.merge_sequence < event.sequence,
            )
            .values(
                merged_into=event["into"] if merged else None,
                merged_on=event.occurred_on if merged else None,
                merge_sequence=event.sequence,
            )
        )

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
