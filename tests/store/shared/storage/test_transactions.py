"""
A transaction of a service: few round trips, all or nothing, on a connection that lives.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest
import sqlalchemy as sa

from shared.storage.database import attempt, notify_later, send_later, transaction

INSERT = "INSERT INTO said (text) VALUES (%s)"
said = sa.table("said", sa.column("text"))


@pytest.fixture
def engine(engine):
    """
    With a table that is gone afterwards.
    """
    with engine.begin() as session:
        session.exec_driver_sql("CREATE TABLE said (text text CHECK (text <> 'bad'))")
    yield engine
    with engine.begin() as session:
        session.exec_driver_sql("DROP TABLE said")


def stored(engine):
    with engine.begin() as session:
        return list(session.scalars(sa.select(said.c.text)))


def test_what_is_sent_later_goes_with_the_commit(engine, sent):
    with transaction("intake") as session:
        send_later(session, INSERT, ["100 % 一"])
        send_later(session, INSERT, ["%s"])

    assert len(sent) == 1
    assert stored(engine) == ["100 % 一", "%s"]


def test_a_statement_sees_what_was_sent_later_before_it(sent):
    with transaction("intake") as session:
        send_later(session, INSERT, ["%(a)s"])
        found = session.scalars(sa.select(said.c.text).where(said.c.text != "x"))

        assert list(found) == ["%(a)s"]
    assert len(sent) == 2


def test_a_transaction_that_does_nothing_sends_nothing(sent):
    with transaction("intake"):
        pass

    assert sent == []


def test_nothing_is_kept_of_a_transaction_that_fails(engine):
    def fail(later):
        with transaction("intake") as session:
            session.execute(said.insert().values(text="good"))
            send_later(session, INSERT, [later])
            if later == "good":
                raise KeyError

    with pytest.raises(KeyError):
        fail("good")
    with pytest.raises(sa.exc.IntegrityError) as failed:
        fail("bad")

    assert stored(engine) == []
    assert "bad" not in str(failed.value)


def test_a_part_that_fails_leaves_nothing_and_the_transaction_goes_on(engine):
    def part(session, later, fails=False):
        with attempt(session):
            session.execute(said.insert().values(text=f"{later} part"))
            send_later(session, INSERT, [later])
            if fails:
                raise KeyError

    with transaction("intake") as session:
        send_later(session, INSERT, ["before"])
        part(session, "good")
        with pytest.raises(KeyError):
            part(session, "left", fails=True)
        with pytest.raises(sa.exc.IntegrityError):
            part(session, "bad")
        send_later(session, INSERT, ["after"])

    assert stored(engine) == ["before", "good part", "good", "after"]


def test_what_is_sent_later_is_sent_once_before_many_rows(engine):
    with transaction("intake") as session:
        send_later(session, INSERT, ["first"])
        session.execute(
            sa.text("INSERT INTO said VALUES (:text)"), [{"text": "a"}, {"text": "b"}]
        )

    assert stored(engine) == ["first", "a", "b"]


def test_rows_are_read_some_at_a_time_within_the_transaction(engine):
    with transaction("intake") as session:
        send_later(session, INSERT, ["一 %"])
        send_later(session, INSERT, ["二"])
        query = sa.select(said.c.text).execution_options(yield_per=1)
        parts = [list(part) for part in session.scalars(query).partitions()]

    assert parts == [["一 %"], ["二"]]
    assert stored(engine) == ["一 %", "二"]


def test_connections_that_the_server_ended_are_replaced(engine, migrated):
    own = sa.text("SELECT pg_backend_pid()")
    end = sa.text("SELECT pg_terminate_backend(:process, 5000)")
    with transaction("intake") as one, transaction("intake") as other:
        processes = [one.scalar(own), other.scalar(own)]
    with migrated.engine().connect() as owner:
        for process in processes:
            assert owner.scalar(end, {"process": process})

    with transaction("intake") as session:
        assert session.scalar(own) not in processes


def heard(url, do):
    """
    How often those who listen to `outbox_none` were told while *do* ran.
    """
    told = []
    with psycopg.connect(url, autocommit=True) as listener:
        listener.add_notify_handler(told.append)
        listener.execute("LISTEN outbox_none")
        do()
        listener.execute("SELECT")  # what was told until then comes with the answer
    return len(told)


def test_listeners_are_told_in_the_round_trip_of_the_commit(migrated, sent, engine):
    def announce():
        with transaction("intake") as session:
            send_later(session, INSERT, ["one"])
            notify_later(session, "outbox_none")
            notify_later(session, "outbox_none")

    assert heard(migrated.urls["owner"], announce) == 1
    assert len(sent) == 1
    # The database lets those that notify in their own transaction commit one by one.
    assert sent[0].index("COMMIT") < sent[0].index("NOTIFY")
    assert stored(engine) == ["one"]


def test_nobody_is_told_of_what_was_taken_back(migrated, engine):
    def announce_and_fail():
        with suppress(RuntimeError), transaction("intake") as session:
            send_later(session, INSERT, ["one"])
            session.execute(sa.select(said.c.text))
            notify_later(session, "outbox_none")
            raise RuntimeError

    assert heard(migrated.urls["owner"], announce_and_fail) == 0
    assert stored(engine) == []


def test_a_connection_of_another_kind_tells_with_its_commit(migrated, engine):
    def announce():
        with engine.connect() as session:
            notify_later(session, "outbox_none")

    assert heard(migrated.urls["owner"], announce) == 1
