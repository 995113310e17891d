"""
When a batch begins: at once at rest, a moment after the last one under load.
"""

from __future__ import annotations

from itertools import pairwise

from shared.messaging.gathering import SECONDS, Gathering

AT = 100.0
MANY = 600  # events of a second, for which the pause is the longest


def begun(events):
    gathering = Gathering()
    gathering.begin(AT, events)
    return gathering


def test_an_event_that_comes_alone_does_not_wait():
    assert Gathering().pause(AT, full=False) == 0
    assert begun(MANY).pause(AT + SECONDS, full=False) == 0


def test_a_few_events_hardly_wait_for_each_other():
    assert 0 < begun(2).pause(AT, full=False) < SECONDS / 50


def test_under_load_batches_begin_a_moment_apart():
    gathering, began = begun(MANY), [AT]
    for _ in range(3):
        now = began[-1] + SECONDS / 4  # the last batch took a quarter of it
        began.append(now + gathering.pause(now, full=False))
        gathering.begin(began[-1], MANY // 20)

    apart = [b - a for a, b in pairwise(began)]
    assert [round(each, 6) for each in apart] == [SECONDS] * 3


def test_the_load_of_a_minute_ago_holds_up_nothing():
    gathering = begun(MANY)
    gathering.begin(AT + 60, 1)
    assert gathering.pause(AT + 60, full=False) < SECONDS / 50


def test_a_full_batch_does_not_wait():
    assert begun(MANY).pause(AT + SECONDS / 4, full=True) == 0


def test_looking_without_finding_anything_holds_up_nothing():
    gathering = begun(MANY)
    later = AT + SECONDS + 0.001
    gathering.pause(later, full=False)

    assert gathering.pause(later + 0.001, full=False) == 0


def test_it_is_at_rest_some_seconds_after_the_last_event():
    assert Gathering().at_rest(AT)
    assert [begun(1).at_rest(AT + later) for later in (0, 2.9, 3.1)] == [0, 0, 1]
    assert [begun(MANY).at_rest(AT + later) for later in (3.1, 9.3, 9.5)] == [0, 0, 1]
