"""
Which documents the closing of a case stands on, and which cases are archived: what the
services that file documents read of assignment, so that no document is withdrawn on
which a closing rests or which is archived.

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
from shared.events import ReceivedEvent, newest
from shared.records.rows import Records
from shared.records.tables import row_of, table_of
from shared.web.schema.fields import Tolerant, text


class ClosingMade(Tolerant):
    """A closing that was reported or confirmed, and the documents it stands on."""

    closing = text(longest=80)
    documents = fields.List(fields.String(), load_default=tuple)


class Archived(Tolerant):
    """A case was archived as a volume: all of its documents stay as they are."""

    volume = text(longest=80)


READS: Mapping[str, Schema] = {
    "assignment.closing_submitted": ClosingMade(),
    "assignment.closing_confirmed": ClosingMade(),
    "assignment.closing_returned": Tolerant(),
    "assignment.case_archived": Archived(),
    "assignment.case_reopened": Tolerant(),
}
"""
The events that say which closing of a case stands, on what, and whether the case is
archived; each says it whole.
"""


@dataclass(frozen=True, kw_only=True)
class StandingClosing:
    """
    The closing of the case *number* that was reported and neither returned nor
    reopened, if there is one, by the event of a *sequence*; or the *volume* as which
    the case is archived, whatever its documents are.
    """

    number: str
    closing: str | None
    documents: tuple[str, ...]
    sequence: int
    volume: str | None = None


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
        standing = newest(event for event in events if event.type in READS)
        if not standing:
            return
        added = insert(self.table)
        changed = {
            column.name: added.excluded[column.name]
            for column in self.table.columns
            if not column.primary_key
        }
        self.session.execute(
            added.on_conflict_do_update(
                index_elements=[self.table.c.number],
                set_=changed,
                where=self.table.c.sequence < added.excluded.sequence,
            ),
            [row_of(_standing(event)) for event in standing],
        )

    def on(self, document: Document) -> Iterator[Problem]:
        """
        The closing that stands on a document, and the archive of its case.
        """
        closing = self.get(document.number)
        if closing and document.id in closing.documents:
            yield closing_stands_on_it(closing.closing or "")
        if closing and closing.volume:
            yield archived_as(closing.volume)


def _standing(event: ReceivedEvent) -> StandingClosing:
    return StandingClosing(
        number=event.case_number,
        closing=event.fields.get("closing"),
        documents=tuple(event.fields.get("documents", ())),
        sequence=event.sequence,
        volume=event.fields.get("volume"),
    )


def closing_stands_on_it(closing: str) -> Problem:
    """
    That a closing, reported or confirmed, stands on a document.
    """
    return in_use(
        f"报结（编号 {closing}）",
        "请先由牵头单位退回这次报结，已经确认的请先重启案件。",
    )


def archived_as(volume: str) -> Problem:
    """
    That what is in a volume of the archive stays there until the case flows back.
    """
    return Problem(
        "case_archived",
        f"案件已归档（卷号 {volume}），卷内材料不能撤回。",
        "材料确有错误的，请先重启案件（reopenings），再撤回。",
        "/number",
    )
