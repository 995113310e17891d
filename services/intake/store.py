"""
What intake remembers. The only SQL of the service.

A petitioner is one encrypted text and a keyed hash; the rest is about the matter.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    case,
    func,
    literal,
    select,
    update,
)
from sqlalchemy import (
    Sequence as Numbers,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert

from services.intake.domain import Case, Petition, Reply
from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.person import person_hash, person_hash_by_name
from shared.settings import settings
from shared.storage.audit import audit_table
from shared.storage.database import metadata_of
from shared.storage.encryption import FieldCipher, keyed_hash
from shared.web.idempotency import idempotency_table

metadata = metadata_of("intake")
OUTBOX = Outbox("intake", outbox_table(metadata))
TABLES = {
    "inbox": inbox_table(metadata),
    "idempotency": idempotency_table(metadata),
    "audit": audit_table(metadata),
}

petition_numbers = Numbers("petition_numbers", metadata=metadata)

petitions = Table(
    "petitions",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("channel", String, nullable=False),
    Column("category", String, nullable=False),
    Column("case_kind", String, nullable=False),
    Column("repeat_of", String),
    Column("matter", String),
    Column("encrypted", Text, nullable=False),
    Index("ix_petitions_office_number", "office", "number"),
    Index("ix_petitions_matter", "matter", "received_on"),
)

replies = Table(
    "replies",
    metadata,
    Column("position", Integer, Identity(always=True), primary_key=True),
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Column("replied_on", Date, nullable=False),
    Column("kind", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("outcome", Text),
    Column("summary", Text, nullable=False),
    Index("ix_replies_petition", "petition"),
)

cases = Table(
    "cases",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("track", String, nullable=False),
    Column("in_scope", Boolean, nullable=False),
    Column("failing", ARRAY(String), nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("merged_into", String),
    Column("merged_on", Date),
    Column("unmerged_on", Date),
    Column("person", String),
    Column("matter", String),
    Column("content", String, nullable=False),
    Column("row", JSONB, nullable=False),
    Column("encrypted", Text, nullable=False),
    Column("import_id", String),
    Index("ix_cases_office_number", "office", "number"),
    Index("ix_cases_matter", "matter"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("filename", String, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("checksum", String, nullable=False),
    Column("content", LargeBinary),
    Column("state", String, nullable=False),
    Column("rows_read", Integer, nullable=False, server_default="0"),
    Column("rows_kept", Integer, nullable=False, server_default="0"),
    Column("rows_repeated", Integer, nullable=False, server_default="0"),
    Column("rows_rejected", Integer, nullable=False, server_default="0"),
    Column("out_of_scope", Integer, nullable=False, server_default="0"),
    Column("notices", JSONB, nullable=False, server_default="[]"),
    Column("faults", JSONB, nullable=False, server_default="[]"),
    Column(
        "created_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Index("ix_imports_office_checksum", "office", "programme", "checksum"),
)

rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("import_id", ForeignKey(imports.c.id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sheet", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("faults", JSONB, nullable=False),
    Column("encrypted", Text, nullable=False),
)


@lru_cache
def cipher() -> FieldCipher:
    return FieldCipher(settings.field_keys)


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


class Petitions:
    """The petitions and their replies, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, body: Mapping[str, Any], *, office: str, programme: str) -> Petition:
        """
        Number and keep a petition; the earliest of its matter makes it a repeat.
        """
        who = body["petitioner"] or {}
        person = person_of(who.get("id_no"), who.get("name"))
        matter = matter_of(person, body.get("original_case_no"))
        said = {"petitioner": who, "demand": body["demand"]}
        year = body["received_on"].year
        kept = self.session.execute(
            _REGISTER,
            {
                "prefix": f"{office}-{year}-",
                "same": matter,
                "office": office,
                "programme": programme,
                "received_on": body["received_on"],
                "channel": body["channel"],
                "category": body["category"],
                "case_kind": body["case_kind"],
                "matter": matter,
                "encrypted": cipher().encrypt(
                    json.dumps(said, ensure_ascii=False), context="petitions"
                ),
            },
        )
        return Petition(*kept.one())

    def get(self, number: str, *, lock: bool = False) -> Petition | None:
        query = select(*_PETITION).where(petitions.c.number == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return Petition(*row) if row else None

    def of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Petition]:
        query = select(*_PETITION).where(petitions.c.office.in_(offices))
        if after:
            query = query.where(petitions.c.number > after)
        query = query.order_by(petitions.c.number).limit(limit)
        return [Petition(*row) for row in self.session.execute(query)]

    def kinds_replied(self, number: str) -> set[str]:
        query = select(replies.c.kind).where(replies.c.petition == number)
        return set(self.session.scalars(query))

    def add_reply(self, number: str, given: Reply) -> None:
        self.session.execute(
            replies.insert().values(
                petition=number,
                replied_on=given.replied_on,
                kind=given.kind,
                mode=given.mode,
                outcome=given.outcome,
                summary=given.summary,
            )
        )


_PETITION = [
    petitions.c[name]
    for name in (
        "number",
        "office",
        "programme",
        "received_on",
        "channel",
        "category",
        "case_kind",
        "repeat_of",
    )
]
# Made once: building a statement costs more than sending it. The petition's number is
# drawn in it; no matter, no earlier petition of it.
_OPEN = insert(cases).on_conflict_do_nothing().returning(cases.c.number)
_REGISTER = (
    petitions.insert()
    .values(
        number=bindparam("prefix", type_=String).concat(
            func.lpad(func.cast(petition_numbers.next_value(), Text), 7, "0")
        ),
        repeat_of=select(petitions.c.number)
        .where(petitions.c.matter == bindparam("same", type_=String))
        .order_by(petitions.c.received_on, petitions.c.number)
        .limit(1)
        .scalar_subquery(),
    )
    .returning(*_PETITION)
)
_CASE = [
    cases.c[name]
    for name in (
        "number",
        "office",
        "programme",
        "opened_on",
        "track",
        "in_scope",
        "failing",
        "repeats",
        "merged_into",
        "merged_on",
        "unmerged_on",
    )
]


@dataclass(frozen=True)
class NewCase:
    """A case with what its ledger row says, as it goes into the store."""

    case: Case
    row: Mapping[str, Any]
    personal: Mapping[str, Any]
    content: str

    def values(self, import_id: str) -> dict[str, Any]:
        person = person_of(
            self.personal.get("id_no"), self.personal.get("petitioner_name")
        )
        found = self.case
        return {
            "number": found.number,
            "office": found.office,
            "programme": found.programme,
            "opened_on": found.opened_on,
            "track": found.track,
            "in_scope": found.in_scope,
            "failing": list(found.failing),
            "repeats": found.repeats,
            "person": person,
            "matter": matter_of(person, self.row.get("original_case_no")),
            "content": self.content,
            "row": dict(self.row),
            "encrypted": cipher().encrypt(
                json.dumps(self.personal, ensure_ascii=False), context="cases"
            ),
            "import_id": import_id,
        }


class Cases:
    """The cases, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

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

    def add(self, fresh: Sequence[NewCase], import_id: str) -> set[str]:
        """
        Keep *fresh* cases; return the numbers that were not taken meanwhile.
        """
        if not fresh:
            return set()
        added = self.session.execute(_OPEN, [case.values(import_id) for case in fresh])
        return set(added.scalars())

    def get(self, number: str, *, lock: bool = False) -> Case | None:
        query = select(*_CASE).where(cases.c.number == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return _case(row) if row else None

    def lock(self, *numbers: str) -> list[Case | None]:
        """
        The cases of *numbers*, locked in one order so that two merges cannot clash.
        """
        kept = {number: self.get(number, lock=True) for number in sorted(set(numbers))}
        return [kept[number] for number in numbers]

    def ledger_row(self, number: str) -> dict[str, Any]:
        query = select(cases.c.row).where(cases.c.number == number)
        return dict(self.session.execute(query).scalar_one())

    def of(self, offices: Collection[str], after: str | None, limit: int) -> list[Any]:
        query = select(*_CASE, cases.c.row).where(cases.c.office.in_(offices))
        if after:
            query = query.where(cases.c.number > after)
        return list(self.session.execute(query.order_by(cases.c.number).limit(limit)))

    def put(self, changed: Case) -> None:
        self.session.execute(
            update(cases)
            .where(cases.c.number == changed.number)
            .values(
                merged_into=changed.merged_into,
                merged_on=changed.merged_on,
                unmerged_on=changed.unmerged_on,
            )
        )

    def same_matter(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Any]:
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
            .order_by(cases.c.matter)
            .limit(limit)
        )
        if after:
            query = query.where(cases.c.matter > after)
        return list(self.session.execute(query))


def _case(row: Row[Any]) -> Case:
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Case(**{**kept, "failing": tuple(kept["failing"])})


class Imports:
    """The pushed ledgers, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, **values: Any) -> None:
        self.session.execute(imports.insert().values(**values))

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
            imports.c.state != "failed",
            ~imports.c.dry_run,
        )
        return self.session.execute(query).scalar()

    def get(self, number: str) -> Any:
        columns = [c for c in imports.c if c.name not in {"content", "checksum"}]
        query = select(*columns).where(imports.c.id == number)
        return self.session.execute(query).first()

    def content(self, number: str) -> bytes:
        query = select(imports.c.content).where(imports.c.id == number)
        return bytes(self.session.execute(query).scalar_one())

    def progress(self, number: str, *, state: str, **counts: int) -> None:
        """
        Add *counts* to what was read so far.
        """
        self.session.execute(
            update(imports)
            .where(imports.c.id == number)
            .values(
                state=state,
                **{name: imports.c[name] + value for name, value in counts.items()},
            )
        )

    def finish(
        self, number: str, *, state: str, notices: list[str], faults: list[Any]
    ) -> None:
        """
        End an import; the file itself is no longer needed, except after a failure.
        """
        self.session.execute(
            update(imports)
            .where(imports.c.id == number)
            .values(
                state=state,
                notices=notices,
                faults=faults,
                content=case((literal(state == "done"), None), else_=imports.c.content),
            )
        )

    def reject(self, number: str, rows: Iterable[Mapping[str, Any]]) -> None:
        values = [
            {
                "import_id": number,
                "position": row["position"],
                "sheet": row["sheet"],
                "row": row["row"],
                "faults": row["faults"],
                "encrypted": cipher().encrypt(
                    json.dumps(row["raw"], ensure_ascii=False), context="rejected_rows"
                ),
            }
            for row in rows
        ]
        if values:
            self.session.execute(rejected_rows.insert(), values)

    def rejected(self, number: str, limit: int | None = None) -> list[Any]:
        query = (
            select(rejected_rows)
            .where(rejected_rows.c.import_id == number)
            .order_by(rejected_rows.c.position)
        )
        return list(self.session.execute(query.limit(limit) if limit else query))

    def of(self, offices: Collection[str], after: Any, limit: int) -> list[Any]:
        columns = [c for c in imports.c if c.name not in {"content", "checksum"}]
        query = select(*columns).where(imports.c.office.in_(offices))
        if after:
            query = query.where(imports.c.id > after)
        return list(self.session.execute(query.order_by(imports.c.id).limit(limit)))


def original(rejected: Any) -> dict[str, str]:
    """
    What stood in a rejected row, as the office wrote it.
    """
    text = cipher().decrypt(rejected.encrypted, context="rejected_rows")
    return dict(json.loads(text))
