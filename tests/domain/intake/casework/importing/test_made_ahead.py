"""
Batches of a ledger are made ready ahead of those that store them.
"""

from __future__ import annotations

from contextlib import closing

import eventlet
import pytest

from services.intake.casework.importing.ahead import made_ahead


def test_the_parts_come_in_their_order_and_the_next_ones_are_made_meanwhile():
    made = []

    def parts():
        for part in range(5):
            made.append(part)
            yield part

    ahead = made_ahead(parts())
    first = next(ahead)
    eventlet.sleep(0)
    at_first = [*made]

    assert (first, at_first) == (0, [0, 1, 2])
    assert [*ahead] == [1, 2, 3, 4]


def test_an_error_is_raised_after_the_parts_that_came_before_it():
    def parts():
        yield 1
        raise ValueError("broken")

    ahead = made_ahead(parts())

    assert next(ahead) == 1
    with pytest.raises(ValueError, match="broken"):
        next(ahead)


def test_who_stops_before_the_end_leaves_nothing_running():
    ended = []

    def parts():
        try:
            for part in range(1000):
                eventlet.sleep(0)
                yield part
        finally:
            eventlet.sleep(0)  # as the end of a process is waited for
            ended.append(part)

    with closing(made_ahead(parts())) as ahead:
        assert next(ahead) == 0

    assert len(ended) == 1
