"""
The file of a pushed ledger: encrypted, and deleted at every end of its import.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from services.intake.casework.importing import clear_rejected_rows, end_overdue_import
from services.intake.domain.cases.ledgers import Import, ImportState
from services.intake.store import Imports
from shared import clock
from shared.storage.encryption import CannotDecryptError
from tests.builders import new_number


@pytest.fixture
def pushed(session):
    def push():
        ledger = Import(
            id=new_number(),
            office="410922",
            programme="puyang-2020",
            filename="甄台账.xlsx",
            dry_run=False,
            created_at=datetime.now(UTC),
            moved_at=clock.now(),
        )
        Imports(session).push(ledger, b"PK\x03\x04", "checksum")
        return ledger

    return push


def stored(session, ledger):
    query = sa.text("SELECT * FROM intake.imports WHERE id = :id")
    return session.execute(query, {"id": ledger.id}).one()


def parts_of(session, ledger):
    query = sa.text("SELECT content FROM intake.file_parts WHERE import_id = :id")
    return list(session.scalars(query, {"id": ledger.id}))


def test_a_pushed_file_opens_in_its_own_import_only(session, pushed):
    first, second = pushed(), pushed()
    imports = Imports(session)

    assert imports.get(first.id) == first
    assert imports.content(first.id) == b"PK\x03\x04"
    assert "甄" not in str(stored(session, first))
    assert b"PK" not in b"".join(parts_of(session, first))
    session.execute(
        sa.text("UPDATE intake.file_parts SET content = :other WHERE import_id = :id"),
        {"id": first.id, "other": parts_of(session, second)[0]},
    )
    with pytest.raises(CannotDecryptError):
        imports.content(first.id)


@pytest.mark.parametrize("state", [ImportState.DONE, ImportState.FAILED])
def test_the_file_is_deleted_whatever_the_end(session, pushed, state):
    ledger = pushed()
    Imports(session).progress(ledger.id, rows_read=3)
    problem = {"code": "other_form"}
    Imports(session).finish(
        ledger.id, state=state, notices=["未读"], problems=[problem]
    )
    ended = Imports(session).get(ledger.id)

    assert parts_of(session, ledger) == []
    assert (ended.state, ended.rows_read, ended.notices) == (state, 3, ("未读",))
    assert ended.problems == (problem,)


def test_rows_that_came_back_are_deleted_a_month_after_the_end(session, pushed):
    old, new = pushed(), pushed()
    row = {"position": 1, "sheet": "台账", "row": 4, "problems": [], "raw": {"a": "甄"}}
    for ledger in (old, new):
        Imports(session).reject(ledger.id, [row])
        Imports(session).finish(
            ledger.id, state=ImportState.DONE, notices=(), problems=()
        )
    session.execute(
        sa.text(
            "UPDATE intake.imports SET ended_at = now() - interval '31 days'"
            " WHERE id = :id"
        ),
        {"id": old.id},
    )

    assert clear_rejected_rows(session)
    assert not clear_rejected_rows(session)
    assert Imports(session).rejected(old.id) == []
    assert len(Imports(session).rejected(new.id)) == 1


def test_a_file_that_is_not_read_in_time_is_deleted_and_the_import_ends(
    session, pushed
):
    old, new = pushed(), pushed()
    session.execute(
        sa.text(
            "UPDATE intake.imports SET created_at = now() - interval '8 days'"
            " WHERE id = :id"
        ),
        {"id": old.id},
    )

    assert end_overdue_import(session)
    assert not end_overdue_import(session)
    ended = Imports(session).get(old.id)
    assert ended.state is ImportState.FAILED
    assert [problem["code"] for problem in ended.problems] == ["reading_given_up"]
    assert parts_of(session, old) == []
    assert Imports(session).content(new.id) == b"PK\x03\x04"
