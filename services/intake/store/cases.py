"""
The cases with their ledger rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, String, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from services.intake.domain.cases import Case
from services.intake.store.personal import matter_of, person_of
from services.intake.store.tables import metadata
from shared.records import Records, read_page, row_of, table_of
from shared.sealed_records import decrypt_json, encrypt_json
from shared.storage.encryption import Place
from shared.web.paging import Page, PageRequest

cases = table_of(
    Case,
    "cases",
    metadata,
    Column("person", String),
    Column("matter", String),
    Column("content", String, nullable=False),
    Column("encrypted", String, nullable=False),
    Column("import_id", String),
    Index("ix_cases_office_number", "office", "number"),
    Index("ix_cases_matter", "matter"),
    key="number",
)


@dataclass(frozen=True)
class NewCase:
    """
    A case with its ledger row, which is stored encrypted; *content* is a hash of it.
    """

    case: Case
    row: Mapping[str, Any]
    content: str

    def values(self, import_id: str) -> dict[str, Any]:
        person = person_of(self.row.get("id_no"), self.row.get("petitioner_name"))
        return {
            **row_of(self.case),
            "person": person,
            "matter": matter_of(person, self.row.get("original_case_no")),
            "content": self.content,
            "encrypted": encrypt_json(dict(self.row), _row_of(self.case.number)),
            "import_id": import_id,
        }


_OPEN = insert(cases).on_conflict_do_nothing().returning(cases.c.number)


class Cases(Records[Case]):
    """
    The cases.
    """

    table = cases
    record = Case

    def contents(self, numbers: Collection[str]) -> dict[str, tuple[str, str]]:
        """
        The office and the hash of the content of the registered cases among *numbers*.
        """
        query = select(cases.c.number, cases.c.office, cases.c.content).where(
            cases.c.number.in_(numbers)
        )
        return {
            n: (office, content) for n, office, content in self.session.execute(query)
        }

    def open(self, opened: Sequence[NewCase], import_id: str) -> set[str]:
        """
        Store new cases; return the numbers that no other push registered meanwhile.
        """
        if not opened:
            return set()
        added = self.session.execute(_OPEN, [case.values(import_id) for case in opened])
        return set(added.scalars())

    def lock(self, *numbers: str) -> list[Case | None]:
        """
        The cases of *numbers*, locked in one order so that two merges cannot clash.
        """
        locked = {n: self.get(n, lock=True) for n in sorted(set(numbers))}
        return [locked[number] for number in numbers]

    def ledger_row(self, number: str) -> dict[str, Any]:
        """
        What the ledger said of a case. Raises `CannotDecryptError`.
        """
        query = select(cases.c.encrypted).where(cases.c.number == number)
        encrypted = self.session.execute(query).scalar_one()
        return dict(decrypt_json(encrypted, _row_of(number)))

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[tuple[Case, dict[str, Any]]]:
        """
        The cases of *offices*, each with its ledger row.
        """
        query = self.query().add_columns(cases.c.encrypted)
        query = query.where(cases.c.office.in_(offices))
        return read_page(self.session, query, request, [cases.c.number]).map(
            self._with_row
        )

    def _with_row(self, row: Any) -> tuple[Case, dict[str, Any]]:
        values = row._asdict()
        encrypted = values.pop("encrypted")
        return Case(**values), decrypt_json(encrypted, _row_of(row.number))

    def same_matter(self, offices: Collection[str], request: PageRequest) -> Page[Any]:
        """
        Groups of unmerged cases of one matter among the cases of *offices*.
        """
        numbers = func.array_agg(aggregate_order_by(cases.c.number, cases.c.number))
        query = (
            select(cases.c.matter, numbers.label("numbers"))
            .where(
                cases.c.merged_into.is_(None),
                cases.c.matter.is_not(None),
                cases.c.office.in_(offices),
            )
            .group_by(cases.c.matter)
            .having(func.count() > 1)
        )
        return read_page(self.session, query, request, [cases.c.matter])


def _row_of(number: str) -> Place:
    return str(cases), "encrypted", number
