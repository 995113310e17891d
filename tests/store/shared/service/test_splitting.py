"""
However the same events are split into batches, the same state and the same
announcements follow.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from services.aid.service import AidService
from services.assignment.events.moves import CaseMoved
from services.assignment.service import AssignmentService
from services.hearing.service import HearingService
from services.intake.service import IntakeService
from services.reporting.service import ReportingService
from shared.matter_numbers import NotItsOfficeYet
from shared.messaging import event_catalogue
from shared.messaging.deliveries import Delivery
from shared.service import base as service_module
from shared.settings import SERVICES
from shared.storage import encryption
from tests.builders import COUNTY, NEIGHBOUR, an_envelope

KINDS = (
    AidService,
    AssignmentService,
    HearingService,
    IntakeService,
    ReportingService,
)
EXAMPLES = {
    event.type: event
    for service in SERVICES
    for event in event_catalogue.events_of(service)
}
# What another moment, or another draw of a number, makes different.
VOLATILE = {"id", "position", "sequence", "recorded_at", "traceparent"}


def metadata_of(kind):
    return next(iter(kind.tables.values())).metadata


def an_event(kind):
    """
    Something that *kind* reads about one of a few matters, now and then of an office
    that the matter does not belong to.
    """
    return st.builds(
        lambda example, number, later, office: replace(
            example,
            case_number=f"410922-2020-{number:07}"
            if example.type.startswith("intake.petition_")
            else f"清检控申〔2020〕{number}号",
            occurred_on=example.occurred_on + timedelta(days=later),
            office=office,
            **_move_to(office, example),
        ),
        st.sampled_from([EXAMPLES[each] for each in sorted(kind.reads)]),
        st.integers(1, 3),
        st.integers(0, 40),
        st.sampled_from([COUNTY] * 9 + [NEIGHBOUR]),
    )


def _move_to(office, example):
    """
    A move says from where it is: one to an office comes from the other one.
    """
    if not isinstance(example, CaseMoved):
        return {}
    (other,) = {COUNTY, NEIGHBOUR} - {office}
    return {"from_office": other, "to_office": office, "had_by": (other,)}


def deliveries_of(events):
    """
    The *events* as messages, numbered in their order, the first of them twice.
    """
    envelopes = [
        an_envelope(
            event.type,
            event.occurred_on,
            id=f"00000000-0000-7000-8000-{place:012}",
            case_number=event.case_number,
            office=event.office,
            causation_id=f"c{place}",
            correlation_id=f"c{place}",
            sequence=place,
            payload=event.payload(),
        )
        for place, event in enumerate(events, 1)
    ]
    return [
        Delivery(json.dumps(each.to_mapping()).encode(), {})
        for each in [*envelopes, envelopes[0]]
    ]


def outcome(kind, engine, batches):
    """
    How each delivery ended, once what comes again after a while has come again; what
    then stands in the tables, and what was announced. Everything is taken back.
    """
    with engine.connect() as session, pytest.MonkeyPatch.context() as patch:
        everything = session.begin()

        @contextmanager
        def transaction(_service):
            with session.begin_nested():
                yield session

        patch.setattr(service_module, "transaction", transaction)
        # What is encrypted alike is equal, too.
        patch.setattr(encryption, "os", SimpleNamespace(urandom=bytes))
        ends = [
            (delivery, error)
            for batch in batches
            for delivery, error in zip(batch, kind().receive(batch), strict=True)
        ]
        errors = come_again(kind, ends)
        found = {
            table.name: sorted(map(repr, stable_rows(session, table)))
            for table in metadata_of(kind).sorted_tables
            if table.name != "audit"
        }
        everything.rollback()
    return errors, found


def come_again(kind, ends):
    """
    How deliveries end when those that wait for another come again, and again.
    """
    ends = list(ends)
    for _ in range(len(ends)):
        for place, (delivery, error) in enumerate(ends):
            if isinstance(error, NotItsOfficeYet):
                ends[place] = delivery, *kind().receive([delivery])
    return [type(error).__name__ for _, error in ends]


def stable_rows(session, table):
    """
    The rows of *table* without what another moment makes different.
    """
    moments = {
        column.name
        for column in table.columns
        if isinstance(column.type, sa.DateTime) or column.identity is not None
    }
    for row in session.execute(sa.select(table)).mappings():
        fields = {name: row[name] for name in row if name not in moments}
        if table.name == "outbox":
            body = {k: v for k, v in row["body"].items() if k not in VOLATILE}
            fields = {"body": body, "bulk": row["bulk"]}
        yield fields


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_any_splitting_into_batches_gives_the_same(migrated, kind):
    engine = migrated.engine(kind.name)

    @settings(max_examples=6)
    @given(st.data())
    def holds(data):
        events = data.draw(st.lists(an_event(kind), min_size=2, max_size=10))
        deliveries = data.draw(st.permutations(deliveries_of(events)))
        inner = st.sets(st.integers(1, len(deliveries) - 1), max_size=3)
        cuts = [0, *sorted(data.draw(inner)), len(deliveries)]
        split = [deliveries[low:high] for low, high in pairwise(cuts)]

        one_by_one = outcome(kind, engine, [[each] for each in deliveries])
        assert outcome(kind, engine, split) == one_by_one

    holds()
    engine.dispose()


def test_a_mirror_is_the_same_in_whatever_order_the_two_lanes_bring_its_events(
    migrated,
):
    engine = migrated.engine("hearing")

    @settings(max_examples=6)
    @given(st.data())
    def holds(data):
        one_office = an_event(HearingService).map(lambda e: replace(e, office=COUNTY))
        events = data.draw(st.lists(one_office, min_size=2, max_size=10))
        in_order = deliveries_of(events)
        brought = data.draw(st.permutations(in_order))

        _, found = outcome(HearingService, engine, [brought])
        assert found == outcome(HearingService, engine, [in_order])[1]

    holds()
    engine.dispose()


def test_an_urgent_notice_is_mailed_because_of_its_event_in_whatever_batch(migrated):
    engine = migrated.engine(ReportingService.name)
    told, opened = (
        EXAMPLES[kind] for kind in ("assignment.office_event_told", "aid.aid_opened")
    )
    events = [
        told,
        replace(opened, case_number="另一件"),
        replace(told, case_number="再一件"),
    ]
    deliveries = deliveries_of(events)

    one_by_one = outcome(ReportingService, engine, [[each] for each in deliveries])
    assert told.urgent
    assert outcome(ReportingService, engine, [deliveries]) == one_by_one
