"""
Which petitions count as repeats of which cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    any_,
    bindparam,
    delete,
    exists,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.domain.cases.cases import CountedRepeat
from services.intake.store.cases.case_table import cases
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import columns_of, table_of
from shared.storage.row_sets import as_rows, insert_rows

counted_repeats = table_of(
    CountedRepeat,
    "counted_repeats",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), primary_key=True),
    Column("case_number", ForeignKey(cases.c.number), primary_key=True),
    Index("ix_counted_repeats_case_number", "case_number"),
    key=("petition", "case_number"),
)


_NEW = insert_rows(counted_repeats)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[counted_repeats.c.petition, counted_repeats.c.case_number],
    set_={"counted": _NEW.excluded.counted, "also": _NEW.excluded.also},
)


_became_a_case = petitions.alias("became_a_case")
_FROM_PETITION = exists().where(_became_a_case.c.number == cases.c.number)
_OF_CASES = (
    select(counted_repeats.c.case_number, counted_repeats.c.petition)
    .join(petitions, petitions.c.number == counted_repeats.c.petition)
    .join(cases, cases.c.number == counted_repeats.c.case_number)
    .where(
        counted_repeats.c.case_number == any_(bindparam("numbers", type_=ARRAY(String)))
    )
)
_BESIDE = _OF_CASES.where(
    (petitions.c.received_on >= cases.c.opened_on)
    | ((counted_repeats.c.on != cases.c.opened_on) & _FROM_PETITION)
)
_BEYOND = _OF_CASES.with_only_columns(
    *columns_of(counted_repeats, CountedRepeat)
).where(
    counted_repeats.c.counted,
    counted_repeats.c.withdrawn_on.is_(None),
    petitions.c.received_on < cases.c.opened_on,
    ~_FROM_PETITION,
)
_BEYOND = _BEYOND.order_by(petitions.c.received_on, petitions.c.number)


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

    def of_case(self, number: str) -> list[tuple[CountedRepeat, date]]:
        """
        What counts as a repeat of a case, or rests while its petition is withdrawn, and
        the day on which the petition was received.
        """
        query = (
            self.query()
            .add_columns(petitions.c.received_on)
            .join(petitions, petitions.c.number == counted_repeats.c.petition)
            .where(counted_repeats.c.case_number == number)
            .order_by(counted_repeats.c.petition)
        )
        counted = []
        for row in self.session.execute(query):
            values = row._asdict()
            received_on = values.pop("received_on")
            counted.append((CountedRepeat(**values), received_on))
        return counted

    def numbers_of_case(self, number: str) -> list[str]:
        """
        The petitions that count as repeats of a case.
        """
        petition = counted_repeats.c.petition
        query = select(petition).where(
            counted_repeats.c.case_number == number,
            counted_repeats.c.withdrawn_on.is_(None),
        )
        return list(self.session.scalars(query.order_by(petition)))

    def beside_rows(self, numbers: Sequence[str]) -> dict[str, set[str]]:
        """
        The petitions that count as repeats of cases beside what their rows say. In the
        row of a ledger stand those that came in before the form was filled in; in that
        of a case that came from a petition those that it had when it was opened.
        """
        by_case = defaultdict[str, set[str]](set)
        for number, petition in self.session.execute(_BESIDE, {"numbers": numbers}):
            by_case[number].add(petition)
        return by_case

    def beyond_rows(self, numbers: Sequence[str]) -> dict[str, list[CountedRepeat]]:
        """
        The petitions that came in before the ledger rows of cases were filled in and
        are counted, as these state fewer repeats than the register knows, in order.
        """
        by_case = defaultdict[str, list[CountedRepeat]](list)
        for row in self.session.execute(_BEYOND, {"numbers": numbers}):
            repeat = self.of_row(row)
            by_case[repeat.case_number].append(repeat)
        return by_case

    def save(self, repeats: Iterable[CountedRepeat]) -> None:
        """
        Write as what petitions count, new or changed.
        """
        if rows := [self.values(repeat) for repeat in repeats]:
            self.session.execute(_PUT, as_rows(rows))

    def take_back(self, repeat: CountedRepeat) -> None:
        this = self._is((repeat.petition, repeat.case_number))
        self.session.execute(delete(counted_repeats).where(*this))
