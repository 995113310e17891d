"""
A client that falls silent while others are served.
"""

from __future__ import annotations

import time

import pytest

from tests.builders import COUNTY
from tests.service.shared.web.sending import connection, head


@pytest.fixture(scope="session", autouse=True)
def slow_client(stack, as_office):
    """
    A client that says half and falls silent, from the beginning of these tests on; and
    how long another one waited meanwhile.
    """
    with connection(stack, "intake") as wire:
        wire.sendall(head("/petitions", as_office(COUNTY)))
        wire.sendall(b'Content-Length: 1000\r\n\r\n{"channel"')
        began = time.monotonic()
        other = as_office(COUNTY).get("intake", "/petitions", limit=1)
        assert other.is_success
        yield wire, time.monotonic() - began
