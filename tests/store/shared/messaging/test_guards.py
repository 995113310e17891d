"""
Once and only once: inbox, outbox and kept answers on the real database.
"""

from __future__ import annotations

import json
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy as sa

from services.intake import service as intake
from services.intake.events.ledgers import ImportRequested
from services.intake.store import OUTBOX, TABLES
from shared.errors import Conflict
from shared.events import Envelope
from shared.messaging.deliveries import Delivery, LockedElsewhere
from shared.messaging.inbox import new_events
from shared.service import base as service_module
from shared.storage.audit import details_of, record
from shared.storage.database import transaction
from shared.storage.encryption import CannotDecryptError
from shared.telemetry import TraceContext, background_context, work
from shared.web import handling
from shared.web.call import Call
from shared.web.idempotency import Answer, IdempotencyKeys
from tests.builders import (
    COUNTY,
    NEIGHBOUR,
    an_envelope,
    new_number,
    petition_registered,
)

INBOX, KEPT = TABLES["inbox"], TABLES["idempotency"]
FIRST_ANSWER = Answer(201, '{"number": "一"}')
REQUEST = (b"POST", b"/petitions", b'{"demand": "x"}')


class _Row(dict):
    """
    A row as it would be if somebody had changed it.
    """

    _asdict = dict.copy
    __getattr__ = dict.__getitem__


@pytest.fixture
def engine(migrated):
    engine = migrated.engine("intake")
    yield engine
    engine.dispose()


@pytest.fixture
def owner(migrated):
    engine = migrated.engine().execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as session:
        yield session
    engine.dispose()


@pytest.fixture
def beside():
    """
    Runs something at the same time.
    """
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit


def an_event():
    return an_envelope("intake.case_opened")


# -- inbox


def test_an_event_is_new_once(engine):
    event = an_event()
    found = []
    for _ in range(3):
        with engine.begin() as session:
            found.append(new_events(session, INBOX, [event]) == {event.id})

    assert found == [True, False, False]


def test_a_second_delivery_waits_for_the_first_and_then_does_nothing(
    engine, beside, somebody_waits
):
    event = an_event()

    def deliver():
        with engine.begin() as session:
            return new_events(session, INBOX, [event])

    with engine.begin() as session:
        first = new_events(session, INBOX, [event])
        second = beside(deliver)
        somebody_waits()

    assert (first, second.result(10)) == ({event.id}, set())


def test_a_second_delivery_takes_over_when_the_first_one_failed(
    engine, beside, somebody_waits
):
    event = an_event()

    def deliver():
        with engine.begin() as session:
            return new_events(session, INBOX, [event])

    with engine.connect() as session:
        new_events(session, INBOX, [event])
        second = beside(deliver)
        somebody_waits()
        session.rollback()

    assert second.result(10) == {event.id}


# -- kept answers


def claim(engine, key, *request, office="410922", keep=FIRST_ANSWER):
    """
    Ask with *key*; keep an answer if it is the first time.
    """
    with engine.begin() as session:
        keys = IdempotencyKeys(session, KEPT, office)
        before = keys.claim(key, *(request or REQUEST))
        if before is None:
            keys.save(key, keep)
        return before


def test_the_same_request_with_the_same_key_gets_the_first_answer(engine):
    key = new_number()

    assert claim(engine, key) is None
    assert claim(engine, key, keep=Answer(500, "{}")) == FIRST_ANSWER


@pytest.mark.parametrize("part", range(len(REQUEST)))
def test_the_same_key_for_another_request_is_a_conflict(engine, part):
    key, other = new_number(), list(REQUEST)
    other[part] += b"x"
    claim(engine, key)
    with pytest.raises(Conflict) as refusal:
        claim(engine, key, *other)

    assert refusal.value.code == "idempotency_key_reused"


def test_where_one_part_of_a_request_ends_and_the_next_begins_matters(engine):
    key = new_number()
    claim(engine, key, b"POST", b"/a", b"b")
    with pytest.raises(Conflict):
        claim(engine, key, b"POST", b"/", b"ab")

    assert claim(engine, key, b"POST", b"/a", b"b") == FIRST_ANSWER


def test_a_repeated_request_is_answered_before_its_content_is_looked_into(
    engine, monkeypatch
):
    vetted, key = [], new_number()
    endpoint = SimpleNamespace(
        method="POST", name="file", vet=vetted.append, status=201, answer=None
    )
    asked_of = SimpleNamespace(
        name="x",
        tables={"idempotency": KEPT, "audit": None},
        sealed=False,
        matters_of=lambda *_asked: (),
    )
    monkeypatch.setattr(handling, "transaction", lambda _service: engine.begin())
    monkeypatch.setattr(handling.audit, "record", lambda *_row, **_more: None)

    def ask(sent=b"{}"):
        who = SimpleNamespace(office="410922", actor="a", token="t")
        asked = Call(who, {}, {}, {}, date(2021, 3, 1), key=key, fields_sent=sent)
        return handling._in_transaction(
            *(asked_of, lambda _call: {"id": "1"}, endpoint, asked, "/papers")
        )

    first, again = ask(), ask()
    with pytest.raises(Conflict):
        ask(b"other")

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert len(vetted) == 1


def test_two_offices_may_use_the_same_key(engine):
    key = new_number()
    claim(engine, key)

    assert claim(engine, key, office="410923") is None


def test_a_key_is_free_again_when_the_request_came_to_nothing(engine):
    key = new_number()
    with engine.connect() as session:
        IdempotencyKeys(session, KEPT, "410922").claim(key, *REQUEST)
        session.rollback()

    assert claim(engine, key) is None


def test_a_repeated_request_waits_for_the_first_and_gets_its_answer(
    engine, beside, somebody_waits
):
    key = new_number()
    with engine.begin() as session:
        keys = IdempotencyKeys(session, KEPT, "410922")
        keys.claim(key, *REQUEST)
        repeated = beside(claim, engine, key)
        somebody_waits()
        keys.save(key, FIRST_ANSWER)

    assert repeated.result(10) == FIRST_ANSWER


# -- outbox


@pytest.fixture
def announced(engine):
    """
    The rows of an event's case, seen by somebody else.
    """

    def rows(number):
        table = OUTBOX.table
        query = table.select().where(table.c.case_number == number)
        with engine.connect() as session:
            return session.execute(query.order_by(table.c.position)).all()

    return rows


def test_an_event_is_not_seen_before_the_state_it_tells_of(engine, announced):
    event = petition_registered()
    with engine.begin() as session:
        OUTBOX.announce(session, event)
        before = announced(event.case_number)

    assert before == []
    assert [row.published_at for row in announced(event.case_number)] == [None]


def test_an_event_of_a_transaction_that_failed_never_was(engine, announced):
    event = petition_registered()
    with engine.connect() as session:
        OUTBOX.announce(session, event)
        session.rollback()

    assert announced(event.case_number) == []


def test_announcing_nothing_writes_nothing(engine, owner):
    query = sa.text("SELECT count(*) FROM intake.outbox")
    before = owner.execute(query).scalar_one()
    with engine.begin() as session:
        OUTBOX.announce(session)

    assert owner.execute(query).scalar_one() == before


def test_what_is_announced_by_the_thousand_is_bulk_work(engine):
    many = [petition_registered()] * 1001
    lanes = sa.text(
        "SELECT DISTINCT bulk FROM intake.outbox WHERE case_number = :number"
    )
    with engine.connect() as session:
        OUTBOX.announce(session, *many[:1000])
        few = session.scalars(lanes, {"number": many[0].case_number}).all()
        session.rollback()
        OUTBOX.announce(session, *many)
        found = session.scalars(lanes, {"number": many[0].case_number}).all()
        session.rollback()

    assert (few, found) == ([False], [True])


def test_the_positions_of_a_case_rise_as_its_facts_were_announced(engine, announced):
    first = petition_registered()
    days = [date(2020, 11, day) for day in (20, 18, 25)]
    for day in days:
        with engine.begin() as session:
            OUTBOX.announce(session, replace(first, occurred_on=day))

    rows = announced(first.case_number)
    assert [row.body["occurred_on"] for row in rows] == [str(day) for day in days]


def test_what_is_written_can_be_read_as_an_envelope_and_carries_the_trail(
    engine, announced
):
    event = petition_registered()
    trace = replace(background_context(), actor="清丰县院 承办人")
    assert isinstance(trace, TraceContext)
    with engine.begin() as session, work("test", trace=trace):
        OUTBOX.announce(session, event)

    (row,) = announced(event.case_number)
    found = Envelope.from_mapping({**row.body, "sequence": row.position})
    assert (found.id, found.type) == (row.id, event.type)
    assert dict(found.payload) == event.payload()
    assert (found.actor, found.correlation_id, found.traceparent) == (
        trace.actor,
        trace.correlation_id,
        trace.traceparent,
    )


def test_the_relay_is_told_at_the_commit_and_not_before(migrated, engine):
    with psycopg.connect(migrated.urls["intake"], autocommit=True) as listener:
        listener.execute("LISTEN outbox_intake")
        with engine.begin() as session:
            OUTBOX.announce(session, petition_registered())
            early = list(listener.notifies(timeout=0.2))
        told = list(listener.notifies(timeout=10, stop_after=1))

    assert early == []
    assert len(told) == 1


def test_a_sealed_answer_opens_for_its_own_key_only(engine, owner):
    first, second = new_number(), new_number()
    answer = Answer(201, '{"hardship": "甄困难"}')
    with engine.begin() as session:
        keys = IdempotencyKeys(session, KEPT, "410922", sealed=True)
        for key in (first, second):
            keys.claim(key, *REQUEST)
            keys.save(key, answer)
    move = (
        "UPDATE intake.idempotency SET answer = (SELECT answer FROM intake.idempotency"
        " WHERE key = :first) WHERE key = :second RETURNING answer"
    )
    stored = owner.scalar(sa.text(move), {"first": first, "second": second})

    assert "甄困难" not in stored
    with engine.begin() as session:
        keys = IdempotencyKeys(session, KEPT, "410922", sealed=True)
        assert keys.claim(first, *REQUEST) == answer
        with pytest.raises(CannotDecryptError):
            keys.claim(second, *REQUEST)


def test_a_sealed_reason_opens_in_its_own_audit_row_only(engine):
    table, subject = TABLES["audit"], new_number()
    who = {"office": "410922", "token": "t", "act": "merge_case", "subject": subject}
    why = {"reason": "甄重复", "changes": {"merged_into": [None, "甲"]}}
    with engine.begin() as session:
        for actor in ("甲", "乙"):
            record(session, table, actor=actor, **who, details=why, sealed=True)
        record(session, table, actor="丙", **who, details={}, sealed=True)
        rows = table.select().where(table.c.subject == subject)
        first, second, third = session.execute(rows.order_by(table.c.position))

    assert "甄重复" not in first.details
    assert details_of(table, first) == details_of(table, second) == why
    assert third.details is None
    with pytest.raises(CannotDecryptError):
        details_of(table, _Row({**first._mapping, "details": second.details}))


# -- turns of tasks


@pytest.fixture
def read(monkeypatch, engine):
    """
    The imports that the service was made to read, without reading any.
    """
    numbers = []
    monkeypatch.setattr(service_module, "engine_for", lambda _name: engine)
    monkeypatch.setattr(
        intake, "read_imports", lambda number, _office: numbers.append(number)
    )
    return numbers


def perform(office, number):
    event = an_envelope(ImportRequested.type, office=office, case_number=number)
    body = json.dumps(event.to_mapping()).encode()
    intake.IntakeService().perform([Delivery(body, {})])


def test_an_office_that_has_its_turn_waits_and_holds_up_no_other(engine, read):
    with engine.connect() as elsewhere:
        assert service_module._take(elsewhere, ImportRequested.type, COUNTY)
        with pytest.raises(LockedElsewhere):
            perform(COUNTY, "import-1")
        perform(NEIGHBOUR, "import-2")
    assert read == ["import-2"]

    perform(COUNTY, "import-1")
    assert read == ["import-2", "import-1"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO intake.petitions (number, office) VALUES (%s, 'x')",
        "INSERT INTO intake.petitions VALUES (%s, , 'x')",
        "SELECT CAST(%s AS date)",
    ],
)
def test_an_error_of_the_database_repeats_no_value(servers, statement):
    name = "甄入错"
    with pytest.raises(sa.exc.DBAPIError) as failed, transaction("intake") as session:
        session.exec_driver_sql(statement, (name,))

    printed = "".join(traceback.format_exception(failed.value))
    assert name not in printed + repr(failed.value) + repr(failed.value.orig)
    assert failed.value.orig.pgcode in str(failed.value)
