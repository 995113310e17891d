"""
The worklist of a city: the days of its offices are merged before a duty is read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, product

import pytest

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Step
from services.assignment.store import Duties
from shared.vocabulary import AlertLevel
from shared.web.paging import PageRequest, cursor

TODAY, DAY = date(2021, 6, 30), timedelta(days=1)
OFFICES = ("991301", "991302", "991303")
OWED = Duty(
    id="",
    number="991301-2021-0000001",
    office="",
    programme="puyang-2020",
    kind="procedural_reply",
    title="七日内答复",
    source="PY-37",
    opened_on=TODAY - 90 * DAY,
    due_on=TODAY,
    provisional=False,
    steps=(),
)
PAUSED = (Step(TODAY - 2 * DAY, "paused"),)


@pytest.fixture(scope="module")
def owed():
    """
    Many on one day, some offices without any on others; every third is paused, and
    every second is of another kind.
    """
    days = [TODAY - DAY, *[TODAY] * 4, TODAY + DAY, TODAY + 9 * DAY]
    made = [
        replace(
            OWED,
            id=f"worklist/{place * 37 % 100:02d}",
            office=office,
            due_on=due_on,
            kind="procedural_reply" if place % 2 else "three_month_answer",
            steps=() if place % 3 else PAUSED,
        )
        for place, (office, due_on) in enumerate(product(OFFICES, days))
    ]
    return [duty for place, duty in enumerate(made) if place % 5]


@pytest.fixture
def session(owner_engine, owed):
    with owner_engine.connect() as session:
        Duties(session).save(owed)
        yield session


def pages(session, limit, **asked):
    after = None
    while True:
        request = PageRequest(limit, after)
        page = Duties(session).page(OFFICES, TODAY, request, **asked)
        yield [duty.id for duty in page.items]
        if not (after := page.next):
            return


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
@pytest.mark.parametrize(
    ("asked", "belongs"),
    [
        ({"state": "open"}, lambda d: d.state == "open" and d.due_on >= TODAY),
        ({"state": "overdue"}, lambda d: d.state == "open" and d.due_on < TODAY),
        ({"state": "paused"}, lambda d: d.state == "paused"),
        (
            {"state": "open", "kinds": ["three_month_answer"]},
            lambda d: (
                d.state == "open"
                and d.due_on >= TODAY
                and d.kind == "three_month_answer"
            ),
        ),
        ({"due_before": TODAY + DAY}, lambda d: d.due_on < TODAY + DAY),
    ],
)
def test_pages_go_by_day_then_office_and_leave_nothing_out(
    session, owed, limit, asked, belongs
):
    expected = sorted(filter(belongs, owed), key=lambda d: (d.due_on, d.office, d.id))
    ids = iter([duty.id for duty in expected])
    in_pages = [*iter(lambda: [*islice(ids, limit)], [])]

    assert len(expected) > 1
    assert [*pages(session, limit, **asked)] == in_pages


def test_a_place_of_another_office_shows_none_of_its_duties(session):
    """
    What says where a page ends may be written by anybody.
    """
    *own, other = OFFICES
    after = cursor(TODAY, other, "worklist")
    page = Duties(session).page(own, TODAY, PageRequest(50, after), state="open")

    assert page.items
    assert {duty.office for duty in page.items} <= {*own}


def test_duties_of_one_alert_level_come_from_several_lists_in_one_order(session, owed):
    asked = {"alert_level": AlertLevel.YELLOW}
    whole = [*pages(session, 50, **asked)]

    assert [*pages(session, 1, **asked)] == [[each] for page in whole for each in page]
