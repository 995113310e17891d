"""
How often what needs no token is answered: from one address, and in all.
"""

from __future__ import annotations

import time
from collections import Counter
from functools import lru_cache
from typing import Any

from shared.errors import TooMany
from shared.settings import settings

_MINUTE = 60.0


class Rate:
    """
    At most *each* requests of one address and *total* of all within a minute.

    The addresses of one minute are as many as there may be requests.
    """

    def __init__(self, each: int, total: int) -> None:
        self.each, self.total = each, total
        self.minute = -1
        self.counts: Counter[str] = Counter()

    def take(self, address: str, now: float | None = None) -> None:
        """
        Count a request. Raises `TooMany`.
        """
        minute = int((time.monotonic() if now is None else now) // _MINUTE)
        if minute != self.minute:
            self.minute = minute
            self.counts.clear()
        if self.counts[address] >= self.each or self.counts.total() >= self.total:
            raise TooMany.because("too_many", "查询过于频繁。", "请一分钟后再试。")
        self.counts[address] += 1


@lru_cache
def public_rate() -> Rate:
    each, total = settings["ENQUIRIES"].split(",")
    return Rate(int(each), int(total))


def address_of(request: Any) -> str:
    """
    The address a request came from: the last that a proxy named, else the peer's.
    """
    forwarded_for = (
        request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    )
    return (forwarded_for or request.remote_addr or "")[:64]
