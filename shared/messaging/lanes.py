"""
The two lanes of events: what a person did, and bulk work (decision 0025).

What bulk work causes is bulk work, in every service: each event of the lane is read
from the queue of the lane. A person's event never waits behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
