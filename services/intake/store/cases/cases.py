"""
The cases with their ledger rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    String,
    Update,
    any_,
    bindparam,
    cast,
    exists,
    false,
    func,
    select,
    tuple_,
)
from sqlalchemy import case as chosen
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.domain.cases.cases import Case, began_on
from services.intake.domain.corrections.case_corrections import JUDGED
from services.intake.domain.matching import Item
from services.intake.store.cases.case_filters import FILTERS, of_programme
from services.intake.store.cases.case_table import RENUMBERED, cases
from services.intake.store.petitions.personal import (
    match_keys,
    matter_of,
    name_of,
    person_of,
)
from shared.cases.moves import follow, lock_holders
from shared.events import ReceivedEvent
from shared.matter_numbers import canonical_number, with_office
from shared.records.by_office import read_by_office
from shared.records.merged import read_merged
from shared.records.rows import Records
from shared.records.sealed import decrypt_json, encrypt_json
from shared.records.tables import row_of
from shared.storage.encryption import Place
from shared.storage.natural_order import as_counted
from shared.storage.row_sets import as_rows, given_rows, insert_rows
from shared.web.paging import Page, PageRequest


@dataclass(frozen=True)
class NewCase:
    """
    A case with its ledger row, which is stored encrypted; *content* is a hash of it.
    *keeps_matter*: it is corrected, and stays of the matter that it is of, also where a
    person decided that.
    """

    case: Case
    row: Mapping[str, Any]
    content: str
    keeps_matter: bool = False

    @cached_property
    def named(self) -> Named:
        """
        By which a case is one, whatever brackets stand in its number.
        """
        return self.case.office, canonical_number(self.row["case_no"])

    def values(self, import_id: str | None) -> dict[str, Any]:
        return {
            **self.of_row,
            **row_of(self.case),
            "counted": as_counted(self.case.number),
            "case_no": self.named[1],
            "registered_by": self.case.office,
            "import_id": import_id,
        }

    @cached_property
    def matter(self) -> str | None:
        person = person_of(self.row.get("id_no"), self.row.get("petitioner_name"))
        return matter_of(person, self.row.get("original_case_no"))

    @property
    def began_on(self) -> date:
        return began_on(self.row, self.case.opened_on)

    @cached_property
    def of_row(self) -> dict[str, Any]:
        """
        The columns that follow from the ledger row: most of what it takes to store it.
        """
        return {
            "matter": self.matter,
            "began_on": self.began_on,
            "name": name_of(self.row.get("petitioner_name")),
            "keys": match_keys(Item.of_row(self.row), self.case.office),
            "content": self.content,
            "encrypted": encrypt_json(dict(self.row), _row_of(self.case.number)),
        }


_OF_OTHERS = {"closing_sequence", "move_sequence"}  # what assignment says
_OPENED = [column.name for column in cases.c if column.name not in _OF_OTHERS]
_OPEN = (
    insert_rows(cases, _OPENED)
    .on_conflict_do_nothing()
    .returning(cases.c.registered_by, cases.c.case_no, cases.c.number)
)
_NUMBERS = bindparam("numbers", type_=ARRAY(String))
_CONTENTS = select(
    cases.c.registered_by,
    cases.c.office,
    cases.c.case_no,
    cases.c.number,
    cases.c.content,
    cases.c.matter,
    cases.c.programme,
    cases.c.enrolments,
    cases.c.withdrawn_on,
).where(cases.c.case_no == any_(_NUMBERS))
_CORRECTED = (
    *("matter", "began_on", "name", "keys", "content", "encrypted"),
    *(*JUDGED, "enrolments", "corrected", "corrected_on"),
)


def _correct_statement() -> Update:
    columns = [cases.c[name] for name in ("number", *_CORRECTED)]
    given = given_rows([*columns, Column("keeps_matter", Boolean)])
    kept = (given.c.keeps_matter, cases.c.matter)
    return (
        cases.update()
        .where(cases.c.number == given.c.number)
        .values(
            {
                **{name: given.c[name] for name in _CORRECTED},
                "matter": chosen(kept, else_=given.c.matter),
            }
        )
    )


_CORRECT = _correct_statement()
Named = tuple[str, str]
"""
An office, and the number that it gave a case in the brackets that all mean.
"""


class Cases(Records[Case]):
    """
    The cases.
    """

    table = cases
    record = Case

    def registered(self, numbers: Collection[str]) -> dict[Named, Any]:
        """
        Every registered case to which its office gave one of these numbers: its number,
        the hashes of its content and matter, its programme, and whether it was
        withdrawn. One that moved is also there by the office that it moved to, unless
        that one gave the number to a case of its own.
        """
        rows = self.session.execute(_CONTENTS, {"numbers": list(numbers)}).all()
        moved_here = {(row.office, row.case_no): row for row in rows}
        return moved_here | {(row.registered_by, row.case_no): row for row in rows}

    def with_rows(
        self, numbers: Collection[str], *, lock: bool
    ) -> dict[str, tuple[Case, dict[str, Any]]]:
        """
        Cases by number, each with its ledger row; locked in the order of their numbers.
        Raises `CannotDecryptError`.
        """
        query = self.query().add_columns(cases.c.encrypted)
        query = query.where(cases.c.number == any_(_NUMBERS)).order_by(cases.c.number)
        locked = query.with_for_update() if lock else query
        rows = self.session.execute(locked, {"numbers": list(numbers)}).all()
        return {row.number: self._with_row(row) for row in rows}

    def correct(self, corrected: Sequence[NewCase]) -> None:
        """
        Write corrected cases with their ledger rows.
        """
        if not corrected:
            return
        rows = []
        for each in corrected:
            values = {**row_of(each.case), **each.of_row}
            corrected_row = {name: values[name] for name in ("number", *_CORRECTED)}
            rows.append({**corrected_row, "keeps_matter": each.keeps_matter})
        self.session.execute(_CORRECT, as_rows(rows))

    def note_closings(self, closings: Iterable[tuple[str, str | None, int]]) -> None:
        """
        Note how cases ended, or that they were reopened (None), by the sequence of the
        event that says so; of each case the newest holds.
        """
        rows = [
            {"number": number, "closed_as": closed_as, "closing_sequence": sequence}
            for number, closed_as, sequence in closings
        ]
        if rows:
            self.session.execute(_NOTE_CLOSINGS, as_rows(rows))

    def follow(self, moves: Sequence[ReceivedEvent]) -> dict[str, str]:
        """
        Let each case be of the office that it moved to; of one case the newest move
        holds. Returns the office of each case that has another one now.

        Raises `ForeignMatter` for a case of offices that never had it.
        """
        holders = lock_holders(self.session, cases, {m.case_number for m in moves})
        # Intake has every case that it announced.
        ours = [move for move in moves if move.case_number in holders]
        newer = follow(self.session, cases, holders, ours)
        days = {move.case_number: move.occurred_on for move in newer}
        moved = ({"number": n, "moved_on": day} for n, day in days.items())
        self.session.execute(_MOVED, as_rows(moved))
        return {move.case_number: move.office for move in newer}

    def open(
        self, opened: Sequence[NewCase], import_id: str | None
    ) -> dict[Named, str]:
        """
        Store new cases that no other push stored meanwhile; return the number under
        which each is registered.

        That is the number its office gave it, or if another office has a case of that
        number, this one with the office's code in front.
        """
        added = self._insert(opened, import_id)
        left = [_renumbered(new) for new in opened if new.named not in added]
        return added | self._insert(left, import_id)

    def _insert(
        self, opened: Sequence[NewCase], import_id: str | None
    ) -> dict[Named, str]:
        if not opened:
            return {}
        rows = as_rows(case.values(import_id) for case in opened)
        added = self.session.execute(_OPEN, rows)
        return {(office, case_no): number for office, case_no, number in added}

    def renumbered(self, import_id: str, limit: int) -> list[tuple[str, str]]:
        """
        The cases of an import that are registered under another number than their
        office gave them: both numbers of each.
        """
        query = (
            select(cases.c.number)
            .where(cases.c.import_id == import_id, RENUMBERED)
            .order_by(cases.c.number)
            .limit(limit)
        )
        numbers = self.session.execute(query).scalars()
        return [(number.partition(":")[2], number) for number in numbers]

    def lock(self, *numbers: str) -> list[Case | None]:
        """
        The cases of *numbers*, locked in one order so that two merges cannot clash.
        """
        query = self.query().where(cases.c.number == any_(_NUMBERS))
        locked = query.order_by(cases.c.number).with_for_update()
        rows = self.session.execute(locked, {"numbers": list(numbers)}).all()
        by_number = {row.number: self.of_row(row) for row in rows}
        return [by_number.get(number) for number in numbers]

    def matter(self, number: str) -> str | None:
        """
        The keyed hash of the matter of a case, as it is stored.
        """
        query = select(cases.c.matter).where(cases.c.number == number)
        matter: str | None = self.session.execute(query).scalar_one()
        return matter

    def matters(self, numbers: Collection[str]) -> dict[str, tuple[str | None, date]]:
        """
        The keyed hash of the matter of cases, as it is stored, and since when it is
        there, by number.
        """
        columns = cases.c.number, cases.c.matter, cases.c.began_on
        query = select(*columns).where(cases.c.number == any_(_NUMBERS))
        rows = self.session.execute(query, {"numbers": list(numbers)})
        return {number: (matter, began) for number, matter, began in rows}

    def ledger_row(self, number: str) -> dict[str, Any]:
        """
        What the ledger said of a case. Raises `CannotDecryptError`.
        """
        query = select(cases.c.encrypted).where(cases.c.number == number)
        encrypted = self.session.execute(query).scalar_one()
        return dict(decrypt_json(encrypted, _row_of(number)))

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        name: str | None = None,
        sort: str = "newest",
        **filters: Any,
    ) -> Page[tuple[Case, dict[str, Any]]]:
        """
        The cases of *offices* to which all *filters* apply, each with its ledger row,
        the newest first, the oldest, or office by office by number, …2号 before …10号.
        """
        query = self.query().add_columns(cases.c.encrypted)
        query = query.where(*(FILTERS[f](v) for f, v in filters.items()))
        if name:
            key = name_of(name)  # none of dots alone: no name is empty
            query = query.where(cases.c.name == key if key else false())
        if sort == "number":
            page = read_by_office(
                self.session,
                query.add_columns(cases.c.counted),
                request,
                [cases.c.counted, cases.c.number],
                office=cases.c.office,
                offices=offices,
            )
        else:
            page = read_merged(
                *(self.session, query, request, [cases.c.opened_on, cases.c.number]),
                office=cases.c.office,
                offices=offices,
                newest=sort == "newest",
            )
        return page.map(self._with_row)

    def _with_row(self, row: Any) -> tuple[Case, dict[str, Any]]:
        values = row._asdict()
        values.pop("counted", None)
        encrypted = values.pop("encrypted")
        return Case(**values), decrypt_json(encrypted, _row_of(row.number))

    def offices_with_cases(self, offices: Collection[str], programme: str) -> list[str]:
        """
        Those of *offices* that have cases in a programme, in the same order.
        """
        wanted = func.unnest(cast([*offices], ARRAY(String))).column_valued("asked")
        has_one = exists().where(cases.c.office == wanted, of_programme(programme))
        found = set(self.session.execute(select(wanted).where(has_one)).scalars())
        return [office for office in offices if office in found]

    def ledger_page(
        self, office: str, programme: str, last: tuple[date, str] | None, limit: int
    ) -> list[tuple[Case, dict[str, Any]]]:
        """
        The next cases of an office that count in a programme, after the day and the
        number of the *last*, each with its ledger row; those of a day in the order in
        which people count: …2号 before …10号.
        """
        query = self.query().add_columns(cases.c.encrypted)
        query = query.where(
            cases.c.office == office,
            of_programme(programme),
            cases.c.merged_into.is_(None),
            cases.c.withdrawn_on.is_(None),
        )
        by = cases.c.opened_on, cases.c.counted, cases.c.number
        if last is not None:
            day, number = last
            there = tuple_(day, as_counted(number), number)
            # The day also alone: by it the index finds the page.
            query = query.where(cases.c.opened_on >= day, tuple_(*by) > there)
        rows = self.session.execute(query.order_by(*by).limit(limit))
        return [self._with_row(row) for row in rows]


def _note_closings_statement() -> Update:
    names = ("number", "closed_as", "closing_sequence")
    given = given_rows(cases.c[name] for name in names)
    return (
        cases.update()
        .where(
            cases.c.number == given.c.number,
            cases.c.closing_sequence < given.c.closing_sequence,
        )
        .values(closed_as=given.c.closed_as, closing_sequence=given.c.closing_sequence)
    )


_NOTE_CLOSINGS = _note_closings_statement()


def _moved_statement() -> Update:
    given = given_rows(cases.c[name] for name in ("number", "moved_on"))
    last = func.greatest(cases.c.moved_on, given.c.moved_on)
    moved = cases.update().where(cases.c.number == given.c.number)
    return moved.values(moved_on=last)


_MOVED = _moved_statement()


def _renumbered(new: NewCase) -> NewCase:
    number = with_office(new.case.number, new.case.office)
    return replace(new, case=replace(new.case, number=number))


def _row_of(number: str) -> Place:
    return str(cases), "encrypted", number
