"""
The pushed ledgers and the rows of them that were rejected: everything that an office
wrote is encrypted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    String,
    func,
    select,
    update,
)

from services.intake.domain.ledgers import OVER, Import, ImportState, RejectedRow
from services.intake.store.tables import metadata
from shared.records import table_of
from shared.sealed_records import SealedRecords
from shared.storage.encryption import Place, field_cipher
from shared.web.paging import Page, PageRequest

_OF_IMPORT = ("filename", "notices", "problems")
_OF_ROW = ("sheet", "problems", "raw")

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
    sealed=_OF_IMPORT,
)

rejected_rows = table_of(
    RejectedRow,
    "rejected_rows",
    metadata,
    Column("import_id", ForeignKey(imports.c.id), primary_key=True),
    key=("import_id", "position"),
    sealed=_OF_ROW,
)


class Imports(SealedRecords[Import]):
    """
    The pushed ledgers, each with its file until it is read.
    """

    table = imports
    record = Import
    sealed = _OF_IMPORT

    def push(self, pushed: Import, content: bytes, checksum: str) -> None:
        """
        Store a ledger that is to be read, with the file itself.
        """
        encrypted = field_cipher().encrypt_bytes(content, _file_of(pushed.id))
        values = {**self.values(pushed), "content": encrypted, "checksum": checksum}
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
        """
        The pushed file. Raises `CannotDecryptError`.
        """
        query = select(imports.c.content).where(imports.c.id == number)
        stored = self.session.execute(query).scalar_one()
        return field_cipher().decrypt_bytes(stored, _file_of(number))

    def progress(self, number: str, **counts: int) -> bool:
        """
        Add *counts* to what was read so far; False if the import was ended meanwhile.
        """
        moved = self.session.execute(
            update(imports)
            .where(imports.c.id == number, imports.c.state.not_in(OVER))
            .values(
                state=ImportState.READING,
                moved_at=func.clock_timestamp(),
                **{name: imports.c[name] + value for name, value in counts.items()},
            )
        )
        return moved.rowcount > 0

    def take_up(self, number: str) -> None:
        """
        Record that an import is to be read on from where it stands.
        """
        self.session.execute(
            update(imports)
            .where(imports.c.id == number)
            .values(moved_at=func.clock_timestamp())
        )

    def standing_still(self, after: timedelta) -> int:
        """
        How many imports have not been read on for so long.
        """
        query = select(func.count()).where(
            imports.c.state.not_in(OVER),
            imports.c.moved_at < func.clock_timestamp() - after,
        )
        return int(self.session.execute(query).scalar_one())

    def finish(
        self,
        number: str,
        *,
        state: ImportState,
        notices: Sequence[str],
        problems: Sequence[Mapping[str, Any]],
    ) -> None:
        """
        End an import and delete the file, whatever the end.
        """
        pushed = self.get(number, lock=True)
        if pushed is None:
            return
        ended = replace(
            pushed, state=state, notices=tuple(notices), problems=tuple(problems)
        )
        self.session.execute(
            update(imports)
            .where(imports.c.id == number)
            .values({**self.values(ended), "content": None})
        )

    def with_a_file_older_than(self, age: timedelta) -> str | None:
        """
        An import whose file has been waiting so long, locked; None if there is none.
        """
        query = select(imports.c.id).where(
            imports.c.content.is_not(None), imports.c.created_at < func.now() - age
        )
        locked = query.limit(1).with_for_update(skip_locked=True)
        return self.session.execute(locked).scalar()

    def reject(self, number: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """
        Store rows that did not become cases, as the office wrote them.
        """
        names = ("position", "sheet", "row", "problems", "raw")
        rejected = [
            RejectedRow(import_id=number, **{name: row[name] for name in names})
            for row in rows
        ]
        RejectedRows(self.session).insert(*rejected)

    def rejected(self, number: str, limit: int | None = None) -> list[RejectedRow]:
        rows = RejectedRows(self.session)
        return rows.all(rows.of_import(number).limit(limit))

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Import]:
        return self.page(self.query().where(imports.c.office.in_(offices)), request)


class RejectedRows(SealedRecords[RejectedRow]):
    """
    The rows of ledgers that did not become cases.
    """

    table = rejected_rows
    record = RejectedRow
    sealed = _OF_ROW

    def of_import(self, number: str) -> Select[Any]:
        query = self.query().where(rejected_rows.c.import_id == number)
        return query.order_by(rejected_rows.c.position)


def _file_of(number: str) -> Place:
    return str(imports), "content", number
