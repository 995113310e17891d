"""
What assignment announced that is owed to petitioners; nothing of who they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.intake.domain.petitions.owed import AnnouncedDuties
from services.intake.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import row_of, table_of
from shared.storage.row_sets import as_rows, insert_rows

_KEY = ("number", "programme")
_VALUES = ("sequence", "owed", "kinds")

announced_duties = table_of(AnnouncedDuties, "announced_duties", metadata, key=_KEY)
_ADDED = insert_rows(announced_duties)
_NOTE = _ADDED.on_conflict_do_update(
    index_elements=_KEY,
    set_={name: _ADDED.excluded[name] for name in _VALUES},
    where=announced_duties.c.sequence < _ADDED.excluded.sequence,
)


class AnnouncedToPetitioners(Records[AnnouncedDuties]):
    """
    What is owed to petitioners; of each petition and programme the newest event holds.
    """

    table = announced_duties
    record = AnnouncedDuties

    def note(self, announced: Iterable[AnnouncedDuties]) -> None:
        """
        Store what was announced; in the order of the numbers, so that two transactions
        never wait for each other.
        """
        ordered = sorted(announced, key=lambda each: each.sequence)
        newest = {(each.number, each.programme): each for each in ordered}
        if newest:
            rows = (row_of(newest[key]) for key in sorted(newest))
            self.session.execute(_NOTE, as_rows(rows))

    def of_petition(self, number: str) -> list[AnnouncedDuties]:
        """
        What was announced of a petition, by the codes of the programmes.
        """
        query = self.query().where(announced_duties.c.number == number)
        return self.all(query.order_by(announced_duties.c.programme))
