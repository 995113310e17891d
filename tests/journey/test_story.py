"""
The story of the demonstration, run once on a system of its own, and what came of it.

Later tests go on in that system, in the order in which they stand.
"""

from __future__ import annotations

import io
import json
import random
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from urllib.parse import quote

import httpx
import pytest
import sqlalchemy as sa
from kombu import Connection
from openpyxl import load_workbook
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.client import Refused
from deploy.demo.compare import all_differences, differences
from deploy.demo.expected import book, figures
from deploy.demo.places import AUDITOR, CITY, PROVINCE
from deploy.demo.programme_story import ProgrammeStory, load_story
from deploy.demo.story import client_of, run_story
from deploy.local.plain import http
from deploy.local.stack import PROCESSES, ROOT, Stack
from services.reporting.casework.drafting import draft
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.measures import registry
from services.reporting.domain.postings.entries import entries_for
from services.reporting.domain.postings.rules import RULES
from services.reporting.schemas import READS
from services.reporting.store import TABLES, Ledger
from services.reporting.store.ledger_tables import entries, facts
from services.reporting.store.roll_up_tables import (
    group_month_totals,
    group_totals,
    month_totals,
    totals,
)
from shared.events import Envelope
from shared.messaging.event_catalogue import readers_of
from shared.messaging.inbox import new_events
from shared.messaging.topology import events_exchange
from shared.policy.directory import Directory
from shared.policy.loading import load_programmes
from shared.settings import SERVICES
from shared.storage.database import driver_url
from tests.journey import later_years, nothing_personal
from tests.service.asking import a_row, as_json

# Later tests add facts to the one system in which the story was lived.
pytestmark = pytest.mark.in_order

PROGRAMME = "puyang-2020"
OPEN = {"open", "overdue", "backdated", "paused"}
YEAR_ENDS = ["2020-12-31", "2021-12-31", "2022-12-31"]
# Persons are not among them: one is counted once, however often aided.
SUMMED = (
    "base",
    "resolved",
    "ended",
    "flowed_back",
    "led",
    "hearings",
    "aid_yuan",
    "overdue",
    "repeats",
)


class Lived:
    """
    The system on which the story was run, and what it answered.
    """

    def __init__(self, stack, client, outcome, owner):
        self.stack, self.client, self.owner = stack, client, owner
        self.outcome = outcome

    def figures(self, as_of, office=CITY, **more):
        request = {"programme": PROGRAMME, "office": office, "as_of": as_of, **more}
        return self.client.get("reporting", "/figures", AUDITOR, **request)

    def all_figures(self):
        """
        Both offices' figures of the three year ends, without when they were asked.
        """
        return {
            (office, on): in_words(self.figures(on, office))
            for office in (CITY, PROVINCE)
            for on in YEAR_ENDS
        }

    def judged(self, as_of):
        """
        Which offices are to be inspected, and the rates of the lists, on a day.
        """
        request = {"programme": PROGRAMME, "office": CITY, "as_of": as_of}
        return [
            self.client.get("reporting", path, AUDITOR, **request)["items"]
            for path in ("/inspection-candidates", "/baseline-rates")
        ]

    def entries(self, measure, as_of):
        request = {"programme": PROGRAMME, "office": CITY, "as_of": as_of}
        return list(
            self.client.items(
                "reporting", "/entries", AUDITOR, measure=measure, **request
            )
        )

    def envelopes(self):
        """
        Everything that the five services have announced, but their own tasks.
        """
        with self.owner.connect() as session:
            return [
                (service, row.position, row.body)
                for service in SERVICES
                for row in session.execute(
                    sa.text(
                        f"SELECT position, body FROM {service}.outbox"  # noqa: S608
                        " WHERE type NOT LIKE '%.task.%' ORDER BY position"
                    )
                )
            ]


def in_words(figures):
    """
    What figures say, without the moment at which they were asked.
    """
    return {name: figures[name] for name in ("milestone", "rows", "total")}


@pytest.fixture(scope="module")
def lived():
    # The others have nothing to do before the years of the story are over.
    codes = f"{PROGRAMME},{later_years.MEIXIAN},{later_years.STREET_VISITS}"
    settings = {"PROGRAMMES": codes}
    with (
        pytest.MonkeyPatch.context() as patch,
        Stack.temporary(ROOT / "var" / "journey", settings=settings) as stack,
    ):
        settings["DEPLOY_DIR"] = later_years.policies_at(stack.var / "deploy")
        stack.set_business_day(date(2020, 11, 1))
        stack.start(*PROCESSES)
        stack.wait_ready(*PROCESSES)
        environment = stack.environment()
        patch.setenv("SIGNING_KEY", environment["SIGNING_KEY"])
        client = client_of(environment)
        url = driver_url(environment["DATABASE_URL"], "psycopg")
        owner = sa.create_engine(url, poolclass=sa.NullPool)
        outcome = run_story(client, stack.clock)
        yield Lived(stack, client, outcome, owner)
        owner.dispose()
        client._http.close()


@pytest.mark.requirement("PY-04", "I-19", "I-21")
def test_the_returns_are_those_of_the_independent_computation(lived):
    outcome = lived.outcome

    assert all_differences(outcome.returns, outcome.provincial_returns) == []
    assert outcome.returns["2022-12-31"]["total"]["base"] > 200


def test_the_figures_at_every_month_end_are_those_of_the_independent_computation(lived):
    ends = figures.at_month_ends()
    wrong = [
        line
        for on, expected in ends.items()
        for line in differences(expected, lived.figures(on), on)
    ]

    assert len(ends) == 26
    assert wrong == []


@pytest.mark.parametrize("as_of", YEAR_ENDS)
def test_the_cases_behind_the_figures_are_those_of_the_judge(lived, as_of):
    day, last = date.fromisoformat(as_of), date(2022, 12, 31)
    offices = frozenset(book.OFFICES.values())
    view = figures.View(figures.book_of(figures.story()), offices, day, last)
    request = {"programme": PROGRAMME, "office": CITY, "as_of": as_of}
    for measure, numbers in figures.cases_of(view).items():
        opened = lived.client.items(
            "reporting", "/cases", AUDITOR, measure=measure, **request
        )
        assert {each["case_number"] for each in opened} == numbers, measure


def test_every_duty_of_the_judge_is_owed_by_its_office_until_its_day(lived):
    told = figures.book_of(figures.story())
    last = date(2022, 12, 31)
    wanted = Counter(
        (duty.kind, duty.office, str(duty.due), duty.open.holds(last, last))
        for duty in told.duties
    )
    kinds = {duty.kind for duty in told.duties}
    given = Counter(
        (duty["kind"], duty["office"], duty["due_on"], duty["state"] in OPEN)
        for duty in owed(lived)
        if duty["kind"] in kinds
    )

    assert len(kinds) == 7
    assert given == wanted


@pytest.mark.requirement("PY-04")
def test_assignment_and_reporting_agree_about_every_milestone_on_every_day(lived):
    # The story closes, reopens, merges and unmerges cases, before and after the days.
    duties = milestones(lived)

    assert len(duties) == 3 * len(lived.figures(YEAR_ENDS[0])["rows"])
    assert disagreements(lived, duties) == []
    for as_of in YEAR_ENDS:
        for row in lived.figures(as_of)["rows"]:
            # A row is an office of its own here: nobody is below the counties.
            (duty,) = (
                each
                for each in duties
                if (each["office"], each["due_on"]) == (row["office"], as_of)
            )
            history = history_of(lived, duty)
            assert is_owed_on(history, as_of) == (row["short_by"] > 0), duty["id"]


@pytest.mark.requirement("PY-04")
def test_a_milestone_that_was_missed_has_its_overdue_line_and_its_late_end(lived):
    # 台前 was short of 30 percent at the end of 2020.
    reached_on = day_of_reaching("410927", 30, date(2020, 12, 31))
    (duty,) = (
        each
        for each in milestones(lived)
        if (each["office"], each["due_on"]) == ("410927", "2020-12-31")
    )
    lines = [(row["what"], row["occurred_on"]) for row in history_of(lived, duty)]

    assert reached_on > date(2021, 1, 1)
    assert [what for what, _ in lines].count("overdue") == 1
    assert lines[-2:] == [
        ("overdue", "2021-01-01"),
        ("discharged", reached_on.isoformat()),
    ]


def day_of_reaching(office, percent, due):
    """
    The first day from *due* on at whose end the judge's book is short of nothing.
    """
    told = figures.book_of(figures.story())
    days = (due + timedelta(days=n) for n in range(365))
    return next(
        day
        for day in days
        if not figures.View(
            told, frozenset({office}), day, date(2022, 12, 31)
        ).short_by(percent)
    )


def milestones(lived):
    return [duty for duty in owed(lived) if duty["kind"] == "milestone"]


def history_of(lived, duty):
    path = f"/duties/{quote(duty['id'], safe='')}/history"
    return lived.client.get("assignment", path, AUDITOR)["history"]


def is_owed_on(history, day):
    """
    Whether a duty was owed at the end of a day, by all that its history knows today.
    """
    changes = [
        row["what"]
        for row in history
        if row["occurred_on"] <= day and row["what"] not in {"overdue", "moved"}
    ]
    return bool(changes) and changes[-1] in {"opened", "resumed"}


def disagreements(lived, duties):
    """
    The days on which the histories of duties and the entries of figures give different
    answers to whether a duty is overdue.
    """
    days = [str(date(2020, 11, 1) + timedelta(days=n)) for n in range(791)]
    postings = defaultdict(list)
    for entry in lived.entries("overdue", days[-1]):
        postings[entry["case_number"]].append((entry["day"], int(entry["amount"])))
    found = []
    for duty in duties:
        history, posted = history_of(lived, duty), postings[duty["number"]]
        for day in days:
            by_history = is_owed_on(history, day) and duty["due_on"] < day
            by_figures = sum(amount for on, amount in posted if on <= day)
            if by_figures != by_history:
                found.append((duty["id"], day, by_history, by_figures))
    return found


def test_nothing_was_lost_and_nothing_given_up(lived):
    assert "clean" in lived.stack.jianjian("reconcile", "--until", "infinity")
    assert lived.stack.jianjian("dead-letters", "list") == ""


@pytest.mark.parametrize("as_of", YEAR_ENDS)
def test_every_figure_opens_into_its_cases(lived, as_of):
    figures = lived.outcome.returns[as_of]
    for measure in SUMMED:
        entries = lived.entries(measure, as_of)
        for row in figures["rows"]:
            mine = [
                Decimal(e["amount"]) for e in entries if e["office"] == row["office"]
            ]
            assert sum(mine) == Decimal(row[measure]), (as_of, measure, row["office"])
    aided = {e["case_number"] for e in lived.entries("aid_persons", as_of)}
    assert len(aided) == figures["total"]["aid_persons"]


@pytest.mark.requirement("PY-43")
def test_every_signed_return_was_mailed_with_its_workbook(lived):
    mails = [
        message_from_bytes(file.read_bytes(), policy=default)
        for file in lived.stack.mails()
        if b"X-Return:" in file.read_bytes()
    ]
    signed = lived.outcome.signed
    assert len(signed) == 2 * len(YEAR_ENDS)
    assert len(mails) == sum(len(each["deliveries"]) for each in signed)
    headings = {each.heading: each.id for each in registry().columns}
    for each in signed:
        mine = [mail for mail in mails if each["id"] in mail["Message-ID"]]
        assert {mail["To"] for mail in mine} == {
            delivery["recipient"] for delivery in each["deliveries"]
        }
        for mail in mine:
            (attached,) = mail.iter_attachments()
            assert attached.get_filename().endswith(".xlsx")
            total = each["figures"]["total"]
            found = total_in(attached.get_content(), headings)
            assert found == {
                name: as_number(name, total[name]) for name in headings.values()
            }


def as_number(name, value):
    """
    A figure as the workbook holds it: money and shares are numbers, too.
    """
    if isinstance(value, str) and value.endswith("%"):
        return float(Decimal(value[:-1]) / 100)
    return float(value) if name == "aid_yuan" else value


def total_in(workbook, headings):
    """
    The last line of a mailed return, by measure.
    """
    lines = load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True)
    named = next(line for line in lines if line[0] == "单位")
    total = next(line for line in lines if line[0] == "合计")
    return {
        headings[heading]: cell
        for heading, cell in zip(named[1:], total[1:], strict=True)
    }


# -- in any order, twice, late


@contextmanager
def empty_ledger(lived):
    """
    A transaction in which reporting knows nothing yet; it is never committed.
    """
    with lived.owner.connect() as session:
        inbox = TABLES["inbox"]
        rolled = totals, month_totals, group_totals, group_month_totals
        for table in (entries, *rolled, facts, inbox):
            session.execute(table.delete())
        yield session
        session.rollback()


def test_shuffled_doubled_and_delayed_facts_make_the_same_returns(lived):
    directory = Directory.load(ROOT / "deploy" / "directory")
    programme = load_programmes(ROOT / "deploy" / "programmes", directory).get(
        PROGRAMME
    )
    bodies = [
        {**body, "sequence": position}
        for _, position, body in lived.envelopes()
        if body["type"] in RULES
    ]
    deliveries = 2 * bodies
    random.Random(20201229).shuffle(deliveries)
    with empty_ledger(lived) as session:
        for body in deliveries:
            event = Envelope.from_mapping(body)
            if new_events(session, TABLES["inbox"], [event]):
                read = READS[event.type].load(event.payload)
                Ledger(session).post([(event, entries_for(event, read))])
        now = datetime.now(UTC)
        found = {
            (office, on): in_words(
                draft(
                    Ledger(session),
                    programme,
                    directory,
                    FiguresRequest(PROGRAMME, office, date.fromisoformat(on), now),
                )
            )
            for office in (CITY, PROVINCE)
            for on in YEAR_ENDS
        }

    assert len(deliveries) > 2000
    for on in YEAR_ENDS:
        assert found[CITY, on] == in_words(lived.outcome.returns[on])
        assert found[PROVINCE, on] == in_words(lived.outcome.provincial_returns[on])


def test_everything_delivered_once_more_in_any_order_changes_nothing(lived):
    # What the last acts of the story led to may still be under way.
    wait_until(lambda: everything_has_arrived(lived))
    before, duties = lived.all_figures(), owed(lived)
    announced = len(lived.envelopes())
    envelopes = lived.envelopes()
    random.Random(3).shuffle(envelopes)
    handled = repeated(lived)
    with Connection(lived.stack.environment()["AMQP_URI"]) as connection:
        producer = connection.Producer()
        for service, position, body in envelopes:
            producer.publish(
                json.dumps({**body, "sequence": position}, ensure_ascii=False),
                exchange=events_exchange(service).name,
                routing_key=body["type"],
                content_type="application/json",
                content_encoding="utf-8",
                headers={"x-position": position},
                delivery_mode=2,
            )
        # Without confirms a channel that closes may drop what it holds for a quorum
        # queue, so it stays open until all is read.
        readings = sum(len(readers_of(body["type"])) for _, _, body in envelopes)
        wait_until(lambda: repeated(lived) - handled >= readings)

    assert lived.all_figures() == before
    assert owed(lived) == duties
    assert len(lived.envelopes()) == announced
    assert lived.stack.jianjian("dead-letters", "list") == ""


def owed(lived):
    """
    Every duty of the city and its counties as it stands.
    """
    return list(lived.client.items("assignment", "/duties", AUDITOR))


def repeated(lived):
    """
    How many deliveries were known already, in all services together.
    """
    found = 0.0
    for service in SERVICES:
        url = f"{lived.stack.url(service)}/metrics"
        text = http.get(url).text
        found += sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "jianjian_event_handler_seconds_count"
            and sample.labels["outcome"] == "repeated"
        )
    return found


def everything_has_arrived(lived):
    """
    Whether all that was announced is where it is read, and so all that follows from it
    is announced: seen at one moment.
    """
    expected, taken = Counter(), Counter()
    snapshot = lived.owner.execution_options(isolation_level="REPEATABLE READ")
    with snapshot.connect() as session:
        for service in SERVICES:
            kinds = f"SELECT type, count(*) FROM {service}.outbox GROUP BY type"  # noqa: S608
            for kind, count in session.execute(sa.text(kinds)):
                expected.update(dict.fromkeys(readers_of(kind), count))
            events = f"SELECT count(*) FROM {service}.inbox"  # noqa: S608
            events += " WHERE type NOT LIKE '%.task.%'"
            taken[service] = session.scalar(sa.text(events))
    return expected == taken


def wait_until(condition, within=240.0):
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


@pytest.mark.parametrize("source", ["entries", "events"])
def test_returns_rebuilt_are_the_same(lived, source):
    before = lived.all_figures()
    counted = json.loads(lived.stack.jianjian("rebuild", "--from", source))

    assert counted["facts"] > 1000
    assert counted["entries"] > 1000
    assert lived.all_figures() == before


# -- what becomes known later


def test_a_late_fact_changes_the_past_but_not_what_was_known_then(lived):
    then = {each["id"]: each for each in lived.outcome.signed}
    signed = next(
        each
        for each in then.values()
        if (each["office"], each["as_of"]) == (CITY, "2020-12-31")
    )
    late = a_row(
        reporting_office="南乐县人民检察院",
        reported_on="2020-12-20",
        resolve_by="2022-12-01",
    )
    job = lived.client.post(
        "intake",
        "/imports",
        "410923 clerk",
        "补录",
        as_json(late),
        programme=PROGRAMME,
        filename="补录.json",
    )
    base = signed["figures"]["total"]["base"]
    wait_until(lambda: lived.figures("2020-12-31")["total"]["base"] == base + 1)
    known = lived.figures("2020-12-31", known_at=signed["known_at"])
    again = lived.client.get("reporting", f"/returns/{signed['id']}", AUDITOR)
    lines = {row["office"]: row for row in lived.figures("2020-12-31")["rows"]}

    assert job["id"]
    assert in_words(known) == in_words(signed["figures"])
    assert in_words(known) == in_words(lived.outcome.returns["2020-12-31"])
    assert again["figures"] == signed["figures"]
    assert again["checksum"] == signed["checksum"]
    assert lines["410923"]["base"] == 1 + next(
        row["base"] for row in signed["figures"]["rows"] if row["office"] == "410923"
    )


def test_a_return_signed_as_soon_as_a_fact_arrives_is_reproduced_by_its_known_at(lived):
    as_of = "2021-12-31"
    signed = []
    for number in range(5):
        late = a_row(
            reporting_office="南乐县人民检察院",
            reported_on="2021-03-01",
            resolve_by="2022-12-01",
        )
        lived.client.post(
            "intake",
            "/imports",
            "410923 clerk",
            f"再补录-{number}",
            as_json(late),
            programme=PROGRAMME,
            filename=f"再补录{number}.json",
        )
        signed.append(sign_when_there_is_something_new(lived, as_of, number))
        paper = signed[-1]

        assert in_words(lived.figures(as_of, known_at=paper["known_at"])) == in_words(
            paper["figures"]
        )
    for paper in signed:
        again = lived.figures(as_of, known_at=paper["known_at"])

        assert in_words(again) == in_words(paper["figures"])


def sign_when_there_is_something_new(lived, as_of, number):
    """
    The next revision: signing is refused until the fact has arrived.
    """
    body = {
        "programme": PROGRAMME,
        "office": CITY,
        "as_of": as_of,
        "reason": "补录后重新报送",
    }
    for attempt in range(2_000):
        key = f"再报-{number}-{attempt}"
        try:
            found = lived.client.post(
                "reporting", "/returns", "410900 reviewer", key, body
            )
        except Refused as refused:
            if refused.status != httpx.codes.CONFLICT:
                raise
            time.sleep(0.01)
        else:
            return lived.client.get("reporting", f"/returns/{found['id']}", AUDITOR)
    pytest.fail("the fact does not arrive")


def test_they_agree_after_a_case_flows_back_on_a_day_long_past(lived):
    figures = lived.outcome.returns["2022-12-31"]
    (resolved,) = (row for row in figures["rows"] if row["office"] == "410927")
    assert resolved["resolved"] > 0
    number = next(
        case["case_number"]
        for case in lived.client.items(
            "reporting",
            "/cases",
            AUDITOR,
            programme=PROGRAMME,
            office="410927",
            measure="resolved",
            as_of="2022-12-31",
        )
    )
    judged = lived.judged("2022-12-30")
    path = f"/cases/{quote(number, safe='')}/reopenings"
    body = {"reopened_on": "2022-12-31", "cause": "repeat_petition", "reason": "再访。"}
    lived.client.post("assignment", path, "410927 leader", "回流", body)
    flowed = {"measure": "flowed_back", "as_of": "2022-12-31"}
    wait_until(
        lambda: number in {entry["case_number"] for entry in lived.entries(**flowed)}
    )

    assert disagreements(lived, milestones(lived)) == []
    assert lived.judged("2022-12-30") == judged


# -- later years: street-visits under the order of 2022, meixian from 2023 on


@pytest.mark.requirement("TL-01", "TL-02", "TL-03")
def test_under_the_order_of_2022_a_petition_is_registered_and_told_in_fifteen_days(
    lived,
):
    later_years.take_in_under_the_order_of_2022(lived.client)


@pytest.mark.requirement("TL-12", "TL-13")
def test_under_the_order_of_2022_what_is_urgent_is_reported_by_the_next_day(lived):
    later_years.report_and_answer_under_the_order_of_2022(lived.client)


@pytest.mark.requirement("TL-06", "TL-07", "TL-08", "TL-09", "TL-10", "TL-11")
def test_under_the_order_of_2022_an_opinion_is_reviewed_twice_in_thirty_days(lived):
    later_years.be_reviewed_under_the_order_of_2022(lived.client)


@pytest.mark.requirement("MX-04", "MX-05", "MX-09")
def test_the_counter_of_meixian_sends_each_category_its_way_and_counts_contacts(lived):
    later_years.come_to_the_counter_of_meixian(lived.client, lived.stack.clock)


@pytest.mark.requirement("MX-02", "MX-04", "MX-10", "MX-11", "MX-16", "MX-19")
@pytest.mark.requirement("MX-20", "MX-28", "MX-31", "MX-32")
def test_meixian_takes_a_visit_in_and_settles_its_case(lived):
    story = ProgrammeStory(lived.client, load_story(later_years.MEIXIAN))

    story.run(lived.stack.clock)


@pytest.mark.requirement("TL-23", "I-18")
def test_what_is_unfinished_after_three_months_is_answered_each_month(lived):
    later_years.answer_each_month(lived.client, lived.stack.clock)


@pytest.mark.parametrize("where", ["events", "logs", "metrics", "mails", "lists"])
def test_nobody_is_named_in_all_that_was_said_since_the_first_day(lived, where):
    callers = (AUDITOR, "410922 clerk", f"{later_years.COUNTER} clerk")
    said = {
        "events": lambda: nothing_personal.announced(lived.owner),
        "logs": lambda: nothing_personal.logged(lived.stack),
        "metrics": lambda: nothing_personal.measured(lived.stack, PROCESSES),
        "mails": lambda: nothing_personal.mailed(lived.stack),
        "lists": lambda: nothing_personal.listed(lived.client, callers),
    }
    persons = nothing_personal.persons()
    texts = list(said[where]())

    assert len(persons) > 500
    assert texts
    assert nothing_personal.named_in(persons, persons) == persons
    assert nothing_personal.named_in(texts, persons) == set()
