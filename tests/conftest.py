"""
One running system for the whole session, and ways to act on it as an office would.

A test that asks for anything of it is marked `stack`; all others need only Python.
The system is shared: a test makes case numbers of its own and leaves it running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from deploy.local import servers
from deploy.local.stack import PROCESSES, Stack
from services.intake.store import OUTBOX
from shared.messaging.reconcile import reconcile
from shared.storage.database import driver_url
from shared.telemetry import own_trail, work
from shared.vocabulary import Role
from shared.web.auth import issue
from tests.builders import case_opened

ROOT = Path(__file__).resolve().parents[1]
JIANJIAN = [sys.executable, "-c", "from shared.cli import main; main()"]
BUSINESS_DAY = date(2020, 11, 20)
# What functions called in the tests' own process read; never the servers' addresses,
# by which a stack would take the servers for somebody else's.
_SHARED_SETTINGS = (
    "JWKS",
    "REVOCATIONS",
    "SIGNING_KEY",
    "FIELD_KEYS",
    "PERSON_KEY",
    "DEPLOY_DIR",
    "BUSINESS_CLOCK_FILE",
    "INTAKE_DATABASE_URL",
    "ASSIGNMENT_DATABASE_URL",
    "HEARING_DATABASE_URL",
    "AID_DATABASE_URL",
    "REPORTING_DATABASE_URL",
)


def pytest_collection_modifyitems(items):
    for item in items:
        fixtures = getattr(item, "_fixtureinfo", None)
        found = fixtures.name2fixturedefs.get("stack", ()) if fixtures else ()
        if any(each.func.__module__ == __name__ for each in found):
            item.add_marker(pytest.mark.stack)


# -- the system


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """
    Servers, five services, relay and mailbox, on 2020-11-20, with short delays.
    """
    parent = ROOT / "var" / "test"
    settings = {
        "RETRY_SECONDS": "1,2,3",
        "ATTEMPTS_PER_TIER": "1",
        "SWEEP_SECONDS": "1",
        "STOP_SECONDS": "10",
    }
    with Stack.temporary(parent, settings=settings) as running:
        policies = running.var / "deploy"
        for name in ("programmes", "rulesets", "directory", "calendar", "forms"):
            shutil.copytree(ROOT / "deploy" / name, policies / name)
        settings["DEPLOY_DIR"] = str(policies)
        running.set_business_day(BUSINESS_DAY)
        running.start(*PROCESSES)
        running.wait_ready(*PROCESSES)
        with pytest.MonkeyPatch.context() as patch:
            everything = running.environment()
            for name in _SHARED_SETTINGS:
                patch.setenv(name, everything[name])
            yield running
        shutil.rmtree(policies)


@pytest.fixture(scope="session")
def promtool() -> str:
    """
    Prometheus's own checker, installed from Debian if it is absent.

    Skips the test only where nobody may install packages.
    """
    try:
        servers.ensure({"promtool"}, print)
    except servers.MissingServersError as missing:
        pytest.skip(str(missing))
    return "promtool"


class Clock:
    """
    The day all processes live in.
    """

    def __init__(self, stack):
        self.stack = stack

    def set(self, day):
        self.stack.set_business_day(day)


@pytest.fixture
def clock(stack):
    """
    Sets the business day for one test.
    """
    yield Clock(stack)
    stack.set_business_day(BUSINESS_DAY)


@pytest.fixture(scope="session")
def eventually():
    """
    Calls a condition until it holds and returns what it gave.

    Not yet: anything falsy, a failed assert, a service that is away.
    """

    def wait(condition, within=40.0):
        deadline = time.monotonic() + within
        while True:
            try:
                found = condition()
            except (AssertionError, httpx.TransportError) as error:
                found, said = None, error
            else:
                said = found
            if found:
                return found
            if time.monotonic() > deadline:
                pytest.fail(f"not within {within} s: {said!r}")
            time.sleep(0.05)

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
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    return run


# -- the door


class Office:
    """
    A post of an office in a role, asking the five services.
    """

    def __init__(self, stack, office, role, actor):
        self.stack = stack
        self.office = office
        self.token = issue(
            office=office, role=Role(role), actor=actor, valid=timedelta(days=1)
        )
        # No kept connections: a service may have been killed in between.
        self.http = httpx.Client(
            timeout=30,
            trust_env=False,
            headers={"Authorization": f"Bearer {self.token}"},
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def get(self, service, path, **parameters):
        return self.request("GET", service, path, params=parameters)

    def post(self, service, path, json=None, *, key=None, **more):
        """
        *key*: the `Idempotency-Key`; *more*: as httpx takes it.
        """
        headers = more.pop("headers", {})
        if key is not None:
            headers["Idempotency-Key"] = key
        if json is not None:
            more["json"] = json
        return self.request("POST", service, path, headers=headers, **more)

    def request(self, method, service, path, **more):
        return self.http.request(method, self.stack.url(service) + path, **more)


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


class Database:
    """
    Connections with a service's own role, or as `owner` of everything.
    """

    def __init__(self, stack):
        self.stack = stack
        self.engines = {}

    def url(self, role):
        name = "" if role == "owner" else f"{role.upper()}_"
        return self.stack.environment()[f"{name}DATABASE_URL"]

    def engine(self, role):
        if role not in self.engines:
            url = driver_url(self.url(role), "psycopg")
            self.engines[role] = sa.create_engine(url, poolclass=sa.NullPool)
        return self.engines[role]

    @contextmanager
    def begin(self, role):
        """
        A transaction: committed at the end, or not at all.
        """
        with self.engine(role).begin() as session:
            yield session

    @contextmanager
    def at_once(self, role):
        """
        A connection on which every statement is its own transaction.
        """
        with self.engine(role).connect() as session:
            yield session.execution_options(isolation_level="AUTOCOMMIT")


@pytest.fixture(scope="session")
def database(stack):
    found = Database(stack)
    yield found
    for engine in found.engines.values():
        engine.dispose()


def _session_of(role):
    @pytest.fixture
    def session(database):
        with database.at_once(role) as session:
            yield session

    return session


owner_session = _session_of("owner")
intake_session = _session_of("intake")
assignment_session = _session_of("assignment")
hearing_session = _session_of("hearing")
aid_session = _session_of("aid")
reporting_session = _session_of("reporting")


# -- facts


@pytest.fixture
def announce(database):
    """
    Announces events of intake as intake does; the relay carries them from there.

    The quick way to a case: `announce(case_opened(number))` of `tests.builders`.
    """

    def tell(*events):
        with database.begin("intake") as session, work("test", trail=own_trail()):
            OUTBOX.announce(session, *events)

    return tell


@pytest.fixture
def settled(stack, eventually):
    """
    Waits until all that was announced since the test began is wherever it is read.
    """
    began = datetime.now(UTC).isoformat()

    def wait(within=40.0):
        def nothing_missing():
            report = reconcile(since=began, until="infinity")
            assert report.clean, list(report.lines())
            return True

        eventually(nothing_missing, within)

    return wait


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
