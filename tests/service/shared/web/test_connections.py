"""
Connections that break off, trickle or fall silent.
"""

from __future__ import annotations

import socket

import pytest

from tests.builders import COUNTY
from tests.service.asking import a_row, as_json
from tests.service.shared.web.sending import answer_on, connection, head


def test_half_a_file_is_not_taken_for_a_whole_one(stack, as_office):
    clerk = as_office(COUNTY)
    content = as_json(a_row())
    with connection(stack, "intake") as wire:
        wire.sendall(head("/imports?programme=puyang-2020&filename=a.json", clerk))
        wire.sendall(b"Content-Length: %d\r\n\r\n" % (len(content) + 1) + content)
        wire.shutdown(socket.SHUT_WR)
        status, problem = answer_on(wire)

    assert status == 400
    assert problem["code"] == "body_incomplete"


def test_headers_that_never_end_are_refused_and_the_service_goes_on(stack, as_office):
    clerk = as_office(COUNTY)
    for headers in (
        {"X-Long": "x" * 200_000},
        {f"X-{n}": "x" * 500 for n in range(300)},
    ):
        answer = clerk.request("GET", "intake", "/petitions", headers=headers)
        assert 400 <= answer.status_code < 500
    with connection(stack, "intake") as wire:
        wire.sendall(b"GET /petitions?after=" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n")
        assert wire.recv(12).split()[1] == b"414"

    assert clerk.get("intake", "/petitions", limit=1).is_success


@pytest.mark.last  # so that nobody waits for the answer
def test_a_client_that_falls_silent_is_answered_and_keeps_nobody_waiting(slow_client):
    wire, waited = slow_client
    status, problem = answer_on(wire)

    assert waited < 5
    assert status == 400
    assert problem["code"] == "body_incomplete"
    assert problem["errors"][0]["remedy"]
