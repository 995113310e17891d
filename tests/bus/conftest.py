"""
Hands on the running system: its broker, its processes, its commands.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from kombu import Connection, Producer, Queue

from deploy.local.plain import http
from deploy.local.ports import Ports
from deploy.local.stack import PROCESSES
from shared.cli import main
from tests.tables import JIANJIAN

ROOT = Path(__file__).resolve().parents[2]
ENDED_WITHIN = 50  # seconds: of itself, not by the deadline of STOP_SECONDS


@pytest.fixture(autouse=True)
def _left_running(stack):
    """
    However a test ends, the next one finds everything running.
    """
    yield
    everything = ("postgres", "rabbitmq", *PROCESSES)
    ended = [n for n in everything if not stack.is_external(n) and not stack.running(n)]
    for name in ended:
        stack.start(name)
        stack.wait_ready(name)
    stack.wait_ready(*PROCESSES)


class Broker:
    """
    The broker as an administrator or a stranger uses it.
    """

    def __init__(self, uri):
        self.uri = uri

    @contextmanager
    def channel(self):
        with Connection(self.uri, connect_timeout=5) as connection:
            yield connection.default_channel

    def put(self, queue, body, **properties):
        """
        Lay a message of any content directly into *queue*.
        """
        with self.channel() as channel:
            Producer(channel).publish(
                body,
                routing_key=queue,
                content_type="application/json",
                content_encoding="utf-8",
                **properties,
            )

    def waiting_in(self, queue):
        with self.channel() as channel:
            return channel.queue_declare(queue, passive=True).message_count

    def readers_of(self, queue):
        with self.channel() as channel:
            return channel.queue_declare(queue, passive=True).consumer_count

    def unbind(self, queue, key):
        with self.channel() as channel:
            exchange = f"{key.partition('.')[0]}.events"
            channel.queue_unbind(queue, exchange, key)

    def delete(self, queue):
        with self.channel() as channel:
            channel.queue_delete(queue)

    def declare(self, queue, **arguments):
        with self.channel() as channel:
            Queue(queue, durable=True, queue_arguments=arguments)(channel).declare()


@pytest.fixture
def broker(stack):
    return Broker(stack.environment()["AMQP_URI"])


@pytest.fixture
def jianjian_here(stack):
    """
    Runs a command as `jianjian` does, but in the tests' own process, which has loaded
    most of it: what it shows of the broker is asked again and again.
    """

    def run(*arguments):
        done = CliRunner().invoke(main, arguments, env=stack.environment())
        return done.exit_code, done.stdout + done.stderr

    return run


@pytest.fixture
def dead_letters(jianjian_here):
    """
    What `jianjian dead-letters list` shows, of one service or of all.
    """

    def listed(service=None):
        only = ("--service", service) if service else ()
        code, said = jianjian_here("dead-letters", "list", *only)
        found = [json.loads(line) for line in said.splitlines()]
        assert code == (1 if found else 0), said
        return found

    return listed


@contextmanager
def started_again(stack, name, **settings):
    """
    Another process of a kind that runs already, on a port of its own and with settings
    of its own: its address.
    """
    port = Ports.free().by_name()[name]
    command = [*JIANJIAN, "relay"]
    if name != "relay":
        command = [sys.executable, "-m", "shared.service.run", name]
    with (stack.var / "log" / f"second-{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env={
                **os.environ,
                **stack.environment(name),
                f"{name.upper()}_PORT": str(port),
                **settings,
            },
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def figure():
    """
    One metric: the sum of its samples with all the given labels.
    """

    def read(url, name, **labels):
        found = http.get(f"{url}/metrics").text
        samples = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", found, re.MULTILINE)
        wanted = {f'{label}="{value}"' for label, value in labels.items()}
        return sum(
            float(value) for said, value in samples if wanted <= set(said.split(","))
        )

    return read


@pytest.fixture
def reasons(stack):
    """
    Why a service is not ready; nothing if it is.
    """

    def ask(service):
        answer = http.get(f"{stack.url(service)}/readyz")
        found = answer.json()["reasons"]
        assert answer.status_code == (503 if found else 200)
        return found

    return ask


@pytest.fixture
def facts_of(assignment_session):
    """
    How many facts of a matter assignment has taken in.
    """
    query = sa.text("SELECT count(*) FROM facts WHERE number = :number")

    def count(number):
        return assignment_session.execute(query, {"number": number}).scalar_one()

    return count


@pytest.fixture
def outbox_of(owner_session):
    """
    The rows of intake's outbox about a case: published or refused.
    """
    query = sa.text(
        "SELECT id, published_at IS NOT NULL AS published, refused"
        " FROM intake.outbox WHERE case_number = :number ORDER BY position"
    )

    def rows(number):
        return owner_session.execute(query, {"number": number}).all()

    return rows


@contextmanager
def held(database, statement, **values):
    """
    Rows that nobody else may change until the block ends.
    """
    with database.engine("owner").begin() as session:
        session.execute(sa.text(f"{statement} FOR UPDATE"), values)
        yield


@pytest.fixture
def waiting_for_a_lock(owner_session):
    """
    How many transactions of a program wait for another transaction.
    """
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND application_name = :name"
    )

    def count(name):
        return owner_session.execute(query, {"name": name}).scalar_one()

    return count


@pytest.fixture
def end_sessions(owner_session, eventually):
    """
    Ends what a killed program has left at work in the database.
    """
    query = sa.text(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid) IS NOT NULL)"
        " FROM pg_stat_activity WHERE application_name = :name"
    )

    def end(name):
        eventually(lambda: not owner_session.execute(query, {"name": name}).scalar())

    return end


@pytest.fixture
def hold(database):
    def holding(statement, **values):
        return held(database, statement, **values)

    return holding
