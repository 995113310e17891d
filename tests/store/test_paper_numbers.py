"""
Numbers of papers: drawn without a gap, each used once, of many at the same time too.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.assignment.store.tables import paper_numbers
from shared.documents.numbering import Numbered, PaperNumbers
from shared.errors import Conflict, Rejected
from shared.papers.numbers import NumberSeries
from tests.builders import codes

DAY = date(2021, 3, 1)


@pytest.fixture
def engine(migrated):
    engine = migrated.engine("assignment")
    yield engine
    engine.dispose()


@pytest.fixture
def series():
    return NumberSeries(
        id=str(uuid4()),
        office="410900",
        service="assignment",
        papers=("supervision",),
        text="濮检控督〔{year}〕{number}号",
        ahead=100,
        source="",
    )


def wanted(record, day=DAY):
    return Numbered(paper="supervision", record=record, day=day, today=DAY)


def test_numbers_follow_each_other_in_a_year_and_a_record_keeps_its_own(engine, series):
    with engine.begin() as session:
        numbers = PaperNumbers(session, paper_numbers)
        drawn = [numbers.draw(series, wanted(record)) for record in ("a", "b", "a")]
        next_year = numbers.draw(series, wanted("c", date(2022, 1, 4)))

    assert drawn == [
        "濮检控督〔2021〕1号",
        "濮检控督〔2021〕2号",
        "濮检控督〔2021〕1号",
    ]
    assert next_year == "濮检控督〔2022〕1号"


def test_a_transaction_that_fails_leaves_no_gap(engine, series):
    with engine.connect() as session:
        PaperNumbers(session, paper_numbers).draw(series, wanted("a"))
        session.rollback()
    with engine.begin() as session:
        drawn = PaperNumbers(session, paper_numbers).draw(series, wanted("b"))

    assert drawn == "濮检控督〔2021〕1号"


def test_a_number_that_was_typed_is_used_and_the_next_one_follows_it(engine, series):
    typed = "濮检控督〔2021〕7号"
    with engine.begin() as session:
        numbers = PaperNumbers(session, paper_numbers)
        numbers.use(series, wanted("a"), typed)
        numbers.use(series, wanted("a"), typed)
        numbers.use(series, wanted("b"), "另号")
        drawn = numbers.draw(series, wanted("c"))
        with pytest.raises(Conflict) as used:
            numbers.use(series, wanted("b"), "濮检控督〔2021〕07号")
        with pytest.raises(Conflict):
            numbers.require_fit(series, wanted("b"), typed)
        other = replace(wanted("a"), paper="other")
        with pytest.raises(Conflict):
            numbers.require_fit(series, other, typed)

    assert drawn == "濮检控督〔2021〕8号"
    assert used.value.code == "paper_number_used"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("濮检控督〔2021〕999999999号", ["paper_number_ahead"]),
        ("濮检控督〔2021〕109号", ["paper_number_ahead"]),
        ("濮检控督〔2020〕8号", ["paper_number_year"]),
        ("濮检控督〔2012〕999号", ["paper_number_year", "paper_number_ahead"]),
    ],
)
def test_a_mistyped_number_does_not_spoil_the_series(engine, series, typed, expected):
    with engine.begin() as session:
        numbers = PaperNumbers(session, paper_numbers)
        numbers.use(series, wanted("a"), "濮检控督〔2021〕8号")
        with pytest.raises(Rejected) as used:
            numbers.use(series, wanted("b"), typed)
        with pytest.raises(Rejected) as printed:
            numbers.require_fit(series, wanted("b"), typed)
        drawn = numbers.draw(series, wanted("c"))
        numbers.use(series, wanted("b"), "濮检控督〔2021〕109号")

    assert codes(used) == codes(printed) == expected
    assert drawn == "濮检控督〔2021〕9号"


def test_many_who_number_at_once_share_no_number_and_leave_no_gap(engine, series):
    drawn, start = [], threading.Barrier(8)

    def number(record):
        start.wait()
        with engine.begin() as session:
            drawn.append(
                PaperNumbers(session, paper_numbers).draw(series, wanted(record))
            )

    threads = [threading.Thread(target=number, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {*drawn} == {f"濮检控督〔2021〕{n}号" for n in range(1, 9)}
