"""
Every hot query finds its rows by an index: at a million rows it neither reads a whole
table nor sorts more than pages of it.

Each table has some thousand rows, and the database is made to believe that these are a
million of the same kind. Statements are those that the functions of the product send.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.aid.store import (
    Applications,
    Budgets,
    CounterEntries,
    FollowUps,
    Grants,
    Receipts,
    Sendings,
    Wages,
)
from services.aid.store import Cases as AidCases
from services.aid.store.tables import referrals
from services.assignment.gauges import timers_behind
from services.assignment.store import (
    CaseGroups,
    CaseLists,
    CasesOn,
    Closings,
    Duties,
    EscalationSteps,
    Matters,
    NextSteps,
    Oversights,
    RecalculationSlices,
    load_matters,
)
from services.assignment.store import Notices as DutyNotices
from services.assignment.store.activities import tallies
from services.hearing.store import Cases as HearingCases
from services.hearing.store import FeedKeys, Hearings, Members, Requests
from services.intake.domain.cases.repeats import Earlier
from services.intake.domain.petitions.petitions import Reply
from services.intake.gauges import metrics as metrics_of_intake
from services.intake.store import (
    AnnouncedToPetitioners,
    Cases,
    Deliveries,
    History,
    Imports,
    Matching,
    MatterDecisions,
    MatterOf,
    Petitions,
    Replies,
    Steps,
    UndecidedRepeats,
)
from services.intake.store.matching import matching
from services.intake.store.petitions import new_petitions
from services.intake.store.petitions.petition_counts import petition_counts
from services.intake.store.tables import openings
from services.reporting.domain.baselines import CaseList
from services.reporting.domain.figures import FiguresRequest, Line
from services.reporting.gauges import metrics
from services.reporting.store import (
    Enrolments,
    Ledger,
    Mailings,
    NoticePapers,
    Returns,
    RollUps,
)
from services.reporting.store import Notices as NoticesToMail
from services.reporting.store.backlog import Backlog
from services.reporting.store.details import Details
from services.reporting.store.matters import owners_of
from services.reporting.store.returns import LastSigned
from shared.messaging import (
    dead_letters,
    housekeeping,
    inbox,
    reconcile,
    relay,
    relay_process,
)
from shared.messaging.arrivals import settled_for
from shared.policy.directory import UnknownOffice
from shared.policy.parts.general import Span
from shared.records.openings import Openings
from shared.settings import SERVICES
from shared.storage.encryption import CannotDecryptError
from shared.vocabulary import PendingClosing
from shared.web import health
from shared.web.paging import PageRequest, cursor
from tests.builders import an_envelope, lifecycle
from tests.store.shared.storage.test_migrations import metadata_of

ROWS, BELIEVED = 3_000, 1_000_000
OFFICES = 200
MANY = 7_500  # more rows than this, half as many again as an office has, are too many
FAR = 20_000  # of the planner's cost: what a page may take, some ten milliseconds
# What the planner takes for each row, an OR before it decides for most of them: whether
# a case stands in a further programme, whether a notice for a mail has its paper; and
# of each of a hundred offices' first cases when its ledger was last brought up to date.
NOT_SO_FAR = (
    "assignment: cases that lack an act",
    "assignment: overseen cases",
    # Of each open case, whether its last report was sent back; and of 400 offices the
    # cases that wait, where nearly none has one.
    "assignment: closings sent back of a ",
    "assignment: closings to review of a ",
    "intake: ledgers not brought up to date of a city",
    "reporting: notices to mail",
)
PROGRAMME, DAY = "puyang-2020", date(2021, 6, 30)
MOMENT = datetime(2021, 6, 30, tzinfo=UTC)
RECENTLY = datetime.now(UTC) - timedelta(minutes=1)
OFFICE = "410007"
CITY = tuple(f"41{n:04d}" for n in range(OFFICES))
PROVINCE = (*CITY, *(f"42{n:04d}" for n in range(OFFICES)))
NUMBER = "c0000007"
IMPORT = "0f" * 16

# What a column holds in row number n, by name; of one table with the table's name.
VALUES = {
    **dict.fromkeys(("office", "line"), f"'41' || lpad((n % {OFFICES})::text, 4, '0')"),
    "own": "n % 2 = 0",
    "programme": f"CASE n % 10 WHEN 0 THEN 'meixian' ELSE '{PROGRAMME}' END",
    **dict.fromkeys(
        ("number", "case_number", "case_no", "matter", "duty", "content", "name"),
        "'c' || lpad(n::text, 7, '0')",
    ),
    **dict.fromkeys(
        ("due_on", "on", "received_on", "opened_on"), f"DATE '{DAY}' - 200 + n % 400"
    ),
    "measure": "'m' || n % 30",
    "state": "CASE n % 500 WHEN 0 THEN 'waiting' ELSE 'done' END",
    "duties.state": "CASE n % 3 WHEN 0 THEN 'open' ELSE 'discharged' END",
    "duties.flagged": "n % 3 = 0 AND n % 1000 <> 0",  # what is done is not flagged
    "deliveries.state": "CASE n % 500 WHEN 0 THEN 'due' ELSE 'sent' END",
    "notice_mails.state": "CASE n % 500 WHEN 0 THEN 'due' ELSE 'sent' END",
    "returns.state": "CASE n % 500 WHEN 0 THEN 'waiting' ELSE 'delivered' END",
    # As in the night of a campaign's last day: many wait.
    "applications.origin": "CASE n % 20 WHEN 0 THEN 'own_motion' ELSE 'x' END",
    "notices.mailing": "CASE WHEN n % 10 < 3 THEN 'c' || lpad(n::text, 7, '0') END",
    "notice_papers.content": "NULL",
    "notices.urgent": "n % 500 = 5",
    "closings.state": "CASE n % 500 WHEN 0 THEN 'returned' ELSE 'confirmed' END",
    "matters.is_case": "TRUE",
    "matters.standing": "CASE n % 3 WHEN 0 THEN 'open' ELSE 'resolved' END",
    "matters.case_kind": "CASE n % 3 WHEN 0 THEN 'complaint' ELSE 'accusation' END",
    "matters.difficulty": "CASE n % 20 WHEN 0 THEN 'nail' ELSE 'ordinary' END",
    "group_key": "md5((n % 20)::text)::uuid",
    "group_since": f"DATE '{DAY}' - n % 300",
    "handler_post": "'承办人' || n % 7",
    "persons": "1 + n % 11 * (n % 13 / 12)",
    "group_visit": "n % 50 = 0",
    "channel": "CASE n % 3 WHEN 0 THEN 'visit' ELSE 'letter' END",
    "duties.kind": "'k' || n % 5",
    "undecided_since": f"CASE n % 50 WHEN 0 THEN DATE '{DAY}' - n % 300 END",
    "hearings.held_on": f"DATE '{DAY}' - n % 300",
    "matters.next_occurrence_on": f"CASE n % 50 WHEN 0 THEN DATE '{DAY}' + n % 90 END",
    "import_id": "'c' || lpad((n / 100)::text, 7, '0')",
    "published_at": "CASE WHEN n < 2999 THEN clock_timestamp() END",
    **dict.fromkeys(("keys", "names"), "ARRAY[n]"),
    "key": "'k' || n",
    "subject": "'c' || lpad(n::text, 7, '0')",
    "type": "'intake.case_opened'",
    # A fact that can be read: what is asked for after it is seen as well.
    "assignment.facts.type": "'intake.case_merged'",
    "assignment.facts.payload": "'{}'",
    **dict.fromkeys(
        ("created_at", "received_at", "known_at", "recorded_at", "signed_at"),
        f"clock_timestamp() - ({ROWS} - n) * interval '15 min'",
    ),
    "as_of": f"DATE '{DAY}' - n / {OFFICES}",
    "revision": "1",
    "position": "n",
    **dict.fromkeys(("cases.content", "cases.name"), "md5(n::text)::uuid"),
    "cases.import_id": "md5((n / 100)::text)::uuid",
    "next_steps.subject": "'c' || lpad(n::text, 7, '0')",
    "next_steps.on": f"DATE '{DAY}' - 2 + n % 400",
}
OF_TYPE = {
    sa.Date: f"DATE '{DAY}' - n % 300",
    sa.DateTime: "clock_timestamp() - n * interval '1 min'",
    sa.Boolean: "FALSE",
    sa.Integer: "n",
    JSONB: "'[]'",
    sa.JSON: "'{}'",
    sa.ARRAY: "'{}'",
    sa.LargeBinary: "''",
    UUID: "md5('{table}' || n)::uuid",
}
# Where they grow with the cases; the others have a row an office or a programme.
BIG = {
    "intake": (
        *("petitions", "replies", "cases", "petition_steps", "deliveries"),
        *("corrections", "openings", "announced_duties", "imports"),
    ),
    "assignment": (
        *("matters", "facts", "duties", "duty_history", "next_steps"),
        *("escalation_steps", "notices", "profiles", "leaderships", "closings"),
    ),
    "hearing": ("cases", "hearings", "requests"),
    "aid": (
        *("cases", "applications", "grants", "referrals", "payment_receipts"),
        "openings",
    ),
    "reporting": (
        *(
            "matters",
            "facts",
            "entries",
            "totals",
            "month_totals",
            "returns",
            "deliveries",
        ),
        *("mailings", "notices", "notice_papers", "notice_mails"),
    ),
}
COMMON = ("outbox", "inbox", "idempotency", "audit")


BIG_NAMES = {*COMMON, *(name for names in BIG.values() for name in names)}


def filled(table):
    """
    The statement that fills a table with rows like those that services store.
    """
    columns = [
        c
        for c in table.columns
        if not (c.computed or (c.identity and c.identity.always))
    ]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(_value(table, column) for column in columns)
    return (
        f"INSERT INTO {table.fullname} ({names})"  # noqa: S608 - names of our tables
        f" SELECT {values} FROM generate_series(1, {ROWS}) AS n"
        " ON CONFLICT DO NOTHING"
    )


def _value(table, column):
    for name in (
        f"{table.fullname}.{column.name}",
        f"{table.name}.{column.name}",
        column.name,
    ):
        if name in VALUES:
            return VALUES[name]
    if column.nullable:
        return "NULL"
    kind = getattr(column.type, "impl", column.type)
    for of, value in OF_TYPE.items():
        if isinstance(kind, of):
            return value.replace("{table}", table.fullname)
    return "'c' || lpad(n::text, 7, '0')"


@pytest.fixture(scope="module")
def session(migrated):
    """
    A transaction that sees a million rows in every big table; it is taken back.
    """
    engine = migrated.engine()
    with engine.connect() as session:
        for service, names in BIG.items():
            tables = metadata_of(service)
            for name in (*names, *COMMON):
                table = tables.tables[f"{service}.{name}"]
                session.execute(sa.text("SET LOCAL session_replication_role = replica"))
                # What other tests left there is not like what services store.
                session.execute(table.delete())
                session.execute(sa.text(filled(table)))
                session.exec_driver_sql(f"ANALYZE {table.fullname}")
        session.execute(BELIEVE, {"rows": BELIEVED, "big": big_tables()})
        yield session
        session.rollback()
    engine.dispose()


def big_tables():
    return [f"{s}.{name}" for s, names in BIG.items() for name in (*names, *COMMON)]


BELIEVE = sa.text(
    """
    WITH big AS (
        SELECT c::regclass AS id FROM unnest(CAST(:big AS text[])) AS c
    )
    UPDATE pg_class SET
        reltuples = :rows * reltuples / (
            SELECT reltuples FROM pg_class AS own WHERE own.oid = coalesce(
                (SELECT indrelid FROM pg_index WHERE indexrelid = pg_class.oid),
                pg_class.oid
            )
        )
    WHERE oid IN (
        SELECT id FROM big
        UNION SELECT indexrelid FROM pg_index JOIN big ON indrelid = id
    )
    """
)


VACUUMED = sa.text(
    "UPDATE pg_class SET relallvisible = relpages WHERE oid = CAST(:table AS regclass)"
)


@contextmanager
def plans_of(session):
    """
    The plans of the statements sent meanwhile, each a list of its steps.
    """
    plans = {}

    def note(_connection, cursor, statement, parameters, _context, many):
        words = statement.split(None, 1)[0].upper()
        if words in {"SELECT", "WITH", "UPDATE", "DELETE", "INSERT"}:
            values = parameters[0] if many else parameters
            with psycopg.ClientCursor(cursor.connection) as other:
                other.execute(f"EXPLAIN (FORMAT JSON) {statement}", values or None)
                ((plan,),) = other.fetchone()
            plans[statement] = list(steps(plan["Plan"]))

    sa.event.listen(session, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        sa.event.remove(session, "before_cursor_execute", note)


def steps(plan, limited=False):
    """
    The steps of a plan, each with whether a limit above it ends it early.
    """
    yield {**plan, "Limited": limited}
    # What is sorted or hashed is read to its end before the first row goes on.
    ends = plan["Node Type"] in {"Sort", "Aggregate", "Hash"}
    ends = ends and plan.get("Strategy") != "Sorted"
    for below in plan.get("Plans", ()):
        within = plan["Node Type"] == "Limit" or (limited and not ends)
        yield from steps(below, within)


def faults_of(plan):
    """
    What a statement should not do at a million rows.
    """
    for step in plan:
        kind, rows = step["Node Type"], step["Plan Rows"]
        if kind == "Seq Scan" and step["Relation Name"] in BIG_NAMES:
            yield f"reads all of {step['Relation Name']}"
        elif "Scan" in kind and rows > MANY and not step["Limited"]:
            yield f"reads {rows} rows of {step.get('Relation Name', kind)}"
        if kind == "Limit" and step["Total Cost"] > FAR:
            yield f"goes far to its limit, at a cost of {step['Total Cost']:.0f}"
        if kind == "Sort" and step["Plans"][0]["Plan Rows"] > MANY:
            yield f"sorts {step['Plans'][0]['Plan Rows']} rows by {step['Sort Key']}"


def test_every_hot_query_finds_its_rows_by_an_index(session):
    slow = []
    for name, ask in QUERIES.items():
        service = name.partition(" ")[0].strip(":")
        tried = session.begin_nested()
        in_schema = f"SET LOCAL search_path = {service}"
        with plans_of(session) as plans:
            session.exec_driver_sql(in_schema)
            # A made-up row need not be one that the service can read.
            with suppress(ValueError, UnknownOffice, CannotDecryptError):
                ask(session)
        tried.rollback()
        assert len(plans) >= SENT_AT_LEAST.get(name, 1), name
        slow += [
            (name, fault, statement)
            for statement, plan in plans.items()
            for fault in faults_of(plan)
            if not (name.startswith(NOT_SO_FAR) and fault.startswith("goes far"))
        ]

    assert slow == []


def test_until_when_the_ledger_is_complete_is_read_from_indexes(session):
    """
    Also with the plan that a connection keeps after it has asked some times.
    """
    plans = []
    connection = session.connection.dbapi_connection
    connection.add_notice_handler(lambda notice: plans.append(notice.message_primary))
    tried = session.begin_nested()
    for setting in (
        "LOAD 'auto_explain'",
        "SET LOCAL auto_explain.log_min_duration = 0",
        "SET LOCAL auto_explain.log_nested_statements = on",
        "SET LOCAL plan_cache_mode = force_generic_plan",
        "SET LOCAL client_min_messages = log",
    ):
        session.exec_driver_sql(setting)
    session.exec_driver_sql("SELECT reporting.complete_until(clock_timestamp())")
    tried.rollback()

    assert any("on entries" in plan for plan in plans)
    assert not any("Seq Scan on entries" in plan for plan in plans)


@pytest.mark.parametrize(
    "asked", [{"state": "open"}, {"state": "overdue"}, {"alert_level": "blue"}]
)
def test_the_first_days_of_the_offices_of_a_city_are_read_from_an_index(session, asked):
    """
    And from it alone: the rows of a page are read, not those of a page of each office.
    """
    tried = session.begin_nested()
    session.execute(VACUUMED, {"table": "assignment.duties"})
    with plans_of(session) as plans:
        Duties(session).page(CITY, DAY, after(str(DAY), OFFICE, NUMBER), **asked)
    tried.rollback()

    scans = [
        (step["Node Type"], step.get("Index Name"))
        for plan in plans.values()
        for step in plan
        if "Scan" in step["Node Type"]
    ]
    assert ("Index Only Scan", "ix_duties_owed_by_office") in scans


def test_the_withdrawals_of_acts_are_read_from_an_index_of_their_own(session):
    with plans_of(session) as plans:
        list(tallies.acts_recorded(session, PROGRAMME, [OFFICE], DAY, DAY))

    used = {step.get("Index Name") for plan in plans.values() for step in plan}
    assert "ix_facts_withdrawals" in used


def test_what_a_number_begins_with_is_looked_up_among_the_numbers(session):
    with plans_of(session) as plans, suppress(CannotDecryptError):
        Cases(session).of_offices(PROVINCE, FIRST, number=NUMBER)

    used = {step.get("Index Name") for plan in plans.values() for step in plan}
    assert {"pk_cases", "uq_cases_case_no"} <= used


@pytest.mark.parametrize(
    "cases",
    [CasesOn(PROGRAMME, PROVINCE, DAY), CasesOn(PROGRAMME, PROVINCE, DAY, DAY)],
)
def test_who_leads_what_is_counted_from_indexes_of_keys_and_last_changes(
    session, cases
):
    with plans_of(session) as plans:
        list(CaseGroups(session).alike(cases))

    every = [step for plan in plans.values() for step in plan]
    by_key = [s for s in every if s.get("Index Name") == "ix_matters_group_key"]
    assert any(step["Node Type"] == "Index Only Scan" for step in by_key)
    assert "ix_matters_group_since" in {step.get("Index Name") for step in every}
    assert "Seq Scan" not in {step["Node Type"] for step in every}


def test_hearings_held_are_counted_from_an_index_of_their_days(session):
    with plans_of(session) as plans:
        Hearings(session).held_by_chair(PROVINCE, PROGRAMME, DAY, DAY)
        Hearings(session).held_by_topic(PROVINCE, PROGRAMME, DAY, DAY)

    used = [{step.get("Index Name") for step in plan} for plan in plans.values()]
    assert len(used) == 2
    assert all("ix_hearings_programme_held_on_office" in names for names in used)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("hearing: hearings in a state", "ix_hearings_listed"),
        ("hearing: requests in a state", "ix_requests_listed"),
        ("aid: applications in a state", "ix_applications_listed"),
    ],
)
def test_what_few_have_is_not_looked_for_among_all_of_an_office(session, name, index):
    # A made-up row need not be one that the service can read.
    with plans_of(session) as plans, suppress(ValueError, TypeError):
        QUERIES[f"{name} of a city"](session)

    assert index in {step.get("Index Name") for p in plans.values() for step in p}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM intake.petitions WHERE corrected = 7",
        "SELECT * FROM intake.petitions ORDER BY corrected LIMIT 50",
        "SELECT * FROM intake.petitions WHERE corrected = 7 ORDER BY number LIMIT 50",
        "SELECT count(*) FROM reporting.totals",
    ],
)
def test_a_query_that_reads_a_whole_table_is_seen(session, query):
    with plans_of(session) as plans:
        session.exec_driver_sql(query)

    assert list(faults_of(plans[query]))


FIRST = PageRequest(50)


def after(*place):
    return PageRequest(50, cursor(*place))


def sent(statement, *values, **named):
    """
    A statement that is sent as it stands.
    """
    return lambda session: session.exec_driver_sql(statement, values or named)


def pending(session):
    given = {"under_way": [], "lock": "jianjian-bulk-none", "longest": 5, "most": 200}
    return sent(relay._PENDING, **given)(session)


def everywhere(name, ask):
    return {f"{service}: {name}": ask for service in SERVICES}


def lists(name, ask, *place):
    """
    The first and a later page of the list of an office, and one of more offices.
    """
    later = after(*place)
    return {
        f"{name}, first page": lambda session: ask(session, [OFFICE], FIRST),
        f"{name}, later page": lambda session: ask(session, [OFFICE], later),
        # The first of each are sorted; those of 200 offices would be too many here.
        f"{name} of a city": lambda session: ask(session, CITY[:100], later),
        f"{name} of a province": lambda session: ask(session, PROVINCE, later),
    }


EVENTS = [f"0190e5a8-0000-7000-8000-{n:012x}" for n in range(50)]
KEYS = [*range(7, 15)]
PETITION = replace(lifecycle.PETITION, number=NUMBER)
WINDOW, LINEAGE = Span(DAY, DAY), ["410922"]
NUMBERS = [f"c{n:07d}" for n in range(7, 57)]
SINCE = {"since": MOMENT, "until": None, "still": 600.0}
OLD = {"days": 30, "after": "-infinity", "limit": 5000}
LATELY = {"since": datetime(2099, 1, 1, tzinfo=UTC), "until": None, "still": 600.0}
A_REPLY = Reply("r1", NUMBER, DAY, "progress", "phone", None, "已答复")
REQUEST = FiguresRequest(PROGRAMME, "410000", DAY, MOMENT)


def behind_figures(name, *place):
    """
    What stands behind the figure of an office, of a city and of a large province.
    """
    asked = {"an office": [OFFICE], "a city": CITY, "a province": PROVINCE}

    def ask(session, offices, page):
        details = Details(session)
        return getattr(details, f"{name}_page")(
            details.entries_behind(REQUEST, offices, "m1"), page
        )

    return {
        f"reporting: {name} of {line}, {which}": lambda s, some=offices, at=page: ask(
            s, some, at
        )
        for line, offices in asked.items()
        for which, page in {"first page": FIRST, "later page": after(*place)}.items()
    }


QUERIES = {
    **everywhere("what is to be published", pending),
    **everywhere("to mark as published", sent(relay._MARK, [*range(7, 207)])),
    **everywhere("what waits in the outbox", sent(relay_process._WAITING)),
    **{
        f"{service}: what was taken in": sent(
            inbox._take(metadata_of(service).tables[f"{service}.inbox"]),
            *(EVENTS, ["intake.case_opened" for _ in EVENTS]),
        )
        for service in SERVICES
    },
    **everywhere(
        "what should have arrived", lambda session: settled_for(session, "reporting")
    ),
    **everywhere(
        "what is under way",
        lambda session: session.execute(
            health._NOT_LONG_ANNOUNCED, {"types": ["intake.case_opened"]}
        ),
    ),
    **everywhere("reconcile: unpublished", sent(reconcile._UNPUBLISHED, **SINCE)),
    **everywhere("reconcile: announced", sent(reconcile._ANNOUNCED_SUMS, **LATELY)),
    **everywhere("reconcile: taken", sent(reconcile._TAKEN_SUMS, **LATELY)),
    **everywhere("reconcile: found", sent(reconcile._TAKEN, EVENTS)),
    **everywhere("reconcile: origins", sent(reconcile._ORIGINS, EVENTS)),
    **everywhere("dropped letters", sent(dead_letters._ANNOUNCED, EVENTS)),
    **everywhere("old events", sent(housekeeping._OLD_EVENTS, **OLD)),
    **everywhere("old receipts", sent(housekeeping._OLD_RECEIPTS, **OLD)),
    **everywhere("to clear events", sent(housekeeping._CLEAR_OUTBOX, [7, 8, 9])),
    **everywhere("to clear receipts", sent(housekeeping._CLEAR_INBOX, EVENTS)),
    **everywhere("to clear answers", sent(housekeeping._CLEAR_ANSWERS, 30, 5000)),
}


QUERIES |= {
    **lists(
        "intake: petitions",
        lambda s, *of: Petitions(s).of_offices(*of),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: petitions by number",
        lambda s, *of: Petitions(s).of_offices(*of, sort="number"),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "intake: the oldest petitions",
        lambda s, *of: Petitions(s).of_offices(*of, sort="oldest"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: petitions whose numbers begin so",
        lambda s, *of: Petitions(s).of_offices(*of, number="c00000"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: cases by number",
        lambda s, *of: Cases(s).of_offices(*of, sort="number"),
        *(OFFICE, "清检控申", NUMBER),
    ),
    **lists(
        "intake: cases whose numbers begin so",
        lambda s, *of: Cases(s).of_offices(*of, number="c00000"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: imports that failed",
        lambda s, *of: Imports(s).of_offices(*of, sort="oldest", state="failed"),
        NUMBER,
    ),
    **lists(
        "intake: letters of a month",
        lambda s, *of: Petitions(s).of_offices(
            *of, channel="letter", since=date(2021, 6, 1), until=DAY
        ),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: undecided repeats",
        lambda s, *of: UndecidedRepeats(s).of_offices(*of),
        str(DAY),
        NUMBER,
    ),
    **lists("intake: incoming", lambda s, *of: Petitions(s).passed_to(*of), NUMBER),
    **lists("intake: cases", lambda s, *of: Cases(s).of_offices(*of), str(DAY), NUMBER),
    **lists(
        "intake: cases in scope",
        lambda s, *of: Cases(s).of_offices(*of, in_scope=False, state="open"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: cases closed of a programme",
        lambda s, *of: Cases(s).of_offices(*of, state="closed", programme="meixian"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: petitions in a state",
        lambda s, *of: Petitions(s).of_offices(*of, state="withdrawn"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: petitions of groups",
        lambda s, *of: Petitions(s).of_offices(*of, persons_from=5, group_visit=True),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: cases of a channel",
        lambda s, *of: Cases(s).of_offices(*of, channel="visit", persons_from=5),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: petitions of a handler",
        lambda s, *of: Petitions(s).of_offices(*of, handler_post="承办人1"),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: openings",
        lambda s, *of: Openings(s, openings).of_offices(*of),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "assignment: duties",
        lambda s, *of: Duties(s).page(of[0], DAY, of[1]),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: worklist",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, state="overdue"
        ),
        str(DAY),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: worklist of a post",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, post="检察长", due_before=DAY
        ),
        str(DAY),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: worklist of a handler",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, handler_post="承办人1", state="overdue"
        ),
        str(DAY),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: duties of a handler",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, handler_post="承办人1"
        ),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: duties of a kind to be done",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, state="open", kinds=["k1"]
        ),
        str(DAY),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: duties of a kind",
        lambda s, offices, request: Duties(s).page(offices, DAY, request, kinds=["k1"]),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: duties done",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, state="discharged"
        ),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "assignment: duties of a kind done",
        lambda s, offices, request: Duties(s).page(
            offices, DAY, request, state="discharged", kinds=["k1"]
        ),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "assignment: steps",
        lambda s, *of: EscalationSteps(s).of_offices(*of),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: steps of a kind",
        lambda s, *of: EscalationSteps(s).of_offices(*of, kind="k1", state="ended"),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: notices",
        lambda s, *of: DutyNotices(s).of_offices(*of),
        str(DAY),
        NUMBER,
    ),
    **lists(
        "intake: ledgers not brought up to date",
        lambda s, *of: Cases(s).of_offices(*of, state="open", not_updated_since=DAY),
        str(DAY),
        NUMBER,
    ),
    **lists("assignment: cases", lambda s, *of: CaseLists(s).page(*of), OFFICE, NUMBER),
    **lists(
        "assignment: cases of a kind",
        lambda s, *of: CaseLists(s).page(*of, case_kind="complaint"),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: cases of a handler",
        lambda s, *of: CaseLists(s).page(*of, handler_post="承办人1"),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: stubborn cases",
        lambda s, *of: CaseLists(s).page(*of, programme=PROGRAMME, stubborn=True),
        OFFICE,
        NUMBER,
    ),
    **lists(
        "assignment: overseen cases",
        lambda s, *of: Oversights(s).cases(of[0][0], PROGRAMME, DAY, of[1]),
        NUMBER,
        "o1",
    ),
    **lists(
        "hearing: hearings",
        lambda s, *of: Hearings(s).of_offices(*of, state=None),
        NUMBER,
    ),
    **lists(
        "hearing: hearings in a state",
        lambda s, *of: Hearings(s).of_offices(*of, state="waiting"),
        NUMBER,
    ),
    **lists(
        "hearing: requests in a state",
        lambda s, *of: Requests(s).of_offices(*of, state="waiting"),
        NUMBER,
    ),
    **lists(
        "aid: applications in a state",
        lambda s, *of: Applications(s).of_offices(*of, state="waiting"),
        NUMBER,
    ),
    **lists(
        "aid: applications of an origin",
        lambda s, *of: Applications(s).of_offices(*of, origin="own_motion"),
        NUMBER,
    ),
    **lists(
        "aid: applications",
        lambda s, *of: Applications(s).of_offices(*of, state=None),
        NUMBER,
    ),
    **lists("reporting: returns", lambda s, *of: Returns(s).page_of(*of), NUMBER),
    **lists("reporting: mailings", lambda s, *of: Mailings(s).page_of(*of), NUMBER),
}


# Of functions that read what they found before they ask for more.
SENT_AT_LEAST = {"assignment: matters": 4, "intake: pairs of cases": 2}

QUERIES |= {
    "intake: a petition": lambda s: Petitions(s).get(NUMBER, lock=True),
    "intake: an earlier petition of the matter": lambda s: new_petitions._NUMBER.one(
        s,
        {
            "prefix": "410922-2021-",
            "same": NUMBER,
            "lineage": ["410922"],
            "content": NUMBER,
        },
    ),
    "intake: cases of a matter": lambda s: MatterOf(s, PETITION, LINEAGE).cases(),
    "intake: numbers of these": lambda s: MatterOf(s, PETITION, LINEAGE).case_numbers(),
    "intake: petitions of a matter": lambda s: MatterOf(s, PETITION, LINEAGE).items(
        WINDOW
    ),
    "intake: petitions that share a key": lambda s: s.execute(
        matching._PETITIONS, {"keys": KEYS, "but": NUMBER}
    ),
    "intake: cases that share a key": lambda s: s.execute(
        matching._CASES, {"keys": KEYS, "but": NUMBER}
    ),
    "intake: pairs of cases": lambda s: Matching(s, None)._higher(
        [SimpleNamespace(number=NUMBER, hashes=KEYS)], CITY
    ),
    "intake: cases of a duplicates page": lambda s: Matching(s, None).same_matter(
        [OFFICE], after(NUMBER)
    ),
    "intake: repeats that move with a petition": lambda s: MatterDecisions(s).join(
        PETITION, Earlier(NUMBER, DAY, NUMBER, "m")
    ),
    "intake: steps": lambda s: Steps(s).of_petition(NUMBER),
    "intake: deliveries": lambda s: Deliveries(s).of_petition(NUMBER),
    "intake: what is owed": lambda s: AnnouncedToPetitioners(s).of_petition(NUMBER),
    "intake: the petitions of a matter": lambda s: Petitions(s).of_matter(NUMBER),
    "intake: the locks of matters": lambda s: Petitions(s).lock_matters(
        [NUMBER], [NUMBER]
    ),
    "intake: petitions under a name": lambda s: Petitions(s).of_offices(
        [OFFICE], FIRST, name="甄某"
    ),
    "intake: cases under a name": lambda s: Cases(s).of_offices(
        [OFFICE], FIRST, name="甄某"
    ),
    "intake: what is sealed": lambda s: Petitions(s).private(NUMBER),
    "intake: replies": lambda s: Replies(s).of_petition(NUMBER),
    "intake: the same reply": lambda s: Replies(s).same(OFFICE, A_REPLY),
    "intake: history": lambda s: History(s).of(NUMBER),
    "intake: corrected rows": lambda s: History(s).of_import(NUMBER, FIRST),
    "intake: registered cases": lambda s: Cases(s).with_rows(NUMBERS, lock=True),
    "intake: closed cases": lambda s: Cases(s).note_closings(
        (number, "resolved", 7) for number in NUMBERS
    ),
    "intake: a case": lambda s: Cases(s).get(NUMBER, lock=True),
    "intake: the ledger of an office": lambda s: Cases(s).ledger_page(
        OFFICE, PROGRAMME, None, 200
    ),
    "intake: the next page of a ledger": lambda s: Cases(s).ledger_page(
        OFFICE, PROGRAMME, (DAY, NUMBER), 200
    ),
    "intake: offices with cases": lambda s: Cases(s).offices_with_cases(
        [OFFICE], PROGRAMME
    ),
    "intake: cases of these numbers": lambda s: Cases(s).registered(NUMBERS),
    "intake: petitions by channel": lambda s: petition_counts(
        s, PROGRAMME, [OFFICE], (DAY - timedelta(days=30), DAY), by="channel"
    ),
    "intake: petitions of a channel": lambda s: petition_counts(
        s, PROGRAMME, [OFFICE], (DAY - timedelta(days=30), DAY), channel="visit"
    ),
    "intake: renumbered cases": lambda s: Cases(s).renumbered(IMPORT, 50),
    "assignment: matters": lambda s: load_matters(s, NUMBERS),
    "assignment: cases by kind": lambda s: CaseLists(s).counts(
        PROGRAMME, [OFFICE], "case_kind"
    ),
    "assignment: duties of matters": lambda s: Duties(s).of_matters(NUMBERS),
    "assignment: steps of matters": lambda s: EscalationSteps(s).of_matters(NUMBERS),
    "assignment: facts": lambda s: Matters(s).facts(NUMBER),
    "assignment: documents of closings": lambda s: Closings(s).brought(NUMBER),
    "assignment: cases that lack an act": lambda s: tallies.cases_in_scope(
        *(s, PROGRAMME, [OFFICE], DAY, DAY), acts_of=[["read"]]
    ),
    "assignment: duties opened together": lambda s: [
        *tallies.opened_together(
            *(s, PROGRAMME, [OFFICE], DAY, DAY), kinds=["evaluation", "warning"]
        )
    ],
    "assignment: history": lambda s: Duties(s).history(NUMBER),
    "assignment: duties to flag": lambda s: Duties(s).fallen_due(DAY, 200),
    "assignment: unflagged": lambda s: Duties(s).overdue_unflagged(DAY),
    "assignment: where steps came": lambda s: NextSteps(s).where_some_came(
        [PROGRAMME, "meixian"], DAY
    ),
    "assignment: where duties recur": lambda s: Matters(s).where_some_are_due(
        [PROGRAMME, "meixian"], DAY
    ),
    "assignment: steps to reach": lambda s: NextSteps(s).claim(PROGRAMME, DAY, 200),
    "assignment: steps behind": lambda s: NextSteps(s).count_behind([PROGRAMME], DAY),
    "assignment: late without a step": lambda s: EscalationSteps(s).missing(
        PROGRAMME, DAY
    ),
    "intake: the import of an office to read": lambda s: Imports(s).waiting(OFFICE),
    "intake: an import that has its file for long": lambda s: Imports(
        s
    ).with_a_file_older_than(timedelta(days=30)),
    "assignment: gauges": lambda s: list(timers_behind(s)),
    "intake: gauges": metrics_of_intake,
    "reporting: gauges": metrics,
    "assignment: recurring": lambda s: Matters(s).occurrences_due(PROGRAMME, DAY, 200),
    "assignment: reports owed": lambda s: Duties(s).reports_owed(
        (PROGRAMME, OFFICE, "weekly"), None
    ),
    "assignment: matters owing": lambda s: RecalculationSlices(s).matters_owing(
        SimpleNamespace(first=NUMBER, until=NUMBERS[2]), [PROGRAMME]
    ),
    **lists(
        "hearing: requests",
        lambda s, *of: Requests(s).of_offices(*of, state=None),
        NUMBER,
    ),
    **lists(
        "hearing: members",
        lambda s, *of: Members(s).of_offices(*of, status=None),
        NUMBER,
    ),
    "hearing: the office of a calendar's key": lambda s: FeedKeys(s).of_digest("0"),
    "hearing: hearings of a day": lambda s: Hearings(s).to_come(
        OFFICE, DAY, DAY, most=500
    ),
    "hearing: topics": lambda s: Hearings(s).held_by_topic(
        [OFFICE], PROGRAMME, DAY, DAY
    ),
    "hearing: topics of a province": lambda s: Hearings(s).held_by_topic(
        PROVINCE, PROGRAMME, DAY, DAY
    ),
    **lists(
        "assignment: closings sent back",
        lambda s, *of: Closings(s).last_of_offices(
            of[0], PendingClosing.RETURNED, of[1]
        ),
        *(OFFICE, NUMBER),
    ),
    **lists(
        "assignment: closings to review",
        lambda s, *of: Closings(s).last_of_offices(
            of[0], PendingClosing.SUBMITTED, of[1]
        ),
        *(OFFICE, NUMBER),
    ),
    "hearing: counts": lambda s: Hearings(s).held_by_chair(
        [OFFICE], PROGRAMME, DAY, DAY, public=True
    ),
    "hearing: counts of a province": lambda s: Hearings(s).held_by_chair(
        PROVINCE, PROGRAMME, DAY, DAY
    ),
    "hearing: a register": lambda s: Members(s).of_office(OFFICE, most=500),
    "hearing: decisions of cases that moved": lambda s: Hearings(s).follow(NUMBERS),
    "hearing: requests of cases that moved": lambda s: Requests(s).follow(NUMBERS),
    "aid: applications of cases that moved": lambda s: Applications(s).follow(NUMBERS),
    "hearing: hearings of a case": lambda s: Hearings(s).of_case(NUMBER),
    "hearing: a case": lambda s: HearingCases(s).get(NUMBER, lock=True),
    "aid: a case": lambda s: AidCases(s).get(NUMBER, lock=True),
    "aid: applications of a person": lambda s: Applications(s).of_person(
        NUMBER, "p", "m"
    ),
    "aid: offices at which a person applied": lambda s: Applications(s).offices_of(
        "p", but=["a"]
    ),
    "aid: referral of a case": lambda s: AidCases(s).lock_of(referrals, NUMBER),
    "aid: budgets in force": lambda s: Budgets(s).in_force([OFFICE], 2021),
    "aid: grants of a year": lambda s: Grants(s).sums([OFFICE], 2021),
    "aid: confirmed wages": lambda s: Wages(s).confirmed([OFFICE], 2021),
    "aid: confirmations of a file": lambda s: Receipts(s).of_file(NUMBER),
    "aid: counter-entries of a file": lambda s: CounterEntries(s).of_file(NUMBER),
    "aid: sendings of a file": lambda s: Sendings(s).count(NUMBER),
    "aid: follow-ups": lambda s: FollowUps(s).of_application(NUMBER),
    "reporting: owners of matters": lambda s: owners_of(
        s, [an_envelope(case_number=number) for number in NUMBERS]
    ),
    "reporting: sums": lambda s: Ledger(s).sums(
        REQUEST, [OFFICE], ["base"], as_known=True
    ),
    "reporting: daily": lambda s: Ledger(s).daily(PROGRAMME, [OFFICE], DAY, ["m1"]),
    "reporting: persons": lambda s: Ledger(s).persons(
        REQUEST, [Line(OFFICE, "", (OFFICE,))], ["m1"], as_known=True
    ),
    "reporting: cases of an office on a live list": lambda s: Ledger(s).on_live_list(
        REQUEST, [OFFICE], CaseList(), ["m1"], as_known=True
    ),
    "reporting: when the next entries became known": lambda s: RollUps(s).next_moment(
        RECENTLY
    ),
    "reporting: entries to roll up": lambda s: RollUps(s).add_entries(
        RECENTLY, datetime.now(UTC)
    ),
    "reporting: events posted": lambda s: Ledger(s).post(
        (an_envelope(case_number=number), ()) for number in NUMBERS
    ),
    "reporting: events that count in all programmes": lambda s: Enrolments(
        s
    ).for_all_programmes(NUMBERS),
    "reporting: papers of notices": lambda s: NoticePapers(s).of_notices(NUMBERS),
    "reporting: absent facts": lambda s: Ledger(s).absent(EVENTS, MOMENT),
    **behind_figures("entries", OFFICE, str(DAY), NUMBER, 7),
    **behind_figures("cases", NUMBER, OFFICE, ""),
    "reporting: newest return": lambda s: Returns(s).newest(PROGRAMME, OFFICE, DAY),
    "reporting: returns signed before closings": lambda s: Returns(s).last_signed(
        LastSigned(PROGRAMME, office, date.min, date.max, MOMENT)
        for office in CITY[:100]
    ),
    "reporting: return before": lambda s: Returns(s).before(REQUEST),
    "reporting: notices to mail": lambda s: NoticesToMail(s).waiting(DAY, [], 100),
    "reporting: notices to mail of one programme alone": lambda s: NoticesToMail(
        s
    ).waiting(DAY, ["meixian"], 100),
    "reporting: quiet notices": lambda s: NoticesToMail(s).are_quiet(timedelta()),
    "reporting: notices into their mails": lambda s: NoticesToMail(s).put_into(
        SimpleNamespace(office=office, id=office) for office in CITY
    ),
    "reporting: urgent notices": lambda s: NoticesToMail(s).urgent(200),
    "reporting: notices in a mailing": lambda s: NoticesToMail(s).in_mailing(NUMBER),
    "reporting: mails": lambda s: Mailings(s).mails_of(NUMBERS),
    "reporting: oldest mail": lambda s: Backlog(s).oldest_unsent_seconds(),
    "reporting: unaddressed": lambda s: Backlog(s).unaddressed(),
    "reporting: undelivered": lambda s: Backlog(s).undelivered(),
    **everywhere(
        "audit of a subject",
        lambda s: s.exec_driver_sql(
            "SELECT * FROM audit WHERE subject = %s ORDER BY position", (NUMBER,)
        ),
    ),
}
