"""
No sequence of requests of one office moves another office's figure: what the services
do is done here in one transaction, without processes, and taken back.
"""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.assignment.casework.record import record_facts
from services.assignment.domain.duties.recurrence import milestones_of
from services.hearing.events import HearingDecided, HearingHeld
from services.intake.casework.importing.batch import take_batch
from services.intake.casework.importing.line import Line
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.petitions.petitions import registered
from services.intake.ledger import Context, read_ledger
from services.intake.store import OUTBOX, NewPetitions
from shared import clock, telemetry
from shared.events import Envelope, ReceivedEvent
from shared.matter_numbers import ForeignMatter, NotItsOfficeYet
from shared.messaging.event_catalogue import reads_of
from shared.policy.current import current_policy
from tests.builders import (
    COUNTY,
    NEIGHBOUR,
    a_registration,
    case_merged,
    case_opened,
    petition_registered,
    reply_given,
)
from tests.builders.ledger_files import FORM, OFFICES
from tests.builders.readers import READERS
from tests.service.asking import PROGRAMME, a_row, as_json

CAME = date(2021, 3, 1)
TODAY = date(2021, 3, 20)
HELD, COMING = "南检信〔2020〕1号", "南检信〔2020〕9999号"
PERIOD = f"{PROGRAMME}/{NEIGHBOUR}/milestone/2022-12-31"


class Offices:
    """
    Two neighbouring offices and the five services, in one transaction.
    """

    def __init__(self, session):
        self.session, self.seen, self.refused = session, set(), []
        first = session.scalar(sa.text("SELECT nextval('intake.petition_numbers')"))
        self.next = first + 1

    def number(self, wanted):
        """
        A number as it is written, or that of the neighbour's petition that comes so
        many numbers later.
        """
        if isinstance(wanted, str):
            return wanted
        return f"{NEIGHBOUR}-2021-{self.next + wanted:07}"

    def push(self, office, number, **cells):
        content = io.BytesIO(as_json(a_row(number, **cells, reporting_office=office)))
        context = Context(today=TODAY, office_of={**OFFICES, office: office}.get)
        rows = read_ledger(content, filename="a.json", form=FORM, context=context)
        job = Import(
            id=str(uuid4()),
            office=office,
            programme=PROGRAMME,
            filename="a.json",
            dry_run=False,
            moved_at=clock.now(),
        )
        programme = current_policy().programmes.get(PROGRAMME)
        batch = [Line(row.as_json(), programme) for row in rows]
        result = take_batch(self.session, job, programme, batch, 0)
        self.announce(*result.events)
        return [event.case_number for event in result.events]

    def register(self, office):
        body = a_registration(CAME)
        found = NewPetitions(self.session).register(
            body, office=office, programme=PROGRAMME
        )
        self.announce(registered(found.petition))
        return found.petition.number

    def announce(self, *events):
        OUTBOX.announce(self.session, *events)
        while self._deliver():
            pass

    def _deliver(self):
        """
        Bring every announced event to its readers; whether there were any.
        """
        bodies = [
            Envelope.from_mapping({**row.body, "sequence": row.position})
            for service in ("intake", "assignment", "hearing", "reporting")
            for row in self.session.execute(
                sa.text(f"SELECT * FROM {service}.outbox ORDER BY position")  # noqa: S608
            )
            if str(row.id) not in self.seen
        ]
        for envelope in bodies:
            self.seen.add(envelope.id)
            for reader, take in READERS.items():
                schema = reads_of(reader).get(envelope.type)
                if schema is not None:
                    fields = schema.load(envelope.payload)
                    self._take(take, ReceivedEvent(envelope, fields))
        return bool(bodies)

    def _take(self, take, event):
        try:
            with self.session.begin_nested():
                take(self.session, event)
        except (ForeignMatter, NotItsOfficeYet):
            self.refused.append(event.envelope)

    def figures(self, office):
        query = sa.text(
            "SELECT measure, day, sum(amount) FROM reporting.entries"
            " WHERE office = :office GROUP BY measure, day HAVING sum(amount) <> 0"
        )
        rows = self.session.execute(query, {"office": office})
        return sorted(map(tuple, rows))

    def owners(self, *numbers):
        """
        To whom the services say that matters belong.
        """
        tables = ("assignment.matters", "hearing.cases", "aid.cases")
        query = " UNION ALL ".join(
            f"SELECT office FROM {table} WHERE number = ANY(:numbers)"  # noqa: S608
            for table in (*tables, "reporting.matters")
        )
        found = self.session.scalars(sa.text(query), {"numbers": list(numbers)})
        return set(found)


def live(offices, first, then):
    """
    The neighbour's doings, with what the other office does *first* and *then*; what is
    the neighbour's at the end.
    """
    offices.push(NEIGHBOUR, HELD)
    do(offices, first)
    petitions = [offices.register(NEIGHBOUR) for _ in range(3)]
    (came,) = offices.push(NEIGHBOUR, COMING, origin="本院排查")
    begin_milestones(offices.session)
    do(offices, then)
    about = {"office": NEIGHBOUR, "programme": PROGRAMME}
    for number in petitions:
        offices.announce(reply_given(number, office=NEIGHBOUR, occurred_on=TODAY))
    for number in (HELD, came):
        offices.announce(
            HearingDecided(
                **about,
                case_number=number,
                occurred_on=TODAY,
                in_scope=True,
                decision="hold",
                replaces="",
            ),
            HearingHeld(
                **about,
                case_number=number,
                occurred_on=TODAY,
                in_scope=True,
                hearing="1",
                leader_chaired=True,
                topic="",
            ),
        )
    refused = [event for event in offices.refused if event.office == NEIGHBOUR]
    assert refused == []
    assert offices.owners(HELD, came, PERIOD, *petitions) == {NEIGHBOUR}
    return offices.figures(NEIGHBOUR)


def begin_milestones(session):
    policy = current_policy()
    programme = policy.programmes.get(PROGRAMME)
    for begun in milestones_of(programme, policy.directory):
        if begun.fact.office == NEIGHBOUR:
            record_facts(session, {begun.number: {begun.identity: begun.fact}})


def do(offices, deeds):
    for what, number in deeds:
        what(offices, offices.number(number))


# What the other office can do, and what an intake gone wrong could announce for it.


def pushes(offices, number):
    offices.push(COUNTY, number)


def pushes_led(offices, number):
    offices.push(COUNTY, number, leader_post="检察长", resolve_by="2021年3月5日")


def registers(offices, _number):
    offices.register(COUNTY)


def announces_case(offices, number):
    offices.announce(case_opened(number, occurred_on=CAME, resolve_by=CAME))


def announces_merge(offices, number):
    offices.announce(case_merged(number, occurred_on=CAME))


def announces_petition(offices, number):
    offices.announce(petition_registered(number, occurred_on=CAME))


def announces_reply(offices, number):
    offices.announce(reply_given(number, occurred_on=CAME))


def announces_hearing(offices, number):
    about = {"office": COUNTY, "case_number": number, "programme": PROGRAMME}
    scope = {"occurred_on": CAME, "in_scope": True}
    offices.announce(
        HearingDecided(**about, **scope, decision="not_needed", replaces=""),
        HearingHeld(**about, **scope, hearing="2", leader_chaired=False, topic=""),
    )


REQUESTS = (pushes, pushes_led, registers)
EVENTS = (
    announces_case,
    announces_merge,
    announces_petition,
    announces_reply,
    announces_hearing,
)
TAKEN = st.sampled_from([HELD, f"{NEIGHBOUR}:{COMING}", PERIOD]) | st.integers(0, 4)
DEEDS = st.lists(
    st.tuples(st.sampled_from((*REQUESTS, *EVENTS)), TAKEN)
    | st.tuples(st.sampled_from(REQUESTS), st.just(COMING)),
    max_size=4,
)


@pytest.fixture(scope="module")
def engine(migrated):
    engine = migrated.engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def lived(engine):
    """
    Lives through it in a transaction that is taken back.
    """

    def live_through(first, then):
        with (
            pytest.MonkeyPatch.context() as patch,
            telemetry.work("test", trace=telemetry.background_context()),
            engine.connect() as session,
        ):
            patch.setattr(clock, "today", lambda: TODAY)
            return live(Offices(session), first, then)

    return live_through


@pytest.fixture(scope="module")
def undisturbed(lived):
    figures = lived([], [])
    assert {measure for measure, *_ in figures} >= {
        "base",
        "hearings",
        "overdue",
        "petitions",
        "replies",
    }
    return figures


@settings(max_examples=3)
@given(first=DEEDS, then=DEEDS)
@example(first=[(pushes_led, COMING), (pushes_led, 0)], then=[(pushes_led, HELD)])
@example(first=[(announces_case, PERIOD)], then=[(announces_case, 0)])
def test_nothing_one_office_does_moves_a_figure_of_another(
    lived, undisturbed, first, then
):
    assert lived(first, then) == undisturbed
