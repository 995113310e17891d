"""
Samples of closings on the real database: those who draw at once wait for each other.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

from services.assignment.domain.closings.audits import Audit, Drawable
from services.assignment.store import Audits
from tests.builders import COUNTY, NEIGHBOUR, new_number

SOON = 0.5  # seconds in which a draw that waits for nobody has ended
PERIOD = (date(2021, 3, 1), date(2021, 3, 31))


def drawn(office=COUNTY, since=PERIOD[0], until=PERIOD[1]):
    return Audit(
        id=new_number("audit"),
        programme="puyang-2020",
        office=office,
        since=since,
        until=until,
        seed="第一期",
        percent=10,
        least=1,
        population=1,
        sample=(Drawable("c1", new_number(), office),),
        drawn_on=PERIOD[1],
        drawn_by="审核人",
    )


class Draw(threading.Thread):
    """
    Draws in a transaction of its own, unless the period was drawn before.
    """

    def __init__(self, engine, audit):
        super().__init__()
        self.engine, self.audit, self.earlier = engine, audit, None
        self.start()

    def run(self):
        with self.engine.begin() as session:
            self.earlier = Audits(session).overlapping(self.audit)
            if self.earlier is None:
                Audits(session).insert(self.audit)


def test_of_two_draws_at_once_of_one_period_the_second_finds_the_first(engine):
    first = drawn()
    again = replace(drawn(), since=PERIOD[1], until=date(2021, 4, 30))
    with engine.begin() as session:
        found = Audits(session).overlapping(first)
        Audits(session).insert(first)
        second = Draw(engine, again)
        second.join(SOON)
        waited = second.is_alive()
    second.join()
    with engine.connect() as session:
        kept = Audits(session).get(again.id)

    assert found is None
    assert waited
    assert second.earlier == first
    assert kept is None


def test_draws_of_two_offices_do_not_wait_for_each_other(engine):
    other = drawn(NEIGHBOUR)
    with engine.begin() as session:
        Audits(session).overlapping(drawn("410927"))
        second = Draw(engine, other)
        second.join(10)
        waited = second.is_alive()
    second.join()
    with engine.connect() as session:
        kept = Audits(session).get(other.id)

    assert not waited
    assert kept == other
