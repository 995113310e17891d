"""
Numbers of papers: drawn without a gap, each used once, of many at the same time too.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assignment.store.tables import paper_numbers
from shared.documents import filled_papers, printing
from shared.documents.numbering import NumberRequest, PaperNumbers
from shared.documents.printing import PaperContent
from shared.errors import Conflict, Rejected
from shared.papers.number_series import NumberSeries
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
    return NumberRequest(paper="supervision", record=record, day=day, today=DAY)


def test_numbers_follow_each_other_in_a_year_and_a_record_keeps_its_own(engine, series):
    with engine.begin() as session:
        numbers = PaperNumbers(session, paper_numbers)
        drawn = [numbers.draw(series, wanted(record)) for record in ("a", "b", "a")]
        known = [numbers.number_of(series, wanted(record)) for record in ("a", "x")]
        next_year = numbers.draw(series, wanted("c", date(2022, 1, 4)))

    assert known == [drawn[0], ""]
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
    assert used.value.code == "paper_number_taken"


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


def test_nobody_who_draws_waits_for_a_paper_that_is_laid_out(
    engine, series, monkeypatch
):
    """
    A paper that could not be laid out keeps its number for the next time.
    """
    template = SimpleNamespace(
        id="supervision",
        title="督办函",
        filed_as="handing_letter",
        words_problems=lambda _asked: [],
        fill=lambda _values, *, number, day, **_more: SimpleNamespace(
            title="督办函", number=number, day=day
        ),
    )
    papers = SimpleNamespace(
        service="assignment",
        template=lambda _id: template,
        of_office=lambda wanted, _office: wanted,
    )
    content = PaperContent(
        values={}, office="410900", day=DAY, record="a", number="n", matter="m"
    )
    body = {"paper": "supervision", "form": "pdf", "numbered": True}
    who = SimpleNamespace(office=content.office)
    call, drawn = SimpleNamespace(body=body, today=DAY, who=who), list[str]()

    def laid_out(paper, _media_type):
        with engine.begin() as session:
            session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            numbers = PaperNumbers(session, paper_numbers)
            drawn.extend([paper.number, numbers.draw(series, wanted("b"))])
        if len(drawn) == len("ab"):
            raise OSError("no fonts")
        return b"%PDF-1.7"

    monkeypatch.setattr(printing, "transaction", lambda _service: engine.begin())
    monkeypatch.setattr(filled_papers, "content_of", laid_out)
    monkeypatch.setattr(
        printing, "numbering", lambda: SimpleNamespace(of=lambda *_about: series)
    )
    endpoints = printing.paper_endpoints(
        papers, None, {"notices": lambda *_asked: content}, numbers=paper_numbers
    )
    lay_out = endpoints.file_notice_paper.endpoint.vet
    with pytest.raises(OSError, match="no fonts"):
        lay_out(call)
    lay_out(call)

    assert drawn == ["濮检控督〔2021〕1号", "濮检控督〔2021〕2号"] * 2
