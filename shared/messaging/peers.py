"""
What another service answers about its outbox, asked of it over HTTP.

No work waits for such an answer: it says how complete a picture is, and whether what
was published arrives.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from shared.settings import settings


def events_at(service: str, path: str, seconds: float) -> Any:
    """
    The events that *service* lists at *path*, within so many seconds.

    Raises `OSError`, `HTTPException`, `ValueError` or `KeyError` if it does not answer
    as it should.
    """
    port = settings.port(service)
    address = urlsplit(settings["PEER_URL"].format(service=service, port=port))
    connection = http.client.HTTPConnection(address.netloc, timeout=seconds)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())["events"]
    finally:
        connection.close()
