"""
What was done about cases elsewhere, as far as their ledger rows show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import any_, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import String

from services.intake.domain.cases.worked import Superseded, Worked
from services.intake.store.tables import metadata
from shared.records.sealed import SealedRecords
from shared.records.tables import row_of, table_of
from shared.storage.row_sets import as_rows, insert_rows

_SEALED = ("values",)
_KEY = ("number", "topic")

case_work = table_of(Worked, "case_work", metadata, key=_KEY, sealed=_SEALED)
superseded_work = table_of(Superseded, "superseded_work", metadata, key=_KEY)
_NUMBERS = bindparam("numbers", type_=ARRAY(String))


def _note_statement(*order: str) -> Any:
    """
    Stores work unless what is there comes later in this *order*.
    """
    added = insert_rows(case_work)
    there = tuple_(*(case_work.c[name] for name in order))
    return added.on_conflict_do_update(
        index_elements=_KEY,
        set_={name: added.excluded[name] for name in ("sequence", "on", "encrypted")},
        where=there < tuple_(*(added.excluded[name] for name in order)),
    )


def _supersede_statement() -> Any:
    added = insert_rows(superseded_work)
    latest = func.greatest(superseded_work.c.on, added.excluded.on)
    return added.on_conflict_do_update(index_elements=_KEY, set_={"on": latest})


_NOTE = {False: _note_statement("sequence"), True: _note_statement("on", "sequence")}
_SUPERSEDE = _supersede_statement()
_LAST = select(superseded_work).where(superseded_work.c.number == any_(_NUMBERS))


class CaseWork(SealedRecords[Worked]):
    """
    The work on cases; of each topic of a case the newest event holds, or the one of the
    latest day (`Worked.by_day`).
    """

    table = case_work
    record = Worked
    sealed = _SEALED

    def note(self, work: Sequence[Worked]) -> None:
        for by_day, statement in _NOTE.items():
            ours = [each for each in work if each.by_day is by_day]
            if ours:
                self.session.execute(statement, as_rows(map(self.values, ours)))

    def of(self, numbers: Collection[str]) -> dict[str, list[Worked]]:
        """
        The work on each of these cases, in the order of its topics.
        """
        query = self.query().where(case_work.c.number == any_(_NUMBERS))
        query = query.order_by(case_work.c.number, case_work.c.topic)
        by_case = defaultdict[str, list[Worked]](list)
        for row in self.session.execute(query, {"numbers": list(numbers)}):
            by_case[row.number].append(self.of_row(row))
        return by_case

    def superseded(self, numbers: Collection[str]) -> dict[str, dict[str, date]]:
        """
        About which topics the row of each of these cases was corrected, with the day as
        of which it was last.
        """
        by_case = defaultdict[str, dict[str, date]](dict)
        for row in self.session.execute(_LAST, {"numbers": list(numbers)}):
            by_case[row.number][row.topic] = row.on
        return by_case

    def supersede(self, corrected: Sequence[Superseded]) -> None:
        """
        Let the rows of cases hold in place of what happened before the days of these
        corrections, also of what is heard of it later.
        """
        last = {(e.number, e.topic): e for e in sorted(corrected, key=lambda e: e.on)}
        if last:
            self.session.execute(_SUPERSEDE, as_rows(map(row_of, last.values())))
