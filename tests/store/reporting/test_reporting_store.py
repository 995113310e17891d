"""
The measure ledger on the real database: sums, as of, as known, rebuilt, and guarded.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from services.reporting.casework.closing_terms import (
    programmes_of_closings,
    signed_returns,
)
from services.reporting.casework.drafting import candidates_of, draft, rates_of
from services.reporting.casework.milestones import judge
from services.reporting.casework.rebuild import rebuild
from services.reporting.casework.received import record_received
from services.reporting.casework.roll_ups import roll_up
from services.reporting.domain.baselines import CaseList
from services.reporting.domain.figures import FiguresRequest, Line
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from services.reporting.store import Deliveries, Details, Ledger, Returns
from services.reporting.store.backlog import Backlog
from services.reporting.store.ledger import rows_of
from services.reporting.store.ledger_tables import COLUMNS, entries, facts
from services.reporting.store.roll_up_tables import totals
from shared.events import ReceivedEvent
from shared.messaging.inbox import new_events
from shared.numbers import NotItsOfficeYet
from shared.policy.current import current_policy
from shared.policy.directory import Directory
from shared.policy.loading import load_programmes
from shared.settings import settings
from shared.web.paging import PageRequest
from tests.builders import COUNTY, NEIGHBOUR, an_envelope, duty_change

pytestmark = pytest.mark.stack

PROGRAMME = f"test-{uuid4().hex}"  # apart from whatever else stands in the ledger
COMMITTED = f"test-{uuid4().hex}"  # of the tests that commit what they write
KNOWN = datetime(2021, 1, 5, 8, tzinfo=UTC)
YEAR_END = date(2020, 12, 31)
SECOND = timedelta(seconds=1)
LEAD = 10 * SECOND  # by so much what is on disk is ahead of what was answered


def connection(database, role):
    """
    In one transaction, of which nothing is kept.
    """
    with database.engine(role).connect() as session:
        yield session
        session.rollback()


@pytest.fixture
def session(database):
    yield from connection(database, "reporting")


@pytest.fixture
def owner(database):
    """
    May also rebuild.
    """
    yield from connection(database, "owner")


@pytest.fixture(scope="module")
def directory():
    return Directory.load(settings.deploy / "directory")


@pytest.fixture(scope="module")
def programme(directory):
    return load_programmes(settings.deploy / "programmes", directory).get("puyang-2020")


def event(kind, day, /, *, office=COUNTY, case="清〔2020〕1号", known=KNOWN, **payload):
    return an_envelope(
        kind,
        day,
        office=office,
        case_number=case,
        recorded_at=known,
        payload={"programme": PROGRAMME, **payload},
    )


def take(session, *events):
    """
    Post *events* and give the moment up to which the ledger then is complete.
    """
    take_only(session, *events)
    return Ledger(session).latest()


def take_only(session, *events):
    Ledger(session).post(
        (each, entries_for(each, READS[each.type].load(each.payload)))
        for each in events
    )


def duties_changed(change, **about):
    day = date.fromisoformat(change["on"])
    return event("assignment.duties_changed", day, changes=[change], **about)


def opened(number, **more):
    return event(
        "intake.case_opened",
        date(2020, 11, 20),
        case=f"清〔2020〕{number}号",
        in_scope=True,
        repeats=2,
        **more,
    )


def paid(person, **more):
    kind = "aid.aid_paid"
    return event(
        kind, date(2020, 12, 1), in_scope=True, amount=120050, person=person, **more
    )


def campaign():
    """
    Facts of four counties over two years, some late, some known late.
    """
    chance = random.Random(20201229)
    told = []
    for number in range(120):
        office = chance.choice(["410900", "410902", "410922", "410923"])
        about = {"office": office, "case": f"案{number}"}
        day = date(2020, 11, 1) + timedelta(days=chance.randrange(60))
        due = day + timedelta(days=chance.randrange(90))
        later = day + timedelta(days=chance.randrange(400))
        about["known"] = KNOWN + timedelta(days=chance.randrange(500))
        told += [
            event(
                "intake.case_opened", day, in_scope=True, repeats=number % 5, **about
            ),
            duties_changed(duty_change("opened", day, due, office=office), **about),
            duties_changed(
                duty_change("discharged", later, due, office=office), **about
            ),
            event("assignment.case_resolved", later, in_scope=True, **about),
        ]
        if number % 10 == 0:
            back = later + timedelta(days=30)
            kind = "assignment.case_reopened"
            told.append(event(kind, back, in_scope=True, was="resolved", **about))
        if number % 7 == 0:
            told.append(paid(f"person{number % 3}", **about))
    return told


def request(office="410900", as_of=YEAR_END, known_at=KNOWN):
    return FiguresRequest(PROGRAMME, office, as_of, known_at)


def figures(session, programme, directory, *, as_known=False, **question):
    return draft(
        Ledger(session), programme, directory, request(**question), as_known=as_known
    )


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
        sums = Ledger(session).sums(question, offices, as_known=True)
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
    query = details.behind(request(known_at=known_at), [COUNTY], "overdue")
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
    query = details.behind(question, offices, "base")

    seen, page = [], details.entries_page(query, PageRequest(7))
    while page.items:
        seen += page.items
        if page.next is None:
            break
        page = details.entries_page(query, PageRequest(7, page.next))

    base = ledger.sums(request(), offices, as_known=False)
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
    behind = details.behind(request(known_at=known_at), wide, measure)

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


def test_shuffled_and_doubled_facts_make_the_same_figures(owner, programme, directory):
    told = campaign()
    take(owner, *told)
    days = (YEAR_END, date(2021, 6, 30), date(2021, 12, 31))
    plain = [figures(owner, programme, directory, as_of=day) for day in days]
    owner.rollback()
    inbox = sa.Table("inbox", sa.MetaData(), schema="reporting", autoload_with=owner)

    doubled = told * 2
    random.Random(7).shuffle(doubled)
    for each in doubled:
        if new_events(owner, inbox, [each]):
            take(owner, each)

    assert [figures(owner, programme, directory, as_of=day) for day in days] == plain


@pytest.mark.parametrize("source", ["entries", "events"])
def test_a_rebuild_gives_identical_figures(owner, programme, directory, source):
    take(owner, *campaign())
    days = (YEAR_END, date(2021, 12, 31))
    while roll_up(owner, wait=True):
        pass
    kept = [figures(owner, programme, directory, as_of=day) for day in days]
    sums = owner.execute(sa.select(totals).order_by(*totals.primary_key)).all()
    owner.execute(totals.update().values(amount=totals.c.amount + 1))
    if source == "events":
        owner.execute(entries.delete())

    counts = rebuild(owner, source)

    assert [figures(owner, programme, directory, as_of=day) for day in days] == kept
    assert owner.execute(sa.select(totals).order_by(*totals.primary_key)).all() == sums
    assert counts["facts"] == owner.scalar(
        sa.select(sa.func.count()).select_from(facts)
    )
    assert counts["totals"] == len(sums)


def test_totals_and_entries_say_the_same(session, programme, directory):
    take(session, *campaign())
    everything = datetime(2030, 1, 1, tzinfo=UTC)

    summed, counted = (
        figures(
            session,
            programme,
            directory,
            as_of=date(2021, 12, 31),
            known_at=everything,
            as_known=as_known,
        )
        for as_known in (False, True)
    )

    assert summed == counted


@pytest.mark.parametrize("table", ["facts", "entries", "matters"])
@pytest.mark.parametrize("act", ["DELETE FROM", "TRUNCATE"])
def test_the_service_cannot_take_back_what_was_posted(session, table, act):
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.exec_driver_sql(f"{act} reporting.{table}")


def test_a_fact_is_taken_once(session):
    once = opened(1)
    take(session, once)

    with pytest.raises(IntegrityError):
        take(session, once)


def test_an_event_of_another_office_about_a_matter_posts_nothing(session):
    ours = opened(7)
    record_received(session, received(ours))
    theirs = event(
        "hearing.hearing_held",
        date(2020, 11, 20),
        office=NEIGHBOUR,
        case=ours.case_number,
        in_scope=True,
        leader_chaired=False,
    )
    with pytest.raises(NotItsOfficeYet):
        record_received(session, received(theirs))
    change = duty_change(
        "opened", date(2020, 11, 20), date(2020, 11, 30), office="410900"
    )
    upper_duty = duties_changed(change, office=COUNTY, case=ours.case_number)
    record_received(session, received(upper_duty))

    posted = select_entries(session, ours.case_number)
    assert {(office, measure) for office, measure in posted} == {
        (COUNTY, "base"),
        (COUNTY, "repeats"),
        ("410900", "overdue"),
    }


def received(envelope):
    return ReceivedEvent(envelope, READS[envelope.type].load(envelope.payload))


def select_entries(session, number):
    query = sa.select(entries.c.office, entries.c.measure)
    return list(
        map(tuple, session.execute(query.where(entries.c.case_number == number)))
    )


def test_a_return_never_signed_has_no_revision_yet(session):
    assert Returns(session).newest(PROGRAMME, "410900", YEAR_END) is None


# -- the past, the frozen list, milestones, closings that come late

SPRING = date(2021, 4, 1)


def about(kind, day, number, **more):
    return event(kind, day, case=f"清〔2020〕{number}号", **{"in_scope": True, **more})


def listed(number, day=YEAR_END, **more):
    kind = "assignment.baseline_case_frozen"
    return about(kind, day, number, baseline="frozen", **more)


def named(session, programme, directory, as_of):
    known_at = Ledger(session).latest()
    question = request(as_of=as_of, known_at=known_at)
    found = candidates_of(Ledger(session), programme, directory, question)
    return [(each["office"], each["threshold"], each["value"]) for each in found]


def rates(session, programme, directory, as_of):
    question = request(as_of=as_of, known_at=Ledger(session).latest())
    found = rates_of(Ledger(session), programme, directory, question)
    return {each["baseline"]: each for each in found}


def test_a_day_before_a_reopening_a_merge_and_a_moved_day_stays_as_it_was(
    session, programme, directory
):
    # P5: assignment counted the cases as they stand now.
    due, case = date(2021, 1, 10), {"case": "清〔2020〕1号"}
    owed = duty_change("opened", date(2020, 12, 1), due)
    duty = duties_changed(owed, **case)
    resolved = about("assignment.case_resolved", date(2020, 12, 20), 1)
    take(session, opened(1), opened(2), opened(3), listed(1), listed(2), listed(3))
    take(session, duty, resolved)
    before = date(2021, 3, 31)

    def past():
        return (
            named(session, programme, directory, before),
            rates(session, programme, directory, before),
            figures(session, programme, directory, as_of=before),
        )

    then = past()
    moved = duty_change("moved", SPRING, date(2021, 5, 10), due_before=due)
    take(
        session,
        about("assignment.case_reopened", SPRING, 1, was="resolved"),
        about("intake.case_merged", SPRING, 2, repeats=2),
        duties_changed(duty_change("discharged", SPRING, due), **case),
    )

    assert past() == then
    assert then[1]["frozen"]["frozen"]["resolved"] == 1
    take(session, duties_changed(moved, **case))
    assert past()[1] == then[1]
    now = rates(session, programme, directory, SPRING)["frozen"]["frozen"]
    assert (now["resolved"], now["base"]) == (0, 2)


def test_the_list_as_it_was_frozen_governs_the_rate_from_its_day_and_once_it_is_known(
    session, programme, directory
):
    day = date(2021, 1, 4)
    resolved = about("assignment.case_resolved", date(2020, 12, 20), 1)
    late = about("intake.case_opened", day, 9, repeats=0)
    before = take(session, opened(1), opened(2), resolved, late)
    after = take(session, listed(1), listed(2))

    def total(as_of, known_at=after):
        found = figures(
            session,
            programme,
            directory,
            as_of=as_of,
            known_at=known_at,
            as_known=True,
        )["total"]
        names = ("base", "base_frozen", "resolved_frozen", "rate", "rate_live")
        return [found[name] for name in names]

    assert total(date(2020, 12, 30)) == [2, None, None, "50.0%", "50.0%"]
    assert total(YEAR_END) == [2, 2, 1, "50.0%", "50.0%"]
    assert total(day) == [3, 2, 1, "50.0%", "33.3%"]
    assert total(day, before) == [3, None, None, "33.3%", "33.3%"]


def test_the_sums_on_a_frozen_list_at_many_days_are_those_of_each_day(session):
    back, offices = date(2021, 3, 1), ("410922",)
    take(session, opened(1), opened(2), opened(3), listed(1), listed(2))
    take(
        session,
        about("assignment.case_resolved", date(2020, 12, 20), 1),
        about("assignment.case_reopened", back, 1, was="resolved"),
        about("assignment.case_resolved", back, 3),
    )
    ledger, days = Ledger(session), [date(2020, 12, 30), YEAR_END, back]
    frozen = CaseList(frozen="frozen")
    found = ledger.listed_at(PROGRAMME, frozen, days)

    assert set(found) == {YEAR_END, back}
    for day in found:
        question = request(as_of=day)
        alone = ledger.listed(question, offices, frozen, as_known=False)
        assert {key: n for key, n in found[day].items() if n} == {
            key: n for key, n in alone.items() if n
        }
    assert found[back]["410922", "resolved"] == 0
    assert found[YEAR_END]["410922", "resolved"] == 1


def test_the_live_lists_of_a_programme_can_be_asked_by_origin(session, directory):
    # DY-16, XQ-07: neither list is frozen.
    spp, own = "handed_by_spp", "own_screening"
    take(session, opened(1, origin=spp), opened(2, origin=spp), opened(3, origin=own))
    take(session, about("assignment.case_resolved", date(2020, 12, 20), 1))
    scheme = load_programmes(settings.deploy / "programmes", directory).get(
        "dy-leaders"
    )

    found = rates(session, scheme, directory, YEAR_END)

    live = {name: (each["live"], each["frozen"]) for name, each in found.items()}
    assert live["spp"] == (
        {"resolved": 1, "base": 2, "rate": "50.0%", "short_by": None},
        None,
    )
    assert live["committee"][0]["base"] == 0


def test_what_is_reached_is_announced_once_and_taken_back_when_facts_change(
    session, programme, directory
):
    programme = replace(programme, code=PROGRAMME)

    def judged():
        found = judge(session, programme, [COUNTY], date(2021, 5, 1))
        return [
            (each.milestone.year, each.occurred_on, each.reached)
            for each in found
            if each.milestone.year < 2022
        ]

    take(session, *(opened(number) for number in range(10)))
    assert judged() == []
    for number in range(3):
        take(session, about("assignment.case_resolved", SPRING, number))
    assert judged() == [(2020, SPRING, True)]
    assert judged() == []
    undone = {"was": "resolved"}
    take(session, about("assignment.closing_withdrawn", SPRING, 0, **undone))
    assert judged() == [(2020, SPRING, False)]


def signed_return(session, known_at, as_of=YEAR_END, revision=1, mails=()):
    number = f"{PROGRAMME}-{as_of}-{revision}"
    names = {"id": number, "signed_by": "审核人", "reason": None}
    titles = {"title": "专项", "office_name": "濮阳市院", "ended_counts": False}
    fixed = {"figures": {}, "figures_checksum": "", "under_way": {}, "differences": []}
    of = {"programme": PROGRAMME, "office": "410900", "as_of": as_of}
    of |= {"known_at": known_at, "revision": revision}
    ids = {recipient: f"{number}-{recipient}" for recipient in mails}
    Returns(session).add({**names, **titles, **fixed, **of}, ids)
    return number


def post(session, *events):
    """
    Post *events* on the terms that hold now.
    """
    for each in events:
        fields = READS[each.type].load(each.payload)
        codes = programmes_of_closings([ReceivedEvent(each, fields)])
        signed = signed_returns(session, codes, current_policy())
        terms = signed.terms(each, fields["programme"])
        Ledger(session).post([(each, entries_for(each, fields, terms))])
    return Ledger(session).latest()


def test_a_closing_that_comes_late_counts_after_the_period_that_was_signed(
    owner, programme, directory
):
    def resolved(as_of):
        found = figures(owner, programme, directory, as_of=as_of)
        return found["total"]["resolved"]

    concluded, after = date(2020, 12, 30), date(2021, 1, 1)
    early = about("assignment.case_resolved", concluded, 1)
    signed_return(owner, post(owner, opened(1), opened(2), early))
    post(owner, about("assignment.case_resolved", concluded, 2))

    assert (resolved(YEAR_END), resolved(after)) == (1, 2)
    rebuild(owner, "events")
    assert (resolved(YEAR_END), resolved(after)) == (1, 2)


def late_of(session, programme, directory, as_of, known_at=None):
    known_at = known_at or Ledger(session).latest()
    found = figures(
        session, programme, directory, as_of=as_of, known_at=known_at, as_known=True
    )
    return found["late"]


def cells(late):
    return {row["office"]: row["base"] for row in late["rows"]}


def test_what_arrives_after_a_signed_return_is_late_in_the_next_one(
    session, programme, directory
):
    known_at = take(session, opened(1))
    signed_return(session, known_at)
    new = about("intake.case_opened", date(2021, 2, 1), 8, repeats=0)
    end = date(2021, 12, 31)

    assert late_of(session, programme, directory, YEAR_END) is None
    assert late_of(session, programme, directory, end)["rows"] == []
    before = Ledger(session).latest()
    take(session, opened(2), opened(3, office="410902"), new)
    late = late_of(session, programme, directory, end)

    assert cells(late) == {"410922": 1, "410902": 1}
    assert late["total"] == {"base": 2, "repeats": 4}
    assert late["return_id"] == f"{PROGRAMME}-{YEAR_END}-1"
    # As it was known before they arrived, nothing was late.
    assert late_of(session, programme, directory, end, before)["rows"] == []


def test_a_late_closing_stands_in_the_next_return_as_late(owner, programme, directory):
    concluded = date(2020, 12, 30)
    known_at = post(owner, opened(1), opened(2))
    signed_return(owner, known_at)
    late = about("assignment.case_resolved", concluded, 2)
    new = about("assignment.case_resolved", date(2021, 2, 1), 1)
    post(owner, late, new)

    found = figures(
        owner,
        programme,
        directory,
        as_of=date(2021, 12, 31),
        known_at=Ledger(owner).latest(),
        as_known=True,
    )

    assert found["total"]["resolved"] == 2
    assert found["late"]["total"] == {"resolved": 1}


def test_the_earlier_return_the_late_amounts_and_the_new_ones_make_the_figures(
    session, programme, directory
):
    facts_told = campaign()
    known_at = take(session, *facts_told[::2])
    signed_return(session, known_at)
    earlier = figures(session, programme, directory, known_at=known_at, as_known=True)
    take(session, *facts_told[1::2])
    end, latest = date(2021, 6, 30), Ledger(session).latest()
    found = figures(
        session, programme, directory, as_of=end, known_at=latest, as_known=True
    )
    late = {row["office"]: row for row in found["late"]["rows"]}
    query = (
        sa.select(entries.c.office, sa.func.sum(entries.c.amount))
        .where(entries.c.programme == PROGRAMME, entries.c.measure == "resolved")
        .where(entries.c.own_day > YEAR_END, entries.c.day <= end)
        .group_by(entries.c.office)
    )
    new = dict(session.execute(query).all())

    assert any(row.get("resolved") for row in late.values())
    for before, now in zip(earlier["rows"], found["rows"], strict=True):
        office = now["office"]
        parts = (
            before["resolved"],
            late.get(office, {}).get("resolved", 0),
            new.get(office, 0),
        )
        assert sum(parts) == now["resolved"], office


def test_only_a_return_signed_by_then_comes_before(session):
    known_at = take(session, opened(1))
    signed_return(session, known_at)
    later = Ledger(session).latest()

    def before(known_at):
        question = request(as_of=date(2021, 1, 31), known_at=known_at)
        return Returns(session).before(question)

    assert before(known_at) is None
    assert before(later).number == f"{PROGRAMME}-{YEAR_END}-1"
    assert later > known_at


def test_a_return_is_undelivered_until_its_recipients_have_it_or_a_newer_one(session):
    backlog, recipients = Backlog(session), ("a@p.invalid", "b@p.invalid")
    before = backlog.undelivered()
    counts = []
    for revision, first in ((1, "refused"), (2, "failed")):
        number = signed_return(session, KNOWN, revision=revision, mails=recipients)
        for recipient, state in zip(recipients, (first, "sent"), strict=True):
            Deliveries(session, number).move(recipient, state, allowed=["due"])
        counts.append(backlog.undelivered() - before)
    Deliveries(session, number).move(recipients[0], "sent", allowed=["failed"])
    counts.append(backlog.undelivered() - before)
    Returns(session).become(number, "delivered")

    assert counts == [1, 2, 0]
    assert backlog.undelivered() == before
