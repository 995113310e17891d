"""
What anybody who may write to a queue can put into a message: it is read, or it is
refused at once, and no figure or log line is spoilt by it.
"""

from __future__ import annotations

import json
import time

import pytest

from shared import telemetry
from shared.events import Envelope
from shared.messaging.deliveries import Delivery, NonRetryable
from tests.builders import an_envelope

ENVELOPE = an_envelope().to_mapping()


def a_body(**changes):
    return json.dumps({**ENVELOPE, **changes}).encode()


def test_an_envelope_is_read_as_it_was_written():
    assert Envelope.from_mapping(json.loads(a_body())).type == ENVELOPE["type"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        a_body()[:-1],
        a_body(sequence=float("inf")),
        a_body(office=["410922"]),
        a_body(actor="长" * 1_000_000),
        a_body(case_number="a\0b"),
        a_body(id="\ud800"),
        a_body(traceparent=None),
    ],
)
def test_what_is_no_envelope_is_never_tried_again(body):
    with pytest.raises(NonRetryable) as refusal:
        Delivery(body, {}).envelope()

    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "announced",
    ["nan", float("nan"), float("inf"), "-inf", "x", [1], {}, 10**400, None],
)
def test_a_time_of_announcement_that_is_none_is_not_measured(announced):
    assert Delivery(b"", {"x-announced": announced}).lag() is None


def test_the_time_since_the_announcement_is_measured():
    assert 0 <= Delivery(b"", {"x-announced": time.time()}).lag() < 60
    assert Delivery(b"", {"x-announced": time.time() + 9}).lag() == 0


@pytest.mark.parametrize("attempt", [-1_000_000, "3", None, 2.5])
def test_a_count_of_attempts_that_is_none_is_nought(attempt):
    assert Delivery(b"", {"x-attempt": attempt}).attempt == 0


def test_long_texts_are_cut_in_the_log():
    line = telemetry._shortened(None, "info", {"actor": "长" * 5_000_000, "n": 10**9})

    assert len(line["actor"]) < 1100
    assert line["n"] == 10**9
