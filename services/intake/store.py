"""
What intake stores: petitions with their replies, cases, and the ledgers they came in.

A petitioner is one encrypted text and a keyed hash; the rest is about the matter.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Select,
    String,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy import Sequence as Numbers
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert

from services.intake.domain import (
    Case,
    Import,
    ImportState,
    Petition,
    RejectedRow,
    Reply,
)
from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.person import person_hash, person_hash_by_name
from shared.records import Records, columns_of, read_page, row_of, table_of
from shared.settings import settings
from shared.storage.audit import audit_table
from shared.storage.database import metadata_of
from shared.storage.encryption import FieldCipher, keyed_hash
from shared.web.idempotency import idempotency_table
from shared.web.paging import Page, PageRequest

metadata = metadata_of("intake")
OUTBOX = Outbox("intake", outbox_table(metadata))
TABLES = {
    "inbox": inbox_table(metadata),
    "idempotency": idempotency_table(metadata),
    "audit": audit_table(metadata),
}

petition_numbers = Numbers("petition_numbers", metadata=metadata)

petitions = table_of(
    Petition,
    "petitions",
    metadata,
    Column("matter", String),
    Column("encrypted", String, nullable=False),
    Index("ix_petitions_office_number", "office", "number"),
    Index("ix_petitions_matter", "matter", "received_on"),
    key="number",
)

replies = table_of(
    Reply,
    "replies",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Index("ix_replies_petition", "petition"),
)

cases = table_of(
    Case,
    "cases",
    metadata,
    Column("person", String),
    Column("matter", String),
    Column("content", String, nullable=False),
    Column("row", JSONB, nullable=False),
    Column("encrypted", String, nullable=False),
    Column("import_id", String),
    Index("ix_cases_office_number", "office", "number"),
    Index("ix_cases_matter", "matter"),
    key="number",
)

imports = table_of(
    Import,
    "imports",
    metadata,
    Column("checksum", String, nullable=False),
    Column("content", LargeBinary),
    Column(
        "created_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Index("ix_imports_office_checksum", "office", "programme", "checksum"),
)

rejected_rows = table_of(
    RejectedRow,
    "rejected_rows",
    metadata,
    Column("import_id", ForeignKey(imports.c.id), primary_key=True),
    key=("import_id", "position"),
)


@lru_cache
def cipher() -> FieldCipher:
    return FieldCipher(settings.field_keys)


def encrypted(table: str, value: Any) -> str:
    """
    *value* as encrypted JSON that decrypts in its *table* only.
    """
    return cipher().encrypt(json.dumps(value, ensure_ascii=False), context=table)


def matter_of(person: str | None, original_case_no: str | None) -> str | None:
    """
    The same person and the same original case are the same matter (A-16).
    """
    if not person or not original_case_no:
        return None
    return keyed_hash(settings.person_key, person, original_case_no)


def person_of(id_no: str | None, name: str | None) -> str | None:
    """
    A keyed hash of the identity number, or of the name where there is none.
    """
    if id_no:
        return person_hash(settings.person_key, id_no)
    return person_hash_by_name(settings.person_key, name) if name else None


# Made once: building a statement costs more than sending it. The petition's number is
# drawn in it; no matter, no earlier petition of it.
_REGISTER = (
    petitions.insert()
    .values(
        number=bindparam("prefix", type_=String).concat(
            func.lpad(func.cast(petition_numbers.next_value(), String), 7, "0")
        ),
        repeat_of=select(petitions.c.number)
        .where(petitions.c.matter == bindparam("same", type_=String))
        .order_by(petitions.c.received_on, petitions.c.number)
        .limit(1)
        .scalar_subquery(),
    )
    .returning(*columns_of(petitions, Petition))
)


class Petitions(Records[Petition]):
    """
    The petitions and their replies.
    """

    table = petitions
    record = Petition

    def register(
        self, body: Mapping[str, Any], *, office: str, programme: str
    ) -> Petition:
        """
        Number and store a petition; the earliest of its matter makes it a repeat.
        """
        petitioner = body["petitioner"] or {}
        person = person_of(petitioner.get("id_no"), petitioner.get("name"))
        matter = matter_of(person, body.get("original_case_no"))
        private = {"petitioner": petitioner, "demand": body["demand"]}
        public = ("received_on", "channel", "category", "case_kind")
        stored = self.session.execute(
            _REGISTER,
            {
                "prefix": f"{office}-{body['received_on'].year}-",
                "same": matter,
                "office": office,
                "programme": programme,
                **{name: body[name] for name in public},
                "matter": matter,
                "encrypted": encrypted("petitions", private),
            },
        )
        return Petition(**stored.one()._asdict())

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Petition]:
        return self.page(self.query().where(petitions.c.office.in_(offices)), request)

    def kinds_replied(self, number: str) -> set[str]:
        query = select(replies.c.kind).where(replies.c.petition == number)
        return set(self.session.scalars(query))

    def add_reply(self, reply: Reply) -> None:
        self.session.execute(replies.insert().values(row_of(reply)))


@dataclass(frozen=True)
class NewCase:
    """
    A case with what its ledger row says, as it goes into the store.

    *content* is a hash of the row, *personal* what only intake may read of it.
    """

    case: Case
    row: Mapping[str, Any]
    personal: Mapping[str, Any]
    content: str

    def values(self, import_id: str) -> dict[str, Any]:
        person = person_of(
            self.personal.get("id_no"), self.personal.get("petitioner_name")
        )
        return {
            **row_of(self.case),
            "person": person,
            "matter": matter_of(person, self.row.get("original_case_no")),
            "content": self.content,
            "row": dict(self.row),
            "encrypted": encrypted("cases", self.personal),
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
        Of those *numbers* that are taken: the office and the hash of the content.
        """
        query = select(cases.c.number, cases.c.office, cases.c.content).where(
            cases.c.number.in_(numbers)
        )
        return {
            n: (office, content) for n, office, content in self.session.execute(query)
        }

    def open(self, opened: Sequence[NewCase], import_id: str) -> set[str]:
        """
        Store new cases; return the numbers that were not taken meanwhile.
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
        query = select(cases.c.row).where(cases.c.number == number)
        return dict(self.session.execute(query).scalar_one())

    def of_offices(self, offices: Collection[str], request: PageRequest) -> Page[Any]:
        """
        The cases of *offices*, each with its ledger row.
        """
        query = self.query().add_columns(cases.c.row)
        query = query.where(cases.c.office.in_(offices))
        return read_page(self.session, query, request, [cases.c.number])

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


class Imports(Records[Import]):
    """
    The pushed ledgers and the rows of them that were rejected.
    """

    table = imports
    record = Import

    def push(self, pushed: Import, content: bytes, checksum: str) -> None:
        """
        Store a ledger that is to be read, with the file itself.
        """
        values = {**row_of(pushed), "content": content, "checksum": checksum}
        self.session.execute(imports.insert().values(values))

    def same(self, office: str, programme: str, checksum: str) -> str | None:
        """
        The earlier push of the very same file, unless it was a dry run or failed.

        Two pushes at the same moment wait for each other.
        """
        self.session.execute(
            select(func.pg_advisory_xact_lock(func.hashtext(office + checksum)))
        )
        query = select(imports.c.id).where(
            imports.c.office == office,
            imports.c.programme == programme,
            imports.c.checksum == checksum,
            imports.c.state != ImportState.FAILED,
            ~imports.c.dry_run,
        )
        return self.session.execute(query).scalar()

    def content(self, number: str) -> bytes:
        query = select(imports.c.content).where(imports.c.id == number)
        return bytes(self.session.execute(query).scalar_one())

    def progress(self, number: str, **counts: int) -> None:
        """
        Add *counts* to what was read so far.
        """
        self.session.execute(
            update(imports)
            .where(imports.c.id == number)
            .values(
                state=ImportState.READING,
                **{name: imports.c[name] + value for name, value in counts.items()},
            )
        )

    def finish(
        self,
        number: str,
        *,
        state: ImportState,
        notices: Sequence[str],
        problems: Sequence[Mapping[str, Any]],
    ) -> None:
        """
        End an import; the file itself is no longer needed, except after a failure.
        """
        done = {"content": None} if state is ImportState.DONE else {}
        self.session.execute(
            update(imports)
            .where(imports.c.id == number)
            .values(state=state, notices=notices, problems=problems, **done)
        )

    def reject(self, number: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """
        Store rows that did not become cases, as the office wrote them.
        """
        RejectedRows(self.session).insert(
            *(
                RejectedRow(
                    import_id=number,
                    position=row["position"],
                    sheet=row["sheet"],
                    row=row["row"],
                    problems=row["problems"],
                    encrypted=encrypted("rejected_rows", row["raw"]),
                )
                for row in rows
            )
        )

    def rejected(self, number: str, limit: int | None = None) -> list[RejectedRow]:
        rows = RejectedRows(self.session)
        return rows.all(rows.of_import(number).limit(limit))

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Import]:
        return self.page(self.query().where(imports.c.office.in_(offices)), request)


class RejectedRows(Records[RejectedRow]):
    """
    The rows of ledgers that did not become cases.
    """

    table = rejected_rows
    record = RejectedRow

    def of_import(self, number: str) -> Select[Any]:
        query = self.query().where(rejected_rows.c.import_id == number)
        return query.order_by(rejected_rows.c.position)


def original(rejected: RejectedRow) -> dict[str, str]:
    """
    What stood in a rejected row, as the office wrote it.
    """
    text = cipher().decrypt(rejected.encrypted, context="rejected_rows")
    return dict(json.loads(text))
