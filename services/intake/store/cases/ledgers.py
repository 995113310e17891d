"""
The pushed ledgers and the rows of them that were rejected: everything that an office
wrote is encrypted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    delete,
    exists,
    func,
    select,
    update,
)

from services.intake.domain.cases.ledgers import (
    UNENDED,
    Import,
    ImportState,
    RejectedRow,
)
from services.intake.store.tables import metadata
from shared.records.sealed import SealedRecords
from shared.records.tables import kinds_of, table_of
from shared.storage.encryption import Place, field_cipher
from shared.storage.name_locks import lock_name
from shared.storage.row_sets import as_rows, insert_rows
from shared.web.paging import Page, PageRequest

_PAGE = 200  # rejected rows decrypted at once
_OF_IMPORT = ("filename", "notices", "problems")
_OF_ROW = ("sheet", "problems", "raw")

imports = table_of(
    Import,
    "imports",
    metadata,
    Column("checksum", String, nullable=False),
    Column(
        "created_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Index("ix_imports_office", "office", "id"),
    Index("ix_imports_office_state", "office", "state", "id"),
    Index("ix_imports_office_checksum", "office", "programme", "checksum"),
    # What timers and scrapes look for: few, however many there ever were.
    Index(
        "ix_imports_unended",
        "id",
        postgresql_where="state = 'waiting' OR state = 'reading' OR state = 'given_up'",
    ),
    sealed=_OF_IMPORT,
)

# A file is stored in parts: to write one of 20 MB into a statement takes a second, in
# which the service would answer nobody.
PART = 512 * 1024
file_parts = Table(
    "file_parts",
    metadata,
    Column("import_id", ForeignKey(imports.c.id), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

rejected_rows = table_of(
    RejectedRow,
    "rejected_rows",
    metadata,
    Column("import_id", ForeignKey(imports.c.id), primary_key=True),
    key=("import_id", "position"),
    sealed=_OF_ROW,
)

_REJECT = insert_rows(rejected_rows)


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
        values = {**self.values(pushed), "checksum": checksum}
        values["created_at"] = pushed.created_at or func.clock_timestamp()
        self.session.execute(imports.insert().values(values))
        for part, start in enumerate(range(0, len(content) or 1, PART)):
            encrypted = field_cipher().encrypt_bytes(
                content[start : start + PART], _part_of(pushed.id, part)
            )
            row = {"import_id": pushed.id, "part": part, "content": encrypted}
            self.session.execute(file_parts.insert().values(row))

    def same(self, office: str, programme: str, checksum: str) -> str | None:
        """
        The earlier push of the very same file, unless it was a dry run or failed.

        Two pushes at the same moment wait for each other.
        """
        lock_name(self.session, office + checksum)
        query = select(imports.c.id).where(
            imports.c.office == office,
            imports.c.programme == programme,
            imports.c.checksum == checksum,
            imports.c.state != ImportState.FAILED,
            ~imports.c.dry_run,
        )
        return self.session.execute(query).scalar()

    def waiting(self, office: str) -> str | None:
        """
        The import of an office that has been waiting longest to be read.
        """
        query = select(imports.c.id).where(
            imports.c.office == office, imports.c.state == ImportState.WAITING
        )
        oldest = query.order_by(imports.c.created_at).limit(1)
        return self.session.execute(oldest).scalar()

    def content(self, number: str) -> bytes:
        """
        The pushed file. Raises `CannotDecryptError`.
        """
        of_import = file_parts.c.import_id == number
        query = select(func.count()).select_from(file_parts).where(of_import)
        parts = range(self.session.execute(query).scalar_one())
        return b"".join(self._part(number, part) for part in parts)

    def _part(self, number: str, part: int) -> bytes:
        query = select(file_parts.c.content).where(
            file_parts.c.import_id == number, file_parts.c.part == part
        )
        stored = self.session.execute(query).scalar_one()
        return field_cipher().decrypt_bytes(stored, _part_of(number, part))

    def progress(self, number: str, **counts: int) -> bool:
        """
        Add *counts* to what was read so far; False if somebody has ended the import.
        """
        changed = self.session.execute(
            update(imports)
            .where(imports.c.id == number, imports.c.state.in_(UNENDED))
            .values(
                state=ImportState.READING,
                moved_at=func.clock_timestamp(),
                **{name: imports.c[name] + value for name, value in counts.items()},
            )
        )
        return changed.rowcount > 0

    def move(self, number: str, state: ImportState) -> None:
        """
        Record that an import which has not ended is to be read on, or is not.
        """
        self.session.execute(
            update(imports)
            .where(imports.c.id == number, imports.c.state.in_(UNENDED))
            .values(state=state, moved_at=func.clock_timestamp())
        )

    def standing_still(self, after: timedelta) -> int:
        """
        How many imports have not been read on for so long.
        """
        query = select(func.count()).where(
            imports.c.state.in_(UNENDED),
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
    ) -> bool:
        """
        End an import and delete the file, whatever the end; False if it has ended.
        """
        pushed = self.get(number, lock=True)
        if pushed is None or pushed.state not in UNENDED:
            return False
        ended = replace(
            pushed,
            state=state,
            notices=tuple(notices),
            problems=tuple(problems),
            ended_at=datetime.now(UTC),
        )
        self.session.execute(
            update(imports).where(imports.c.id == number).values(self.values(ended))
        )
        self.session.execute(delete(file_parts).where(file_parts.c.import_id == number))
        return True

    def with_a_file_older_than(self, age: timedelta) -> str | None:
        """
        An import whose file has been waiting so long, locked; None if there is none.
        """
        query = select(imports.c.id).where(
            imports.c.state.in_(UNENDED),  # with the end of an import its file goes
            exists().where(file_parts.c.import_id == imports.c.id),
            imports.c.created_at < func.now() - age,
        )
        locked = query.limit(1).with_for_update(skip_locked=True)
        return self.session.execute(locked).scalar()

    def clear_rejected(self, age: timedelta) -> bool:
        """
        Delete the rows that came back of one import which ended so long ago; whether
        there was one.
        """
        query = select(imports.c.id).where(
            imports.c.ended_at < func.now() - age,
            exists().where(rejected_rows.c.import_id == imports.c.id),
        )
        locked = query.limit(1).with_for_update(skip_locked=True)
        number = self.session.execute(locked).scalar()
        these = rejected_rows.c.import_id == number
        self.session.execute(delete(rejected_rows).where(these))
        return number is not None

    def reject(self, number: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """
        Store rows that did not become cases, as the office wrote them.
        """
        names = [name for name in kinds_of(RejectedRow) if name != "import_id"]
        rejected = [
            RejectedRow(import_id=number, **{name: row[name] for name in names})
            for row in rows
        ]
        if rejected:
            values = map(RejectedRows(self.session).values, rejected)
            self.session.execute(_REJECT, as_rows(values))

    def rejected(self, number: str, limit: int | None = None) -> list[RejectedRow]:
        """
        The rows of an import that did not become cases, at most *limit*.

        Read page by page: to decrypt thousands at once would hold up everybody else.
        """
        rows = RejectedRows(self.session)
        rejected_rows: list[RejectedRow] = []
        while limit is None or len(rejected_rows) < limit:
            query = rows.of_import(
                number, rejected_rows[-1].position if rejected_rows else -1
            )
            page = rows.all(query.limit(_PAGE))
            rejected_rows += page
            if len(page) < _PAGE:
                break
        return rejected_rows[:limit]

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        sort: str = "newest",
        **filters: Any,
    ) -> Page[Import]:
        """
        The ledgers pushed by *offices* of which all *filters* hold, the newest or the
        oldest first.
        """
        query = self.query().where(*(imports.c[f] == v for f, v in filters.items()))
        # Ids are drawn in the order of time.
        newest = sort == "newest"
        return self.page_of_offices(offices, query, request, newest=newest)


class RejectedRows(SealedRecords[RejectedRow]):
    """
    The rows of ledgers that did not become cases.
    """

    table = rejected_rows
    record = RejectedRow
    sealed = _OF_ROW

    def of_import(self, number: str, after: int) -> Select[Any]:
        query = self.query().where(
            rejected_rows.c.import_id == number, rejected_rows.c.position > after
        )
        return query.order_by(rejected_rows.c.position)


def _part_of(number: str, part: int) -> Place:
    return str(file_parts), "content", number, str(part)
