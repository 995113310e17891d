"""
What cannot be handled: dead-lettered with its reason, tried again with growing delay,
never lost, never in the way of others.
"""

from __future__ import annotations

import json
from itertools import pairwise
from uuid import uuid4

import pytest

from shared.messaging.lanes import bulk_work
from tests.builders import an_envelope, case_opened, petition_registered

TWIN = "twin-2020"


def envelope(**changes):
    payload = {"programme": "puyang-2020", "kind": "procedural"}
    return json.dumps(an_envelope(payload=payload).to_mapping() | changes).encode()


UNREADABLE = {
    "no JSON": (b"{not json", "unreadable"),
    "no text": (b"\xff\xfe\x00", "unreadable"),
    "no envelope": (b'{"id": 1}', "unreadable"),
    "no day": (envelope(occurred_on="2020-13-01"), "unreadable"),
    "not for us": (envelope(type="intake.unheard_of"), "no handler"),
    "a field missing": (envelope(payload={}), "ValidationError"),
}


def test_what_cannot_be_read_is_dead_lettered_with_its_reason_and_stays_until_dropped(
    broker, jianjian_here, dead_letters, eventually, announce, settled
):
    sent = {name: str(uuid4()) for name in UNREADABLE}
    for name, (body, _) in UNREADABLE.items():
        broker.put("assignment.in", body, message_id=sent[name])
    announce(petition_registered())
    settled()
    eventually(lambda: broker.waiting_in("assignment.dead") == len(UNREADABLE))
    found = {each["id"]: each for each in dead_letters("assignment")}
    code, shown = jianjian_here("dead-letters", "show", sent["no JSON"])
    one, *others = sent.values()
    first = jianjian_here("dead-letters", "drop", one, "--yes")
    still = broker.waiting_in("assignment.dead")
    rest = jianjian_here("dead-letters", "drop", *others, "--yes")

    for name, (_, reason) in UNREADABLE.items():
        assert reason in found[sent[name]]["reason"], name
    assert code == 0
    assert "{not json" in shown
    assert first == (0, "dropped: 1\n")
    assert still == len(others)
    assert rest == (0, f"dropped: {len(others)}\n")
    assert dead_letters("assignment") == []


def test_a_dead_letter_that_does_not_exist_is_not_shown(jianjian_here):
    code, said = jianjian_here("dead-letters", "show", str(uuid4()))

    assert code != 0
    assert "没有停放的消息" in said


@pytest.fixture
def twin(stack):
    """
    Adds a programme the running processes have not read.
    """
    folder = stack.var / "deploy" / "programmes"
    usual = (folder / "puyang-2020.yaml").read_text("utf-8")
    added = folder / f"{TWIN}.yaml"

    def add():
        added.write_text(usual.replace("code: puyang-2020", f"code: {TWIN}"), "utf-8")

    yield add
    added.unlink(missing_ok=True)


def attempts_at(stack, number):
    """
    The log's lines of handling the events of a case, as attempt and moment.
    """
    log = stack.processes.log("assignment").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if number in line]
    return [
        (line["attempt"], float(line["timestamp"][17:26]))
        for line in lines
        if line["event"] == "event_handled"
    ]


def test_what_fails_is_tried_later_and_later_then_dead_lettered_and_can_be_replayed(
    stack,
    announce,
    as_office,
    eventually,
    dead_letters,
    broker,
    jianjian_here,
    twin,
    settled,
):
    case, healthy = case_opened(programme=TWIN), [case_opened(), case_opened()]
    office = as_office("410922")

    def known(number):
        return office.get("assignment", f"/cases/{number}").is_success

    with bulk_work():  # so that they are one message
        announce(healthy[0], case, healthy[1])
    eventually(lambda: all(known(each.case_number) for each in healthy))
    before = broker.waiting_in("assignment.dead")
    eventually(lambda: broker.waiting_in("assignment.dead") == 1)
    (message,) = dead_letters("assignment")
    tried = attempts_at(stack, case.case_number)
    twin()
    stack.restart("assignment")
    replayed = jianjian_here("dead-letters", "replay", message["id"])
    eventually(lambda: known(case.case_number))
    settled()

    assert before == 0
    # An attempt is made again if the broker did not take its retry.
    attempts = [attempt for attempt, _ in tried]
    assert attempts == sorted(attempts)
    assert set(attempts) == {0, 1, 2, 3}
    pauses = [(late - early) % 60 for (_, early), (_, late) in pairwise(tried)]
    assert all(
        pause >= wanted - 0.1 for pause, wanted in zip(pauses, (1, 2, 3), strict=True)
    )
    assert message["attempts"] == 4
    assert TWIN in message["reason"]
    assert replayed == (0, "replayed: 1\n")
    assert dead_letters("assignment") == []


def test_a_message_replayed_before_its_cause_is_gone_is_dead_lettered_again(
    broker, jianjian_here, dead_letters, eventually
):
    sent = str(uuid4())
    broker.put("assignment.in", b"{", message_id=sent)
    eventually(lambda: dead_letters("assignment"))
    jianjian_here("dead-letters", "replay", "--all")
    eventually(lambda: dead_letters("assignment"))
    (again,) = dead_letters("assignment")
    jianjian_here("dead-letters", "drop", sent, "--yes")

    assert again["id"] == sent


def test_a_queue_with_other_arguments_is_refused_loudly_and_seen_by_readiness(
    stack, broker, jianjian_here, reasons, eventually
):
    queue = "hearing.tasks"
    broker.delete(queue)
    eventually(lambda: f"topology: no queue {queue}" in reasons("hearing"))
    broker.declare(queue, **{"x-queue-type": "classic"})
    try:
        code, said = jianjian_here("topology")
        fault = f"topology: other arguments: {queue}"
        eventually(lambda: fault in reasons("hearing"))
    finally:
        broker.delete(queue)
        stack.topology()
    eventually(lambda: reasons("hearing") == [])

    assert code != 0
    assert "PRECONDITION_FAILED" in said
    assert queue in said
