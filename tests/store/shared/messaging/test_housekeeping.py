"""
Old events and answers are cleared and nothing is forgotten: what nobody may miss stays,
and `reconcile` proves by sums what it proved by rows.
"""

from __future__ import annotations

import itertools
import os
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa

from services.hearing.store.tables import documents as hearing_documents
from services.intake.store import TABLES
from shared.messaging import housekeeping
from shared.messaging.cleared import SHARED_LOCK
from shared.messaging.housekeeping import AtWorkError, keep_house, turn
from shared.messaging.reconcile import reconcile
from shared.settings import SERVICES
from shared.storage import contents as storage
from shared.storage.audit import archive, archived_trail, record, trail
from shared.storage.contents import content_folder
from shared.storage.encryption import FieldCipher
from shared.telemetry import background_context, work
from tests.builders import new_number

OPENED, TASK = "intake.case_opened", "intake.task.import"
READERS = ("aid", "assignment", "hearing", "reporting")
YEARS = itertools.count(2001)


@pytest.fixture(autouse=True)
def databases(migrated, monkeypatch, tmp_path):
    """
    The services' addresses are those of a database in which nobody works.
    """
    for service in SERVICES:
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", migrated.urls[service])
    monkeypatch.setenv("DOCUMENTS_FOLDER", str(tmp_path))


@pytest.fixture
def owner(migrated):
    engine = migrated.engine()
    with engine.connect() as session:
        yield session.execution_options(isolation_level="AUTOCOMMIT")
    engine.dispose()


class Events:
    """
    Events of a year in which no other test has any.
    """

    def __init__(self, owner):
        self.owner = owner
        # The first whole slice of a year.
        new_year = int(datetime(next(YEARS), 1, 1, tzinfo=UTC).timestamp() * 1000)
        began = ((new_year >> 24) + 1) << 24
        self.began = datetime.fromtimestamp(began / 1000, UTC)
        self.minutes = itertools.count(1)
        self.ids = []

    def announced(self, kind=OPENED, *, by=READERS, published=True, made_at=None):
        """
        An old event, published and taken *by* these readers; its id.
        """
        when = made_at or self.began + timedelta(minutes=next(self.minutes))
        event = id_of(when)
        insert = (
            "INSERT INTO intake.outbox"
            " (id, type, case_number, body, created_at, published_at)"
            " VALUES (:id, :type, 'none', '{}', :at, :sent)"
        )
        sent = when + timedelta(minutes=1) if published else None
        values = {"id": event, "type": kind, "at": when, "sent": sent}
        self.owner.execute(sa.text(insert), values)
        for reader in by:
            self.take(reader, event, kind, when)
        self.ids.append(event)
        return event

    def take(self, reader, event, kind=OPENED, at=None):
        insert = (
            f"INSERT INTO {reader}.inbox (event_id, type, received_at)"  # noqa: S608 - one of our five
            " VALUES (:id, :type, :at)"
        )
        at = at or self.began + timedelta(days=1)
        self.owner.execute(sa.text(insert), {"id": event, "type": kind, "at": at})

    def kept_by(self, service, table="inbox"):
        column = "id" if table == "outbox" else "event_id"
        query = f"SELECT {column} FROM {service}.{table} WHERE {column} = ANY(:ids)"  # noqa: S608 - one of our five
        rows = self.owner.execute(sa.text(query), {"ids": self.ids}).scalars()
        return {str(event) for event in rows}

    def forget(self):
        """
        Remove the events' rows and the sums of their year.
        """
        ids = {"ids": self.ids}
        for service in SERVICES:
            of_ids = sa.bindparam("ids")
            for table, column in (("outbox", "id"), ("inbox", "event_id")):
                rows = sa.table(table, sa.column(column), schema=service)
                here = sa.any_(sa.cast(of_ids, sa.ARRAY(sa.UUID(as_uuid=False))))
                query = sa.delete(rows).where(rows.c[column] == here)
                self.owner.execute(query, ids)
            self.owner.execute(sa.delete(sa.table("cleared_events", schema=service)))


def id_of(moment):
    """
    An id as of version 7: it begins with the milliseconds of its making.
    """
    milliseconds = int(moment.timestamp() * 1000)
    rest = uuid4().int & ((1 << 80) - 1)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | (rest & ~(0xF << 76))))


@pytest.fixture
def events(owner):
    made = Events(owner)
    yield made
    made.forget()


def nothing_waits(_reader):
    return ()


def faults(events):
    """
    What `reconcile` says about these events and their time.
    """
    report = reconcile(until="infinity")
    named = [*report.missing, *report.without_origin]
    return [
        *(row for row in named if row[2] in events.ids),
        *((reader, group.type, taken) for reader, group, _, taken in report.unequal),
    ]


def test_what_everybody_has_taken_goes_and_nothing_else(events):
    taken, other = events.announced(), events.announced()
    task = events.announced(TASK, by=["intake"])
    kept = [
        events.announced(by=READERS[1:]),
        events.announced(published=False),
        events.announced(TASK, by=[]),
        events.announced(made_at=datetime.now(UTC) - timedelta(days=29)),
    ]
    counts = keep_house(copies=nothing_waits)

    assert events.kept_by("intake", "outbox") == set(kept)
    assert {taken, other, task}.isdisjoint(events.kept_by("assignment"))
    assert events.kept_by("assignment") == {kept[0], kept[1], kept[3]}
    assert events.kept_by("intake") == set()
    assert counts["intake.outbox"] == 3
    assert counts["assignment.inbox"] == 2


def test_a_receipt_stays_while_a_copy_of_its_event_may_still_come(events):
    dead, waiting = events.announced(), events.announced()
    spared = {"aid": None, "hearing": [dead]}
    keep_house(copies=lambda reader: spared.get(reader, ()))

    assert events.kept_by("intake", "outbox") == set()
    assert events.kept_by("aid") == {dead, waiting}
    assert events.kept_by("hearing") == {dead}
    assert events.kept_by("reporting") == set()


def test_what_was_sent_again_stays_until_it_has_arrived(events, owner):
    event = events.announced()
    again = "UPDATE intake.outbox SET published_at = clock_timestamp() WHERE id = :id"
    owner.execute(sa.text(again), {"id": event})
    keep_house(copies=nothing_waits)

    assert events.kept_by("intake", "outbox") == {event}
    assert events.kept_by("aid") == {event}


@pytest.mark.parametrize("sets", [1, 2, 6, 9])
def test_clearing_may_end_anywhere_and_the_next_time_completes_it(
    events, sets, monkeypatch
):
    monkeypatch.setattr(housekeeping, "SET", 2)
    for _ in range(3):
        events.announced()
    ended = Ending(after=sets)
    before = faults(events)
    keep_house(ended, copies=nothing_waits)
    between = faults(events)
    keep_house(copies=nothing_waits)
    after = faults(events)

    assert (before, between, after) == ([], [], [])
    assert events.kept_by("intake", "outbox") == set()
    assert events.kept_by("reporting") == set()


class Ending(threading.Event):
    """
    Is set after so many looks.
    """

    def __init__(self, after):
        super().__init__()
        self.left = after

    def is_set(self):
        self.left -= 1
        return self.left <= 0


def test_reconcile_proves_by_sums_what_was_cleared(events, owner):
    for _ in range(3):
        events.announced()
    keep_house(copies=nothing_waits)
    cleared = faults(events)
    less = "UPDATE hearing.cleared_events SET events = events - 1 WHERE side = 'taken'"
    owner.execute(sa.text(less))
    lost = faults(events)
    owner.execute(sa.text(less.replace("- 1", "+ 1")))
    stranger = id_of(events.began)
    events.ids.append(stranger)
    events.take("aid", stranger)
    added = faults(events)

    assert cleared == []
    assert lost == [("hearing", OPENED, 2)]
    assert added == [("aid", OPENED, 4)]


def test_who_begins_to_read_a_type_does_not_miss_what_was_cleared_before(events, owner):
    events.announced()
    keep_house(copies=nothing_waits)
    owner.execute(sa.text("DELETE FROM aid.cleared_events"))
    later = events.announced(made_at=events.began + timedelta(days=1))

    assert events.kept_by("aid") == {later}
    assert faults(events) == []


def test_reconcile_names_what_is_missing_beside_what_was_cleared(events):
    events.announced()
    keep_house(copies=nothing_waits)
    missed = events.announced(by=READERS[1:])
    other = id_of(events.began + timedelta(days=180))
    events.ids.append(other)
    events.take("aid", other)

    assert faults(events) == [("aid", OPENED, missed), ("aid", OPENED, other)]


def test_stored_answers_are_deleted_after_their_days(owner):
    insert = sa.text(
        "INSERT INTO aid.idempotency (office, key, fingerprint, created_at)"
        " VALUES ('1', :key, '', clock_timestamp() - make_interval(days => :days))"
    )
    owner.execute(insert, [{"key": "old", "days": 31}, {"key": "new", "days": 29}])
    counts = keep_house(copies=nothing_waits)
    left = owner.execute(sa.text("DELETE FROM aid.idempotency RETURNING key"))

    assert left.scalars().all() == ["new"]
    assert counts["aid.idempotency"] == 1


def test_contents_that_no_row_names_are_removed_after_a_day(migrated, contents):
    named, lost, fresh = map(contents.put, (b"named", b"lost", b"fresh"))
    for digest in (named, lost):
        os.utime(contents.file_of(digest), (0, 0))
    engine = migrated.engine("hearing")
    with engine.begin() as session:
        session.execute(hearing_documents.insert(), a_document(named))
    engine.dispose()
    kept = keep_house(copies=lambda _: None)

    assert kept["documents"] == 1
    assert [contents.file_of(each).exists() for each in (named, lost, fresh)] == [
        *(True, False, True)
    ]


@pytest.fixture
def contents(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCUMENTS_FOLDER", str(tmp_path))
    cipher = FieldCipher({"k1": bytes(32)})
    monkeypatch.setattr(storage, "document_cipher", lambda: cipher)
    return content_folder()


def a_document(digest):
    """
    A row of which only the digest matters.
    """
    return {
        **dict.fromkeys(("number", "office", "kind", "media_type", "filed_by"), "x"),
        **dict.fromkeys(("dated", "filed_on"), datetime(2020, 11, 2, tzinfo=UTC)),
        "id": str(uuid4()),
        "digest": digest,
        "size": 5,
        "scan": "clean",
        "made_here": False,
        "encrypted": "x",
    }


def test_old_rows_of_the_audit_trail_go_into_a_file_and_are_read_there(
    owner, migrated, tmp_path
):
    table, subject = TABLES["audit"], new_number()
    by = {"office": "410922", "token": "t", "act": "merge_case", "subject": subject}
    why = {"reason": "甄重复"}
    with work("test", trace=background_context()):
        for actor in ("甲", "乙", "丙"):
            record(owner, table, actor=actor, **by, details=why, sealed=True)
    before = list(trail(owner, table, subject))
    age = sa.text(
        "UPDATE intake.audit SET recorded_at = recorded_at - interval '11 years'"
        " WHERE subject = :subject AND actor <> '丙'"
    )
    owner.execute(age, {"subject": subject})
    engine = migrated.engine()
    with engine.connect() as killed:
        archive(killed, table, 3660, tmp_path)
        killed.rollback()
    with engine.begin() as session:
        counts = [archive(session, table, 3660, tmp_path) for _ in range(2)]
    engine.dispose()
    (file,) = tmp_path.iterdir()

    assert counts == [2, 0]
    assert "甄重复" not in file.read_text(encoding="utf-8")
    assert [act["actor"] for act in trail(owner, table, subject)] == ["丙"]
    assert [
        *archived_trail(tmp_path, table, subject),
        *trail(owner, table, subject),
    ] == before


def test_nobody_clears_while_another_clears_or_compares(migrated):
    with turn(), pytest.raises(AtWorkError):
        keep_house(copies=nothing_waits)
    with psycopg.connect(migrated.urls["intake"]) as comparing:
        comparing.execute(SHARED_LOCK)
        with pytest.raises(AtWorkError):
            keep_house(copies=nothing_waits)
