"""
Which documents the closing of a case stands on: what the services that file documents
read of assignment, so that none is withdrawn from under a closing.

What was withdrawn before a closing was known here makes assignment act (decision 0049).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from marshmallow import Schema, fields
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.dialects.postgresql import insert

from shared.documents.document import Document
from shared.documents.withdrawing import in_use
from shared.errors import Problem
from shared.events import ReceivedEvent
from shared.records.rows import Records
from shared.records.tables import row_of, table_of
from shared.web.fields import Tolerant, text


class ClosingMade(Tolerant):
    """A closing that was reported or confirmed, and the documents it stands on."""

    closing = text(longest=80)
    documents = fields.List(fields.String(), load_default=tuple)


_MADE = frozenset({"assignment.closing_submitted", "assignment.closing_confirmed"})
_UNDONE = frozenset({"assignment.closing_returned", "assignment.case_reopened"})
READS: Mapping[str, Schema] = {
    **{name: ClosingMade() for name in sorted(_MADE)},
    **{name: Tolerant() for name in sorted(_UNDONE)},
}
"""
The events that say which closing of a case stands, and on what.
"""


@dataclass(frozen=True, kw_only=True)
class StandingClosing:
    """
    The closing of the case *number* that was reported and neither returned nor
    reopened, if there is one, by the event of a *sequence*.
    """

    number: str
    closing: str | None
    documents: tuple[str, ...]
    sequence: int


def standing_closings_table(metadata: MetaData) -> Table:
    """
    The standing closings that a service mirrors.
    """
    return table_of(StandingClosing, "standing_closings", metadata, key="number")


class StandingClosings(Records[StandingClosing]):
    """
    The standing closings in a service's table; of each case the newest event holds.
    """

    record = StandingClosing

    def __init__(self, session: Connection, table: Table) -> None:
        super().__init__(session)
        self.table = table

    def note(self, events: Iterable[ReceivedEvent]) -> None:
        """
        Note what *events* say of closings; others among them are passed over.
        """
        newest: dict[str, StandingClosing] = {}
        for event in events:
            before = newest.get(event.case_number)
            if event.type not in READS or (before and before.sequence > event.sequence):
                continue
            made = event.type in _MADE
            newest[event.case_number] = StandingClosing(
                number=event.case_number,
                closing=event["closing"] if made else None,
                documents=tuple(event["documents"]) if made else (),
                sequence=event.sequence,
            )
        if not newest:
            return
        added = insert(self.table)
        changed = {
            name: added.excluded[name] for name in ("closing", "documents", "sequence")
        }
        self.session.execute(
            added.on_conflict_do_update(
                index_elements=[self.table.c.number],
                set_=changed,
                where=self.table.c.sequence < added.excluded.sequence,
            ),
            [row_of(newest[number]) for number in sorted(newest)],
        )

    def on(self, document: Document) -> Iterator[Problem]:
        """
        The closing that stands on a document.
        """
        found = self.get(document.number)
        if found and document.id in found.documents:
            yield closing_stands_on_it(found.closing or "")


def closing_stands_on_it(closing: str) -> Problem:
    """
    That a closing, reported or confirmed, stands on a document.
    """
    return in_use(
        f"报结（编号 {closing}）",
        "请先由牵头单位退回这次报结，已经确认的请先重启案件。",
    )
