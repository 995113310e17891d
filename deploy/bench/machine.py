"""
What the figures were measured on. Without it they say nothing.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psycopg
from kombu import Connection

_MAKES_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Machine:
    """
    One machine with its broker and database; everything of a run is on it.
    """

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    postgresql: str
    rabbitmq: str
    durability: str
    load_before: str

    def lines(self) -> list[str]:
        machine = f"{self.cpu}, {self.cores} cores, {self.memory_gib:.1f} GiB"
        servers = f"PostgreSQL {self.postgresql} ({self.durability})"
        return [
            f"{machine}, Linux {self.kernel}",
            f"Python {self.python}, {servers}, RabbitMQ {self.rabbitmq}",
            "broker, database, services and load generator share this machine;",
            f"load average before the run: {self.load_before}",
        ]


def describe(database_url: str, amqp_uri: str) -> Machine:
    """
    This machine, with the servers as they say they are.
    """
    with psycopg.connect(database_url) as database:
        version = _shown(database, "server_version")
        durable = [f"{name} {_shown(database, name)}" for name in _MAKES_DURABLE]
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        kernel=platform.release(),
        python=platform.python_version(),
        postgresql=version,
        rabbitmq=_broker_version(amqp_uri),
        durability=", ".join(durable),
        load_before=f"{os.getloadavg()[0]:.2f}",
    )


def _shown(database: psycopg.Connection[tuple[str]], name: str) -> str:
    row = database.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return row[0].split(" ")[0] if row else "?"


def _broker_version(amqp_uri: str) -> str:
    with Connection(amqp_uri, connect_timeout=5) as broker:
        broker.connect()
        return str(broker.connection.server_properties.get("version", "?"))


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
