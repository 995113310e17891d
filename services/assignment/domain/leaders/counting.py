"""
By what the workload of leaders counts a case together with others, as it stands now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from uuid import UUID

from services.assignment.domain.leaders.leading import Leadership

_KEY_BYTES = 16  # those of a UUID


def group_key(leading: Leadership, *, is_open: bool) -> str | None:
    """
    Return the same key for all cases that are alike in their traits, in who leads them,
    in whether they were handed down, and in whether they are open; None for a case that
    is merged into another, which counts nowhere.
    """
    if any(until is None for _, until in leading.merged_spans):
        return None
    running = sorted(
        (tenure.office, tenure.post, tenure.main, tenure.holder or "")
        for tenure in leading.tenures
        if tenure.until is None
    )
    alike = [leading.handed, is_open, dict(leading.traits), running]
    written = json.dumps(alike, sort_keys=True, default=str).encode()
    return str(UUID(bytes=blake2b(written, digest_size=_KEY_BYTES).digest()))


def last_change(
    leading: Leadership, opened_on: date, concluded_on: date | None
) -> date:
    """
    Return the last day on which a case began or ceased to count, to be led by somebody,
    or to be open. On every later day it counts as it does now.
    """
    return max(_changes(leading, opened_on, concluded_on))


def _changes(
    leading: Leadership, opened_on: date, concluded_on: date | None
) -> Iterator[date]:
    yield opened_on
    if concluded_on:
        yield concluded_on
    for span in leading.merged_spans:
        yield from filter(None, span)
    for tenure in leading.tenures:
        yield from filter(None, (tenure.since, tenure.until))
