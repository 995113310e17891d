"""
Which petitions count as repeats of which cases.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, delete

from services.intake.domain.cases import CountedRepeat
from services.intake.store.cases import cases
from services.intake.store.petitions import petitions
from services.intake.store.tables import metadata
from shared.records import JsonColumn, Records, table_of

counted_repeats = table_of(
    CountedRepeat,
    "counted_repeats",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), primary_key=True),
    Column("case_number", ForeignKey(cases.c.number), primary_key=True),
    # The release before this one writes repeats without it.
    Column("also", JsonColumn(tuple[str, ...]), nullable=False, server_default="[]"),
    key=("petition", "case_number"),
)


class CountedRepeats(Records[CountedRepeat]):
    """
    The petitions that count as repeats, each once for a case.
    """

    table = counted_repeats
    record = CountedRepeat

    def of_petition(self, number: str) -> list[CountedRepeat]:
        """
        As what a petition counts, by the number of the case.
        """
        query = self.query().where(counted_repeats.c.petition == number)
        return self.all(query.order_by(counted_repeats.c.case_number))

    def take_back(self, repeat: CountedRepeat) -> None:
        this = self._is((repeat.petition, repeat.case_number))
        self.session.execute(delete(counted_repeats).where(*this))
