"""
HTTP to the services of this machine, without certificates: to read those of the machine
takes each client 50 ms.
"""

from __future__ import annotations

import ssl
from typing import Any

import httpx

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def a_client(**more: Any) -> httpx.Client:
    """
    A client that keeps no connection: a service may have been killed in between.
    """
    return httpx.Client(
        trust_env=False,
        verify=NO_CERTIFICATES,
        limits=httpx.Limits(max_keepalive_connections=0),
        **more,
    )


http = a_client(timeout=10)
