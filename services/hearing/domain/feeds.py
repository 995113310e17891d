"""
The key with which calendar programs read the hearings to come of an office: they
cannot send a token (decision 0079).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, kw_only=True)
class FeedKey:
    """
    The key of an *office*, known by its SHA-256 alone: whoever has it reads the
    calendar of the office, and nothing else.
    """

    office: str
    digest: str
    made_on: date
    made_by: str


def digest_of(key: str) -> str:
    """
    What is stored of a key. It is random and long, so it needs no salt.
    """
    return sha256(key.encode()).hexdigest()
