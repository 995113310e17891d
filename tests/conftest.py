"""
One running system for the whole session, and ways to act on it as an office would.

A test that asks for anything of it is marked `stack`; all others need only Python.
The system is shared, and files of tests run in any order: a test makes case numbers
of its own, asks about these alone, and leaves the system running. The time of day is
that of the system's business clock, never the machine's.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings

from deploy.local import packages
from deploy.local.stack import PROCESSES, Stack
from services.intake.store import OUTBOX
from shared.messaging.event_catalogue import readers_of
from shared.messaging.reconcile import reconcile
from shared.settings import SERVICES, settings
from shared.telemetry import background_context, work
from shared.vocabulary import Role
from tests.builders import case_opened
from tests.groups import PROGRAMMES, ByGroup, file_of, group_of, part_of, restore_order
from tests.office import Office
from tests.preloaded import PreloadedStack
from tests.tables import JIANJIAN, ROOT, Database, Fresh, named

BUSINESS_DAY = date(2020, 11, 20)
POLICIES = (
    *("programmes", "rulesets", "directory", "calendar"),
    *("forms", "papers", "matching", "documents"),
)
_COUNTER = itertools.count(1)
# What functions called in the tests' own process read; never the servers' addresses,
# by which a stack would take the servers for somebody else's.
_SHARED_SETTINGS = (
    "JWKS",
    "REVOCATIONS",
    "SIGNING_KEY",
    "FIELD_KEYS",
    "PERSON_KEY",
    "DOCUMENT_KEYS",
    "DOCUMENTS_FOLDER",
    "DEPLOY_DIR",
    "BUSINESS_CLOCK_FILE",
    "INTAKE_DATABASE_URL",
    "ASSIGNMENT_DATABASE_URL",
    "HEARING_DATABASE_URL",
    "AID_DATABASE_URL",
    "REPORTING_DATABASE_URL",
)


# Until all tests are collected next to nothing is garbage.
gc.disable()

# Every programme that there is a file of, also where no system runs.
os.environ.setdefault("PROGRAMMES", "all")

# How long an example takes depends on what else the machine does.
hypothesis_settings.register_profile("jianjian", deadline=None, max_examples=40)
hypothesis_settings.load_profile("jianjian")


def pytest_xdist_make_scheduler(config, log):
    return ByGroup(config, log)


def pytest_collection_modifyitems(items):
    """
    Mark what needs the servers, and order the suite by its groups.

    The tests of services share one system; those that kill processes or belong to
    Xingqing share another, those of tables alone a third, and the journey has its own.
    These groups start first, the longest before the others; then come all other files
    one by one. In each part the order is random, but for files marked `in_order` and
    `last`.
    """
    for item in items:
        if "servers" in item.fixturenames:
            item.add_marker(pytest.mark.stack)
        if "stack" in item.fixturenames and group_of(file_of(item.nodeid)) == "store":
            raise pytest.UsageError(f"{item.nodeid}: tables stand without services")
    restore_order(items)
    items.sort(key=part_of)


def pytest_collection_finish():
    """
    Spare the collector of garbage the modules and tests, which stay to the end, with
    the little garbage among them; it looks less often at what is new, as in the
    services.
    """
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


def pytest_generate_tests(metafunc):
    """
    Give each group its own system also where one process runs both.
    """
    if "servers" in metafunc.fixturenames:
        metafunc.parametrize(
            "servers",
            [group_of(file_of(metafunc.definition.nodeid))],
            ids=[pytest.HIDDEN_PARAM],
            indirect=True,
        )


# -- the system


@pytest.fixture(scope="session")
def servers(request) -> Iterator[Stack]:
    """
    Broker, database and mailbox, with all tables and queues; no process of ours. Tests
    of tables alone have no broker.
    """
    parent = ROOT / "var" / "test"
    settings = {
        "PROGRAMMES": PROGRAMMES[request.param],
        "RETRY_SECONDS": "1,2,3",
        "ATTEMPTS_PER_TIER": "1",
        "SWEEP_SECONDS": "1",
        "NOTICES_QUIET_SECONDS": "0",
        "STOP_SECONDS": "60",
        # No test looks up a name: dnspython need not be loaded.
        "EVENTLET_NO_GREENDNS": "yes",
    }
    broker = request.param != "store"
    with PreloadedStack.temporary(parent, settings=settings, broker=broker) as running:
        policies = running.var / "deploy"
        for name in POLICIES:
            shutil.copytree(ROOT / "deploy" / name, policies / name)
        if "puyang-leaders" in settings["PROGRAMMES"]:
            for name in ("programmes", "papers"):
                own = ROOT / "tests" / "service" / name
                shutil.copytree(own, policies / name, dirs_exist_ok=True)
        settings["DEPLOY_DIR"] = str(policies)
        running.clock(BUSINESS_DAY)
        with pytest.MonkeyPatch.context() as patch:
            everything = running.environment()
            for name in _SHARED_SETTINGS:
                patch.setenv(name, everything[name])
            yield running
        shutil.rmtree(policies)


@pytest.fixture(scope="session")
def stack(servers, database, eventually) -> Stack:
    """
    The five services and the relay on those servers, on 2020-11-20 in office hours,
    with short delays.

    Periodic reports are owed from the day on which the system first runs: no test sets
    another day before that.
    """
    servers.start(*PROCESSES)
    servers.wait_ready(*PROCESSES)
    schedules = sa.text("SELECT EXISTS (SELECT FROM assignment.report_schedules)")

    def periods_have_begun():
        with database.begin("owner") as session:
            return session.scalar(schedules)

    eventually(periods_have_begun)
    return servers


@pytest.fixture(scope="session")
def promtool() -> str:
    """
    Prometheus's own checker, installed from Debian if it is absent.

    Skips the test only where nobody may install packages.
    """
    try:
        packages.ensure({"promtool"}, print)
    except packages.MissingServersError as missing:
        pytest.skip(str(missing))
    return "promtool"


class Clock:
    """
    The day all processes live in, and the time of day.
    """

    def __init__(self, stack):
        self.stack = stack

    def set(self, day, at=None):
        """
        Without *at* it is office hours, whatever the machine's clock shows.
        """
        self.stack.clock(day, at)


@pytest.fixture
def clock(stack):
    """
    Sets the business day, and if need be the hour, for one test.
    """
    yield Clock(stack)
    stack.clock(BUSINESS_DAY)


@pytest.fixture(scope="session")
def eventually():
    """
    Calls a condition until it holds and returns what it gave.

    Not yet: anything falsy, a failed assert, a service or a database that is away.
    """

    def wait(condition, within=150.0):
        deadline, pause = time.monotonic() + within, 0.05
        while True:
            try:
                found = condition()
            except (
                AssertionError,
                httpx.TransportError,
                sa.exc.OperationalError,
            ) as error:
                found, said = None, error
            else:
                said = found
            if found:
                return found
            if time.monotonic() > deadline:
                pytest.fail(f"not within {within} s: {said!r}")
            time.sleep(pause)
            pause = min(1.2 * pause, 0.4)

    return wait


@pytest.fixture
def jianjian(stack):
    """
    Runs a command as the administrator: its exit code and what it printed.
    """

    def run(*arguments, **settings):
        done = subprocess.run(
            [*JIANJIAN, *arguments],
            env={**os.environ, **stack.environment(), **settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        return done.returncode, done.stdout + done.stderr

    return run


# -- HTTP


@pytest.fixture(scope="session")
def as_office(stack):
    """
    Gives an office's post as a caller: `as_office("410922", "leader")`.
    """
    known = {}

    def given(office, role="clerk", actor=None):
        actor = actor or f"{office} {Role(role).chinese}"
        if (office, role, actor) not in known:
            known[office, role, actor] = Office(stack, office, role, actor)
        return known[office, role, actor]

    yield given
    for each in known.values():
        each.http.close()


# -- the tables


@pytest.fixture(scope="session")
def database(servers):
    found = Database(servers)
    yield found
    for engine in found.engines.values():
        engine.dispose()


@pytest.fixture(scope="session")
def fresh_database(database):
    """
    Makes empty databases; they are dropped again.
    """
    made = []
    owner = database.engine("owner").execution_options(isolation_level="AUTOCOMMIT")

    def make():
        name = f"jianjian_test_{os.getpid()}_{next(_COUNTER)}"
        with owner.connect() as session:
            session.exec_driver_sql(f'CREATE DATABASE "{name}"')
        made.append(name)
        roles = ("owner", *SERVICES)
        return Fresh(name, {role: named(database.url(role), name) for role in roles})

    yield make
    with owner.connect() as session:
        for name in made:
            session.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _session_of(role):
    @pytest.fixture
    def session(database):
        with database.at_once(role) as session:
            yield session

    return session


owner_session = _session_of("owner")
intake_session = _session_of("intake")
assignment_session = _session_of("assignment")
reporting_session = _session_of("reporting")


# -- facts


@pytest.fixture
def announced_numbers():
    """
    The case numbers about which this test has announced something.
    """
    return set()


@pytest.fixture
def announce(stack, database, announced_numbers):
    """
    Announces events of intake as intake does; the relay carries them from there.

    The quick way to a case: `announce(case_opened(number))` of `tests.builders`.
    """

    def tell(*events):
        announced_numbers.update(event.case_number for event in events)
        with (
            database.begin("intake") as session,
            work("test", trace=background_context()),
        ):
            OUTBOX.announce(session, *events)

    return tell


@pytest.fixture
def settled(stack, owner_session, eventually, announced_numbers):
    """
    Waits until every event since the test began is wherever it is read: those about
    the numbers that the test announced, or all if it announced none.

    When a test sets a later day, thousands of events about others are under way.
    """
    # Outboxes are dated by the clock of the database.
    began = owner_session.scalar(sa.text("SELECT clock_timestamp()"))

    def wait(within=150.0):
        def nothing_missing():
            if not announced_numbers:
                found = reconcile(since=began.isoformat(), until="infinity")
                # A test may also send what nobody has announced.
                return not (found.missing or found.unpublished)
            owner_session.rollback()  # the database may have been away
            missing = [
                (kind, reader)
                for event, kind in _events_about(
                    owner_session, announced_numbers, began
                )
                for reader in readers_of(kind)
                if not _is_taken(owner_session, reader, event)
            ]
            assert missing == []
            return True

        eventually(nothing_missing, within)

    return wait


@pytest.fixture
def all_arrived(stack, eventually):
    """
    Waits until every event is wherever it is read, also those of tests before this one:
    for a test that compares figures with those before it.
    """

    def wait():
        def nothing_missing():
            found = reconcile(until="infinity")
            return not (found.missing or found.unpublished)

        eventually(nothing_missing)

    return wait


def _events_about(session, numbers, since):
    query = " UNION ALL ".join(
        f"SELECT id, type FROM {service}.outbox"  # noqa: S608 - one of our five
        " WHERE created_at >= :since AND case_number = ANY(:numbers)"
        " AND type NOT LIKE '%.task.%'"
        for service in SERVICES
    )
    return session.execute(
        sa.text(query), {"since": since, "numbers": [*numbers]}
    ).all()


def _is_taken(session, reader, event):
    query = f"SELECT EXISTS (SELECT FROM {reader}.inbox WHERE event_id = :event)"  # noqa: S608
    return session.scalar(sa.text(query), {"event": event})


@pytest.fixture
def a_case(announce, settled):
    """
    Opens a case, waits until every service knows it, and gives its number.
    """

    def opened(event=None):
        event = event or case_opened()
        announce(event)
        settled()
        return event.case_number

    return opened


@pytest.fixture(scope="session")
def font():
    """
    The font of printed papers.
    """
    try:
        packages.ensure({"font"}, print)
    except packages.MissingServersError as missing:
        pytest.skip(str(missing))
    return Path(settings["PAPER_FONT"])
