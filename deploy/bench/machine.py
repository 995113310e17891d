"""
What the figures were measured on. Without it they say nothing.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import psutil
import psycopg
from kombu import Connection

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def describe(database: psycopg.Connection[Any], amqp_uri: str) -> dict[str, str]:
    """
    Describe this machine and the versions of its servers; all of a run is on it.
    """
    memory = psutil.virtual_memory().total / 2**30
    with Connection(amqp_uri, connect_timeout=5) as broker:
        broker.connect()
        rabbitmq = str(broker.connection.server_properties.get("version", "?"))
    return {
        "processor": f"{_model()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{memory:.1f} GiB",
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "PostgreSQL": _shown(database, "server_version"),
        "durability": ", ".join(
            f"{name} {_shown(database, name)}" for name in _DURABLE
        ),
        "RabbitMQ": rabbitmq,
        "load before the run": f"{os.getloadavg()[0]:.2f}",
    }


def _shown(database: psycopg.Connection[Any], name: str) -> str:
    row = database.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else "?"


def _model() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if "model name" in line)
    return next(models, platform.machine())
