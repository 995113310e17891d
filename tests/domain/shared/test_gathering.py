"""
When a batch begins: at once at rest, a moment after the last one under load.
"""

from __future__ import annotations

from itertools import pairwise

from shared.messaging.gathering import SECONDS, Gathering

AT = 100.0


def begun(*, at=AT):
    gathering = Gathering()
    gathering.begin(at)
    return gathering


def test_an_event_that_comes_alone_does_not_wait():
    assert Gathering().pause(AT, full=False) == 0
    assert begun().pause(AT + SECONDS, full=False) == 0


def test_under_load_batches_begin_a_moment_apart():
    gathering, began = begun(), [AT]
    for _ in range(3):
        now = began[-1] + SECONDS / 4  # the last batch took a quarter of it
        began.append(now + gathering.pause(now, full=False))
        gathering.begin(began[-1])

    apart = [b - a for a, b in pairwise(began)]
    assert [round(each, 6) for each in apart] == [SECONDS] * 3


def test_a_full_batch_does_not_wait():
    assert begun().pause(AT + SECONDS / 4, full=True) == 0


def test_looking_without_finding_anything_holds_up_nothing():
    gathering = begun()
    later = AT + SECONDS + 0.001
    gathering.pause(later, full=False)

    assert gathering.pause(later + 0.001, full=False) == 0
