"""
What was done about cases elsewhere, as far as their ledger rows show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import String

from services.intake.domain.cases.worked import Worked
from services.intake.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import row_of, table_of

case_work = table_of(Worked, "case_work", metadata, key=("number", "topic"))
_NUMBERS = bindparam("numbers", type_=ARRAY(String))


def _note_statement() -> Any:
    added = insert(case_work)
    return added.on_conflict_do_update(
        index_elements=[case_work.c.number, case_work.c.topic],
        set_={name: added.excluded[name] for name in ("sequence", "values")},
        where=case_work.c.sequence < added.excluded.sequence,
    )


_NOTE = _note_statement()


class CaseWork(Records[Worked]):
    """
    The work on cases; of each topic of a case the newest event holds.
    """

    table = case_work
    record = Worked

    def note(self, work: Sequence[Worked]) -> None:
        if work:
            self.session.execute(_NOTE, [row_of(each) for each in work])

    def of(self, numbers: Collection[str]) -> dict[str, list[Worked]]:
        """
        The work on each of these cases, in the order of its topics.
        """
        query = self.query().where(case_work.c.number == any_(_NUMBERS))
        query = query.order_by(case_work.c.number, case_work.c.topic)
        found = defaultdict[str, list[Worked]](list)
        for row in self.session.execute(query, {"numbers": list(numbers)}):
            found[row.number].append(Worked(**row._asdict()))
        return found

    def supersede(self, number: str, topics: Collection[str]) -> None:
        """
        Let the row of a case hold in place of these topics, until an event says more.
        """
        for topic in topics:
            where = case_work.c.topic == topic
            if topic.endswith("*"):
                where = case_work.c.topic.startswith(topic[:-1])
            self.session.execute(
                case_work.update()
                .where(case_work.c.number == number, where)
                .values(values={})
            )
