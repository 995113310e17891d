"""
When a batch begins: at once at rest, a moment after the last one under load.
"""

from __future__ import annotations

from itertools import pairwise

from shared.messaging.gathering import SECONDS, Gathering

AT = 100.0


def test_an_event_that_comes_alone_does_not_wait():
    gathering = Gathering()

    assert gathering.pause(AT, full=False) == 0
    assert gathering.pause(AT + SECONDS, full=False) == 0


def test_under_load_batches_begin_a_moment_apart():
    gathering = Gathering()
    began = [AT]
    gathering.pause(AT, full=False)
    for _ in range(3):
        now = began[-1] + SECONDS / 4  # the last batch took a quarter of it
        began.append(now + gathering.pause(now, full=False))

    apart = [b - a for a, b in pairwise(began)]
    assert [round(each, 6) for each in apart] == [SECONDS] * 3


def test_a_full_batch_does_not_wait_and_the_next_one_counts_from_it():
    gathering = Gathering()
    gathering.pause(AT, full=False)

    assert gathering.pause(AT + SECONDS / 4, full=True) == 0
    pause = gathering.pause(AT + SECONDS / 2, full=False)
    assert round(pause, 6) == round(SECONDS * 3 / 4, 6)
