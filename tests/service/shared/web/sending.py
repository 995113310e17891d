"""
Requests as offices, networks and programs get them wrong.
"""

from __future__ import annotations

import json
import re
import socket
from urllib.parse import urlsplit

from tests.service.asking import PROGRAMME

MIB = 1024 * 1024


TOMORROW = "2020-11-21"


def pushed(caller, content, *, filename="台账.xlsx", **more):
    parameters = {"programme": PROGRAMME, "filename": filename}
    return caller.post("intake", "/imports", content=content, params=parameters, **more)


LISTS = {
    "intake": "/petitions",
    "assignment": "/cases",
    "hearing": "/hearings",
    "aid": "/aid-applications",
    "reporting": "/returns",
}


# -- the wire


def connection(stack, service):
    place = urlsplit(stack.url(service))
    wire = socket.create_connection((place.hostname, place.port), timeout=60)
    wire.settimeout(60)
    return wire


def head(path, caller):
    return (
        f"POST {path} HTTP/1.1\r\nHost: jianjian\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {caller.token}\r\n"
    ).encode()


def answer_on(wire):
    """
    Status and problem of the answer that stands on a connection.
    """
    received = b""
    while not (
        (found := re.search(rb"content-length: (\d+)", received, re.IGNORECASE))
        and len(received) - received.index(b"\r\n\r\n") - 4 >= int(found[1])
    ):
        more = wire.recv(65_536)
        assert more, received
        received += more
    top, _, body = received.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)
