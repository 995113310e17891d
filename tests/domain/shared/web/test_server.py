"""
What a service does with a client that trickles, falls silent or waits.
"""

from __future__ import annotations

from contextlib import suppress

import eventlet
import pytest
from eventlet import wsgi
from eventlet.green import socket
from werkzeug.wrappers import Request

from shared.errors import Malformed
from shared.web import server
from shared.web.request import content_of, header_problem

# -- time


@pytest.fixture
def serving():
    """
    Runs the web server with *application*; gives its address.
    """
    running = []

    def serve(application):
        listening = eventlet.listen(("127.0.0.1", 0))
        protocol = server.BoundedProtocol
        more = {"protocol": protocol, "log_output": False}
        running.append(eventlet.spawn(wsgi.server, listening, application, **more))
        return listening.getsockname()

    yield serve
    for each in running:
        each.kill()


@pytest.fixture
def impatient(monkeypatch, serving):
    """
    A server that gives a request 50 milliseconds, and why it refused bodies.
    """
    monkeypatch.setattr(server.BoundedProtocol, "head_seconds", 0.05)
    monkeypatch.setattr(server.BoundedProtocol, "request_seconds", 0.05)
    ended = []

    def application(environ, start_response):
        try:
            content_of(Request(environ), 1000)
        except Malformed as refusal:
            ended.append(refusal.code)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    return serving(application), ended


@pytest.mark.parametrize(
    ("begun", "codes"),
    [
        (b"GET /x HTTP/1.1\r\nX-Slow: ", []),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", ["body_incomplete"]),
    ],
)
def test_a_request_that_trickles_is_ended(impatient, begun, codes):
    address, ended = impatient
    with eventlet.Timeout(5), socket.create_connection(address) as wire:
        wire.sendall(begun)
        answer = eventlet.spawn(wire.recv, 100)
        with suppress(OSError):  # the server closed the connection
            while not answer.dead:
                wire.sendall(b"x")
                eventlet.sleep(0.01)

    assert ended == codes


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (b"X-Kind: a\r\nX-Other:b", True),
        (b"Transfer-Encoding : chunked", False),
        (b"no header at all", False),
        (b" folded: from nothing", False),
    ],
)
def test_a_request_with_a_line_that_is_no_header_field_is_seen(serving, lines, whole):
    seen = []

    def application(environ, start_response):
        seen.append(environ[server._WHOLE_HEAD])
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with eventlet.Timeout(5), socket.create_connection(serving(application)) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\n" + lines + b"\r\nHost: x\r\n\r\n")
        assert wire.recv(20).startswith(b"HTTP/1.1 200")

    assert seen == [whole]
    assert (header_problem([("Host", "x")], whole=whole) is None) is whole


def test_the_end_of_a_long_answer_waits_for_no_acknowledgement(serving):
    at_once = []

    def application(environ, start_response):
        wire = environ["eventlet.input"].get_socket()
        at_once.append(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with eventlet.Timeout(5), socket.create_connection(serving(application)) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.recv(20).startswith(b"HTTP/1.1 200")

    assert at_once == [1]
