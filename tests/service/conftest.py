"""
A desk to work at, and what the services have announced.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from deploy.demo.programme_story import ProgrammeStory, load_story
from deploy.demo.story import client_of
from tests.builders import case_opened, new_number
from tests.service.asking import Desk, at
from tests.service.led_case import CITY_COURT, COURT, LedCase

pytest.register_assert_rewrite(
    "tests.service.requirements.rows", "tests.service.requirements.steps"
)

from tests.service.requirements.rows import AtWork, Counter  # noqa: E402


@pytest.fixture(scope="session")
def desk(as_office, eventually):
    return Desk(as_office, eventually)


@pytest.fixture
def led_case(announce, as_office, eventually, clock):
    """
    Gives a case of an office that is led, once assignment has it: opened on a Monday,
    concluded on its Friday, signed on the next Monday; today is the day after.
    """

    def given(office, hub, programme, leaders, monday, **said):
        number, today = new_number("信"), monday + timedelta(days=8)
        opened = case_opened(
            number,
            office=office,
            programme=programme,
            occurred_on=monday,
            resolve_by=None,
            leaders=leaders,
            **said,
        )
        announce(opened)
        clock.set(today)
        case = LedCase(
            as_office,
            number,
            office,
            hub,
            programme,
            concluded_on=monday + timedelta(days=4),
            signed_on=monday + timedelta(days=7),
            reviewed_on=today,
        )
        path = at("cases", number)
        eventually(lambda: case.clerk.get("assignment", path).is_success)
        return case

    return given


@pytest.fixture
def courts_case(led_case):
    """
    Gives a case of a basic court in Jiaozuo, led by its president and the city court;
    opened on 2021-03-15, and today is 2021-03-23.
    """

    def given(programme):
        leaders = ((COURT, "院长"), (CITY_COURT, "副院长"))
        said = {"department": "立案庭", "origin": "handed_by_city"}
        day = date(2021, 3, 15)
        return led_case(COURT, CITY_COURT, programme, leaders, day, **said)

    return given


@pytest.fixture
def live_story(stack, clock, monkeypatch):
    """
    Lives the story of a programme; what the system shows must be as it says.
    """

    def live(code):
        environment = stack.environment()
        monkeypatch.setenv("SIGNING_KEY", environment["SIGNING_KEY"])
        with closing(client_of(environment)) as client:
            ProgrammeStory(client, load_story(code)).run(clock.set)

    return live


@pytest.fixture
def announced(owner_session):
    """
    The types of the events that a service has announced about a number, in order.
    """

    def found(service, number):
        query = sa.text(
            f"SELECT type FROM {service}.outbox"  # noqa: S608 - one of our five
            " WHERE case_number = :number ORDER BY position"
        )
        return list(owner_session.scalars(query, {"number": number}))

    return found


@pytest.fixture(scope="session")
def opened(stack):
    """
    The numbers of the cases of rows, by programme, once they have come in.
    """
    return {}


@pytest.fixture
def at_work(opened, desk, announce, settled, clock):
    """
    Gives a row's work: on the day of its programme, with its own case.
    """

    def begun(programme, row):
        clock.set(date.fromisoformat(programme.day))
        counter = Counter(desk, announce, settled)
        if programme.code not in opened:
            with_case = [row for row in programme.rows if row.case is not None]
            numbers = counter.open(programme, [row.case for row in with_case])
            opened[programme.code] = dict(zip(map(id, with_case), numbers, strict=True))
        day = row.day or programme.day
        clock.set(date.fromisoformat(day))
        return AtWork(programme, opened[programme.code].get(id(row)), day, counter)

    return begun
