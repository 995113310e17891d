"""
The file of a pushed ledger in the database, from the push to the end of the import.
"""

from __future__ import annotations

import os
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.intake.domain.cases.ledgers import Import, ImportState
from services.intake.store import Imports
from services.intake.store.cases.ledgers import PART, file_parts
from shared import clock
from shared.storage.encryption import CannotDecryptError

OFFICE = "419998"  # of no other test


@pytest.fixture
def imports(database):
    """
    The imports, in one transaction of which nothing is kept.
    """
    with database.engine("intake").connect() as session:
        yield Imports(session)
        session.rollback()


@pytest.fixture
def pushed(imports):
    """
    Pushes a file; gives the id of its import.
    """

    def push(content):
        job = Import(
            id=str(uuid4()),
            office=OFFICE,
            programme="puyang-2020",
            filename="台账.xlsx",
            dry_run=False,
            moved_at=clock.now(),
        )
        imports.push(job, content, str(uuid4()))
        return job.id

    return push


def parts(imports, number):
    query = sa.select(file_parts).where(file_parts.c.import_id == number)
    return list(imports.session.execute(query.order_by(file_parts.c.part)))


def end(imports, number):
    return imports.finish(number, state=ImportState.DONE, notices=(), problems=())


@pytest.mark.parametrize("length", [0, 1, PART, 2 * PART + 1])
def test_a_file_is_stored_in_parts_of_which_none_takes_long(imports, pushed, length):
    content = os.urandom(length)
    number = pushed(content)

    assert imports.content(number) == content
    assert len(parts(imports, number)) == max(-(-length // PART), 1)
    assert all(len(part.content) < PART + 100 for part in parts(imports, number))


def test_the_parts_of_a_file_do_not_change_places(imports, pushed):
    number = pushed(os.urandom(PART + 1))
    of_import = file_parts.c.import_id == number
    for before, after in ((0, 9), (1, 0), (9, 1)):
        imports.session.execute(
            sa.update(file_parts)
            .where(of_import, file_parts.c.part == before)
            .values(part=after)
        )

    with pytest.raises(CannotDecryptError):
        imports.content(number)


def test_an_import_ends_once_with_its_file_and_takes_no_more_rows(imports, pushed):
    number = pushed(b"1")

    assert imports.progress(number, rows_read=200)
    assert end(imports, number)
    assert parts(imports, number) == []
    assert not imports.progress(number, rows_read=200)
    assert not end(imports, number)
    assert imports.get(number).rows_read == 200


def test_an_office_reads_what_has_waited_longest(imports, pushed):
    first, second = pushed(b"1"), pushed(b"2")

    assert imports.waiting(OFFICE) == first
    imports.progress(first)
    assert imports.waiting(OFFICE) == second
    end(imports, second)
    assert imports.waiting(OFFICE) is None


def test_an_import_that_is_parked_shows_it_and_can_be_read_on_or_ended(imports, pushed):
    number, ended = pushed(b"1"), pushed(b"2")
    end(imports, ended)
    for each in (number, ended):
        imports.move(each, ImportState.GIVEN_UP)

    assert imports.get(ended).state == ImportState.DONE
    assert imports.get(number).state == ImportState.GIVEN_UP
    assert imports.content(number) == b"1"
    assert imports.waiting(OFFICE) is None
    imports.move(number, ImportState.WAITING)
    assert imports.waiting(OFFICE) == number
    imports.move(number, ImportState.GIVEN_UP)
    assert imports.progress(number, rows_read=1)
    assert imports.get(number).state == ImportState.READING
    assert end(imports, number)


def test_rejected_rows_are_read_page_by_page(imports, pushed):
    number = pushed(b"1")
    row = {"sheet": "", "row": 1, "problems": (), "raw": {}}
    imports.reject(number, ({**row, "position": n} for n in range(450)))
    counted = []
    sa.event.listen(
        imports.session, "before_cursor_execute", lambda *_: counted.append(1)
    )

    assert [each.position for each in imports.rejected(number)] == list(range(450))
    assert len(counted) == 3
    assert len(imports.rejected(number, 100)) == 100
