"""
The pushed ledgers and the rows of them that were rejected.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
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

from services.intake.domain.ledgers import Import, ImportState, RejectedRow
from services.intake.store.personal import cipher, encrypted
from services.intake.store.tables import metadata
from shared.records import Records, row_of, table_of
from shared.web.paging import Page, PageRequest

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
