"""
A batch of events in a real database, without a broker: what is one transaction, what
fails alone, and what each event is the cause of.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from marshmallow import ValidationError

from services.aid.service import AidService
from services.assignment.service import AssignmentService
from services.hearing.service import HearingService
from services.intake.service import IntakeService
from services.reporting.service import ReportingService
from shared.matter_numbers import ForeignMatter
from shared.messaging import event_catalogue
from shared.messaging.deliveries import Delivery, NonRetryable
from shared.service import base as service_module
from shared.storage.database import is_passing
from tests.builders import (
    COUNTY,
    NEIGHBOUR,
    an_envelope,
    case_merged,
    case_opened,
    new_number,
)

SERVICES = (AidService, AssignmentService, HearingService, ReportingService)


@pytest.fixture(scope="module")
def own_database(fresh_database):
    """
    A database of its own: what is received here is committed.
    """
    return fresh_database().with_tables()


@pytest.fixture
def engines(own_database, monkeypatch):
    """
    The services' own engines; their transactions are those of this database.
    """
    names = [kind.name for kind in (*SERVICES, IntakeService)]
    engines = {name: own_database.engine(name) for name in names}

    @contextmanager
    def transaction(name):
        with engines[name].begin() as session:
            yield session

    monkeypatch.setattr(service_module, "transaction", transaction)
    yield engines
    for engine in engines.values():
        engine.dispose()


def opened_event(number=None, **changes):
    """
    That a case was opened, as a service receives it.
    """
    return received(case_opened(number or new_number()), **changes)


def merged_event(number, **changes):
    gone = case_merged(number, occurred_on=date(2021, 3, 2))
    return received(gone, sequence=2, **changes)


def received(event, **changes):
    return an_envelope(
        event.type,
        event.occurred_on,
        case_number=event.case_number,
        payload=event.payload(),
        **changes,
    )


def deliveries(*events):
    return [Delivery(json.dumps(event.to_mapping()).encode(), {}) for event in events]


def rows(engine, query, **values):
    with engine.connect() as session:
        return session.execute(sa.text(query), values).all()


def inbox(engine, events):
    """
    The transactions in which the inbox got the rows of these events.
    """
    query = "SELECT xmin::text FROM {}.inbox WHERE event_id = ANY(:ids)"
    schema = engine.url.username.rpartition("_")[2]
    ids = [event.id for event in events]
    return [row.xmin for row in rows(engine, query.format(schema), ids=ids)]


@pytest.mark.parametrize("kind", SERVICES)
def test_a_batch_is_one_transaction(engines, kind):
    events = [opened_event() for _ in range(20)]
    errors = kind().receive(deliveries(*events))
    taken = inbox(engines[kind.name], events)

    assert errors == [None] * 20
    assert len(taken) == 20
    assert len(set(taken)) == 1


def test_what_cannot_be_taken_in_fails_alone_and_the_others_are_done(engines):
    number = new_number()
    first, foreign = opened_event(number), opened_event(number, office=NEIGHBOUR)
    later = [opened_event(), opened_event()]
    others = [opened_event() for _ in range(9)]
    broken = Delivery(b"{", {})
    bad = deliveries(
        an_envelope("intake.unheard_of"),
        an_envelope("intake.case_opened", payload={}),
    )
    batch = [
        *deliveries(first, *others[:4]),
        broken,
        *bad,
        *deliveries(foreign, *others[4:]),
    ]
    errors = AssignmentService().receive(batch)
    again = AssignmentService().receive(deliveries(*later))
    failed = [type(error) for error in errors if error is not None]

    assert failed == [NonRetryable, NonRetryable, ValidationError, ForeignMatter]
    assert [errors.index(e) for e in errors if e is not None] == [5, 6, 7, 8]
    assert len(inbox(engines["assignment"], [first, *others])) == 10
    assert inbox(engines["assignment"], [foreign]) == []
    assert again == [None, None]


@pytest.mark.parametrize("place", [0, 150, 299], ids=["first", "middle", "last"])
def test_of_300_events_only_the_one_that_is_poison_fails(engines, place):
    events = [opened_event() for _ in range(300)]
    taken = [*events[:place], *events[place + 1 :]]
    # Of a known case of another office: the transaction of the whole batch fails.
    known = opened_event()
    HearingService().receive(deliveries(known))
    events[place] = opened_event(known.case_number, office=NEIGHBOUR)
    errors = HearingService().receive(deliveries(*events))
    mirrored = rows(
        engines["hearing"],
        "SELECT count(*) FROM hearing.cases WHERE number = ANY(:numbers)",
        numbers=[event.case_number for event in taken],
    )

    assert [n for n, error in enumerate(errors) if error is not None] == [place]
    assert type(errors[place]) is ForeignMatter
    assert len(inbox(engines["hearing"], events)) == 299
    assert [row.count for row in mirrored] == [299]


def test_an_event_that_takes_too_long_fails_alone_and_is_a_failed_attempt(
    engines, monkeypatch
):
    events = [opened_event() for _ in range(4)]
    handle = HearingService.handle

    def slow_for_the_second(self, session, *batch):
        session.execute(sa.text("SET LOCAL statement_timeout = 100"))
        if any(each.case_number == events[1].case_number for each in batch):
            session.execute(sa.text("SELECT pg_sleep(60)"))
        handle(self, session, *batch)

    monkeypatch.setattr(HearingService, "handle", slow_for_the_second)
    errors = HearingService().receive(deliveries(*events))

    assert [n for n, error in enumerate(errors) if error is not None] == [1]
    assert not is_passing(errors[1])


@pytest.fixture
def waits_little(engines, monkeypatch):
    """
    The services wait 50 ms for what somebody holds.
    """
    little = "SET LOCAL lock_timeout = 50"

    @contextmanager
    def transaction(name):
        with engines[name].begin() as session:
            session.execute(sa.text(little))
            yield session

    monkeypatch.setattr(service_module, "transaction", transaction)
    monkeypatch.setattr(service_module, "_WAIT_LITTLE", little)


@contextmanager
def held(engine, numbers):
    query = "SELECT 1 FROM hearing.cases WHERE number = ANY(:numbers) FOR UPDATE"
    with engine.begin() as holder:
        holder.execute(sa.text(query), {"numbers": numbers})
        yield


@pytest.mark.usefixtures("waits_little")
def test_only_the_event_of_a_matter_that_somebody_holds_waits_for_it(engines):
    numbers = [new_number() for _ in range(5)]
    merged = [merged_event(number) for number in numbers]
    service = HearingService()
    service.receive(deliveries(*(opened_event(number) for number in numbers)))
    with held(engines["hearing"], [numbers[3]]):
        errors = service.receive(deliveries(*merged))
    again = service.receive(deliveries(*merged))

    assert [error is not None for error in errors] == [n == 3 for n in range(5)]
    assert is_passing(errors[3])
    assert again == [None] * 5


@pytest.mark.usefixtures("waits_little")
def test_a_batch_of_which_all_is_held_is_not_tried_part_by_part(engines, monkeypatch):
    numbers = [new_number() for _ in range(4)]
    merged = [merged_event(number) for number in numbers]
    attempts = []
    service = HearingService()
    apply_in = service._apply_in

    def counted(session, batch):
        attempts.append(len(batch))
        return apply_in(session, batch)

    service.receive(deliveries(*(opened_event(number) for number in numbers)))
    monkeypatch.setattr(service, "_apply_in", counted)
    monkeypatch.setattr(service_module, "_WAIT_TOGETHER", 0)
    with held(engines["hearing"], numbers):
        errors = service.receive(deliveries(*merged))

    assert attempts == [4]
    assert all(is_passing(error) for error in errors)


def test_an_event_has_its_effect_once_however_often_a_batch_has_it(engines):
    event = opened_event()
    service = ReportingService()
    errors = service.receive(deliveries(event, event, opened_event(), event))
    service.receive(deliveries(event))
    posted = rows(
        engines["reporting"],
        "SELECT sum(amount) FROM reporting.entries"
        " WHERE case_number = :number AND measure = 'base'",
        number=event.case_number,
    )

    assert errors == [None] * 4
    assert [row.sum for row in posted] == [1]


def test_each_announcement_names_the_event_of_a_batch_that_caused_it(engines):
    number, other = new_number(), new_number()
    opened = opened_event(number, correlation_id="opened", actor="甲")
    gone = merged_event(number, correlation_id="merged", actor="乙")
    beside = opened_event(other, correlation_id="beside", actor="丙")
    AssignmentService().receive(deliveries(opened, beside, gone))
    announced = rows(
        engines["assignment"],
        "SELECT case_number, body ->> 'correlation_id' AS correlation,"
        " body ->> 'causation_id' AS cause, body ->> 'actor' AS actor,"
        " body #>> '{payload,changes,0,what}' AS what"
        " FROM assignment.outbox WHERE case_number = ANY(:numbers)"
        " AND type = 'assignment.duties_changed'",
        numbers=[number, other],
    )
    causes = {
        (row.what, row.case_number): (
            row.correlation,
            row.cause,
            row.actor,
        )
        for row in announced
    }
    noted = rows(
        engines["assignment"],
        "SELECT DISTINCT what, actor FROM assignment.duty_history"
        " WHERE starts_with(duty, :number)",
        number=number,
    )

    assert causes["opened", number] == ("opened", opened.id, "甲")
    assert causes["released", number] == ("merged", gone.id, "乙")
    assert causes["opened", other] == ("beside", beside.id, "丙")
    assert set(noted) == {("opened", "甲"), ("released", "乙")}


def test_what_follows_from_bulk_work_is_bulk_work(engines):
    bulk, other = opened_event(), opened_event()
    AssignmentService().receive_bulk(deliveries(bulk))
    AssignmentService().receive(deliveries(other))
    lanes = rows(
        engines["assignment"],
        "SELECT DISTINCT case_number, bulk FROM assignment.outbox"
        " WHERE case_number = ANY(:numbers)",
        numbers=[bulk.case_number, other.case_number],
    )

    assert dict(map(tuple, lanes)) == {bulk.case_number: True, other.case_number: False}


def two_about_each(kind, numbers):
    """
    Two events about each matter, of which *kind* notes something: all first ones, and
    all later ones.
    """
    if kind is not IntakeService:
        later = [merged_event(number, office=COUNTY) for number in numbers]
        return [opened_event(number) for number in numbers], later
    examples = {each.type: each for each in event_catalogue.events_of("assignment")}
    return tuple(
        [
            received(replace(examples[of_type], case_number=number), sequence=sequence)
            for number in numbers
        ]
        for sequence, of_type in enumerate(
            ("assignment.owed_to_petitioner_changed", "assignment.case_resolved"), 1
        )
    )


@pytest.mark.parametrize("kind", [*SERVICES, IntakeService])
def test_three_replicas_share_batches_in_any_order_without_a_deadlock(engines, kind):
    first, later = two_about_each(kind, [new_number() for _ in range(60)])
    events = [*first, *later]
    shares = [events[0::3], [*reversed(events)][0::3], [*later, *first][1::3]]
    found = []

    def work(share):
        found.extend(kind().receive(deliveries(*share)))

    replicas = [threading.Thread(target=work, args=(share,)) for share in shares]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join(60)
    left = kind().receive(deliveries(*events))

    assert found == [None] * len(found)
    assert left == [None] * len(events)
    assert len(inbox(engines[kind.name], events)) == len(events)
