"""
Each row of the five programmes' requirements, through the endpoints.

The rows stand in `requirements/`, one file for each programme. A row has a case of its
own; the cases of a programme come in together, in one ledger.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.service.requirements.jiaozuo import JIAOZUO
from tests.service.requirements.leaders import LEADERS
from tests.service.requirements.meixian import MEIXIAN
from tests.service.requirements.puyang import PUYANG
from tests.service.requirements.rows import AtWork, Counter, Shows
from tests.service.requirements.xingqing import XINGQING


def rows():
    for programme in (PUYANG, LEADERS, XINGQING, MEIXIAN, JIAOZUO):
        for row in programme.rows:
            name = f"{'-'.join(row.ids)} {row.sentence}"
            marks = pytest.mark.requirement(*row.ids)
            yield pytest.param(programme, row, id=name, marks=marks)


@pytest.fixture(scope="module")
def opened():
    """
    The numbers of the rows' cases, by programme, once they have come in.
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


@pytest.mark.parametrize(("programme", "row"), [*rows()])
def test_what_the_office_sends_shows_what_the_document_asks(programme, row, at_work):
    work = at_work(programme, row)
    looks = [step for step in row.steps if isinstance(step, Shows)]
    before = {id(look): look.before(work) for look in looks}
    for step in row.steps:
        if isinstance(step, Shows):
            step.take(work, before[id(step)])
        else:
            step(work)
