"""
The measure ledger on the real database: sums, as of, as known, and what opens them.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.reporting.casework.roll_ups import roll_up
from services.reporting.domain.figures import FiguresRequest, Line
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from services.reporting.store import Details, Ledger
from services.reporting.store.ledger import rows_of
from services.reporting.store.ledger_tables import COLUMNS, entries
from shared.web.paging import PageRequest
from tests.builders import COUNTY, duty_change
from tests.store.reporting.ledger import (
    PROGRAMME,
    YEAR_END,
    campaign,
    duties_changed,
    event,
    figures,
    opened,
    paid,
    request,
    take,
    take_only,
)

pytestmark = pytest.mark.stack


COMMITTED = f"test-{uuid4().hex}"  # of the tests that commit what they write


SECOND = timedelta(seconds=1)


LEAD = 10 * SECOND  # by so much what is on disk is ahead of what was answered


def test_what_is_posted_is_in_the_figures_of_the_same_transaction(
    session, programme, directory
):
    take(session, opened(1), opened(2), opened(3, office="410902"))

    found = figures(session, programme, directory)

    rows = {row["office"]: row["base"] for row in found["rows"]}
    assert rows["410922"] == 2
    assert rows["410902"] == 1
    assert rows["410900"] == 0
    assert found["total"]["base"] == 3
    assert found["total"]["repeats"] == 6
    assert found["total"]["short_by"] == 1


def test_figures_of_a_day_do_not_hold_what_happened_later(
    session, programme, directory
):
    resolved = event("assignment.case_resolved", date(2021, 1, 1), in_scope=True)
    take(session, opened(1), resolved)

    ended, later = (
        figures(session, programme, directory, as_of=day)["total"]
        for day in (YEAR_END, date(2021, 1, 1))
    )

    assert (ended["resolved"], later["resolved"]) == (0, 1)


def test_figures_can_be_had_as_they_were_known_then(session, programme, directory):
    early = take(session, opened(1), paid("a"))
    late = take(session, opened(2), paid("b"))

    then, now = (
        figures(session, programme, directory, as_known=True, known_at=instant)["total"]
        for instant in (early, late)
    )

    assert (then["base"], then["aid_persons"], then["aid_yuan"]) == (1, 1, "1200.50")
    assert (now["base"], now["aid_persons"], now["aid_yuan"]) == (2, 2, "2401.00")


def test_an_answer_given_once_is_given_again_whatever_is_committed_later(
    database, programme, directory
):
    """
    Three writers at work all the time, one of them slow to commit, and all that they
    wrote is rolled up all the time; each answer is asked for again by its moment when
    they have finished.
    """
    offices, ended = directory.subtree("410900", YEAR_END), threading.Event()

    def write(office, pause):
        while not ended.is_set():
            with database.begin("reporting") as session:
                take_only(session, opened(1, office=office, programme=COMMITTED))
                ended.wait(pause)

    def base(session, known_at):
        question = FiguresRequest(COMMITTED, "410900", YEAR_END, known_at)
        sums = Ledger(session).sums(question, offices, ["base"], as_known=True)
        return sum(n for (_, measure), n in sums.items() if measure == "base")

    def roll_up_at_once():
        while not ended.wait(0.01):
            with database.begin("reporting") as session:
                roll_up(session)

    writers = [
        threading.Thread(target=write, args=each)
        for each in (("410922", 0), ("410923", 0.01), ("410926", 0.2))
    ]
    writers.append(threading.Thread(target=roll_up_at_once))
    for writer in writers:
        writer.start()
    answers = []
    with database.at_once("reporting") as session:
        # Until something new was seen, however slowly the writers go.
        while len(answers) < 40 or answers[-1][1] == answers[0][1]:
            assert len(answers) < 10_000
            known_at = Ledger(session).latest()
            answers.append((known_at, base(session, known_at)))
        ended.set()
        for writer in writers:
            writer.join()
        again = [(known_at, base(session, known_at)) for known_at, _ in answers]

    assert again == answers


def test_a_transaction_that_began_earlier_is_not_slipped_under_an_answer(database):
    with database.engine("reporting").connect() as slow:
        slow.execute(sa.select(sa.func.now()))
        with database.at_once("reporting") as reader:
            answered = Ledger(reader).latest()
        take_only(slow, opened(1, programme=COMMITTED))
        known_at = slow.scalar(sa.select(sa.func.max(entries.c.known_at)))
        slow.commit()

    assert known_at > answered


def test_a_question_writes_nothing_that_waits_for_the_disk(database):
    """
    But for one in ten seconds, which moves the ceiling that is on disk.
    """
    written = sa.select(sa.func.pg_current_xact_id_if_assigned())
    with database.begin("reporting") as session:
        ahead = Ledger(session).latest() + 2 * LEAD
        session.scalar(sa.select(sa.func.reporting.complete_until(ahead)))
    with database.begin("reporting") as session:
        later = sa.func.reporting.complete_until(ahead + 2 * SECOND)

        assert session.scalar(sa.select(later)) > ahead
        assert session.scalar(written) is None


def test_nothing_is_stamped_under_an_answer_that_a_crash_forgot(database):
    early = datetime(2019, 1, 1, tzinfo=UTC)
    with database.begin("reporting") as session:
        answered = Ledger(session).latest()
    with database.engine("owner").connect() as session:
        # What PostgreSQL does to an unlogged sequence when it starts after a crash.
        session.execute(sa.text("SELECT setval('reporting.answered_until_us', 0)"))
        stamped = session.scalar(sa.select(sa.func.reporting.stamp(early)))
        session.rollback()
    with database.begin("reporting") as session:
        again = Ledger(session).latest()

    assert answered < stamped <= answered + LEAD + SECOND
    assert answered < again


def test_a_person_is_counted_once_at_every_level(session, programme, directory):
    take(
        session,
        paid("a"),
        paid("a"),
        paid("b"),
        paid("a", office="410902"),
    )

    city = figures(session, programme, directory)
    province = figures(session, programme, directory, office="410000")

    persons = {row["office"]: row["aid_persons"] for row in city["rows"]}
    assert (persons["410922"], persons["410902"]) == (2, 1)
    assert city["total"]["aid_persons"] == 2
    assert province["total"]["aid_persons"] == 2


def test_a_payment_taken_back_takes_its_person_back(session):
    ledger = Ledger(session)
    first = paid("a")
    (money, person) = entries_for(first, READS[first.type].load(first.payload))
    ledger.post([(first, (money, person))])
    back = [replace(e, amount=-e.amount) for e in (money, person)]
    rows = rows_of(back, ledger.latest())
    session.execute(
        entries.insert(), [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    )

    lines = (Line("410922", "清丰县院", ("410922",)),)

    assert ledger.persons(request(), lines, ["aid_persons"], as_known=False) == {}


@pytest.mark.parametrize(
    ("duty", "stored"), [("清〔2020〕1号/answer", None), ("d1", "d1")]
)
def test_a_duty_is_shown_by_its_id_also_where_its_matter_implies_it(
    session, duty, stored
):
    day, due = date(2020, 12, 1), date(2020, 12, 10)
    change = duty_change("opened", day, due, duty=duty, kind="answer")
    known_at = take(session, duties_changed(change))
    details = Details(session)
    query = details.entries_behind(request(known_at=known_at), [COUNTY], "overdue")
    [entry] = details.entries_page(query, PageRequest(7)).items
    [case] = details.cases_page(query, PageRequest(7)).items

    kept = sa.select(entries.c.duty).where(entries.c.programme == PROGRAMME)
    assert session.scalars(kept).all() == [stored]
    assert entry["duty"] == case["duty"] == duty
    assert entry["due_on"] == case["due_on"] == due


def test_each_figure_opens_into_its_entries_page_by_page(session):
    take(session, *campaign())
    ledger = Ledger(session)
    offices = ["410900", "410902", "410922", "410923"]
    question = request(known_at=ledger.latest())
    details = Details(session)
    query = details.entries_behind(question, offices, "base")

    seen, page = [], details.entries_page(query, PageRequest(7))
    while page.items:
        seen += page.items
        if page.next is None:
            break
        page = details.entries_page(query, PageRequest(7, page.next))

    base = ledger.sums(request(), offices, ["base"], as_known=False)
    assert sum(e["amount"] for e in seen) == sum(
        n for (_, measure), n in base.items() if measure == "base"
    )
    assert len({e["position"] for e in seen}) == len(seen)


@pytest.mark.parametrize("others", [0, 300])
@pytest.mark.parametrize("measure", ["base", "resolved", "overdue"])
def test_the_cases_behind_a_figure_are_read_page_by_page(session, measure, others):
    """
    In the order of their numbers, also of so many offices that they are read otherwise.
    """
    known_at = take(session, *campaign())
    offices = ["410900", "410902", "410922"]
    wide = [*offices, *(f"none{n}" for n in range(others))]
    details = Details(session)
    behind = details.entries_behind(request(known_at=known_at), wide, measure)

    seen, page = [], details.cases_page(behind, PageRequest(3))
    while page.next:
        seen += page.items
        page = details.cases_page(behind, PageRequest(3, page.next))
    seen += page.items

    left = Counter()
    kept = sa.select(entries).where(entries.c.programme == PROGRAMME)
    for row in session.execute(kept.where(entries.c.measure == measure)):
        if row.office in offices and row.day <= YEAR_END:
            left[row.case_number, row.office, row.duty or ""] += row.amount
    assert [
        ((row["case_number"], row["office"], row["duty"]), row["amount"])
        for row in seen
    ] == sorted((key, amount) for key, amount in left.items() if amount)
    assert len(seen) > 3
