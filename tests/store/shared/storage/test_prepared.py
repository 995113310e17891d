"""
A statement that is prepared once for each connection and executed ever after.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError

from shared.storage.database import send_later, transaction
from shared.storage.prepared import Prepared

number, word = sa.bindparam("number", type_=sa.Integer), sa.bindparam("word")
TWICE = Prepared(
    sa.select(
        (sa.cast(number, sa.Integer) * 2).label("twice"),
        sa.cast(word, sa.Text).like("100 %").label("alike"),
        (10 / sa.cast(number, sa.Integer)).label("part"),
    )
)
ASKED = {"number": 5, "word": "100 %(word)s"}


pytestmark = pytest.mark.usefixtures("engine")


def asked(**more):
    with transaction("intake") as session:
        return TWICE.one(session, ASKED | more)


def count_prepared():
    with transaction("intake") as session:
        query = "SELECT count(*) FROM pg_prepared_statements"
        return session.exec_driver_sql(query).scalar_one()


def test_it_answers_as_the_plain_statement_does(sent):
    assert asked() == (10, True, 2)
    assert asked(number=-1, word="99") == (-2, False, -10)
    assert sent == [sent[0], "COMMIT"] * 2
    assert sent[0].startswith("BEGIN;EXECUTE ")
    assert count_prepared() == 1


def test_what_waits_to_be_sent_goes_before_it(sent):
    with transaction("intake") as session:
        send_later(session, "SELECT set_config('jianjian.said', %s, true)", ["100 %"])
        TWICE.one(session, ASKED)
        said = "SELECT current_setting('jianjian.said')"
        assert session.exec_driver_sql(said).scalar_one() == "100 %"

    assert len(sent) == 3


def test_after_an_error_in_its_execution_it_is_still_prepared():
    asked()
    with pytest.raises(DataError):
        asked(number=0)

    assert asked() == (10, True, 2)
    assert count_prepared() == 1


def test_another_connection_prepares_it_anew(engine):
    asked()
    engine.dispose()

    assert count_prepared() == 0
    assert asked() == (10, True, 2)
