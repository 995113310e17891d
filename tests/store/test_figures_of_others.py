"""
No sequence of requests of one office moves another office's figure: what the services
do is done here in one transaction, without processes, and taken back.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.assignment.casework.record import record_facts
from services.assignment.domain.duties.recurrence import milestones_of
from services.hearing.events import HearingDecided, HearingHeld
from shared import clock, telemetry
from shared.policy.current import current_policy
from tests.builders import (
    COUNTY,
    NEIGHBOUR,
    case_merged,
    case_opened,
    petition_registered,
    reply_given,
)
from tests.service.asking import PROGRAMME
from tests.store.offices import CAME, TODAY, Offices

HELD, COMING = "南检信〔2020〕1号", "南检信〔2020〕9999号"


PERIOD = f"{PROGRAMME}/{NEIGHBOUR}/milestone/2022-12-31"


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
                public=True,
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
        HearingHeld(
            **about,
            **scope,
            hearing="2",
            leader_chaired=False,
            topic="",
            public=False,
        ),
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
