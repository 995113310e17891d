"""
One relay carries an outbox; one that hangs is relieved of it, one that works is not.
"""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from shared.messaging.relay import name_of, take_turn

AN_HOUR, AT_ONCE = 3600.0, 0.0


@contextmanager
def relay(database):
    with psycopg.connect(
        database.url("intake"),
        autocommit=True,
        row_factory=namedtuple_row,
        application_name=name_of("store-test"),
    ) as connection:
        yield connection


def test_a_relay_that_works_keeps_its_turn(database):
    with relay(database) as working, relay(database) as standby:
        assert take_turn(working, "store-test", AN_HOUR)
        assert not take_turn(standby, "store-test", AN_HOUR)
        assert not take_turn(standby, "store-test", AN_HOUR)
        assert working.execute("SELECT 1").fetchone()


def test_a_relay_that_hangs_is_relieved_and_can_mark_nothing_any_more(
    database, eventually
):
    with relay(database) as hanging, relay(database) as standby:
        assert take_turn(hanging, "store-test", AN_HOUR)
        taken = eventually(lambda: take_turn(standby, "store-test", AT_ONCE))
        with pytest.raises(psycopg.OperationalError):
            hanging.execute("SELECT 1")

    assert taken
