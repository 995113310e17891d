"""
The two lanes of events: what a person did, and bulk work (decision 0025).

What bulk work causes is bulk work, in every service: each event of the lane is read
from the queue of the lane. A person's event never waits behind it. The events of a
large ledger wait until it has been read (decision 0065).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

BULK = "bulk"

_bulk: ContextVar[bool] = ContextVar("bulk", default=False)


@contextmanager
def bulk_work(*, bulk: bool = True) -> Iterator[None]:
    """
    What is announced meanwhile goes by the lane of bulk work, or not if *bulk* is
    false.
    """
    token = _bulk.set(bulk)
    try:
        yield
    finally:
        _bulk.reset(token)


def is_bulk_work() -> bool:
    return _bulk.get()


def routing_key(kind: str, *, bulk: bool) -> str:
    """
    The key under which an event of this type is published and read in its lane.
    """
    return f"{kind}.{BULK}" if bulk else kind


@contextmanager
def held_back(guard: Connection, service: str) -> Iterator[None]:
    """
    Meanwhile the relay does not publish what *service* announces as bulk work, each
    event for at most `BULK_HELD_SECONDS`, so that the bulk work has the processors for
    itself.

    It ends with the connection *guard*: a process that is killed holds back nothing.
    """
    name = (lock_of(service),)
    guard.exec_driver_sql("SELECT pg_advisory_lock_shared(hashtext(%s))", name)
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):  # a broken connection holds no lock
            guard.exec_driver_sql(
                "SELECT pg_advisory_unlock_shared(hashtext(%s)), pg_notify(%s, '')",
                (*name, f"outbox_{service}"),
            )


def lock_of(service: str) -> str:
    """
    The name of the lock that says that bulk work of *service* is held back.
    """
    return f"jianjian-bulk-{service}"
