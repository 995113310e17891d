"""
Which events travel together: several of one type that are sent at once are one message,
because a message costs the broker and each reader more than an event in it (decisions
0052, 0085).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

MOST = 50  # events of a bundle
# Of one of the lane of persons: of its messages a reader has more in hand.
MOST_OF_PERSONS = 10
_LETTERS = 256 * 1024  # after which it takes no more


def bundled(rows: Iterable[Any]) -> list[list[Any]]:
    """
    Rows of an outbox as they are sent, one message for each list.

    Events of one matter keep their order. Tasks go alone.
    """
    bundles = list[list[Any]]()
    sizes = list[int]()
    open_of_kind = dict[tuple[str, bool], int]()
    last_of_matter = dict[str, int]()
    for row in rows:
        kind = row.type, row.bulk
        at = open_of_kind.get(kind, -1)
        if (
            at < last_of_matter.get(row.case_number, 0)
            or len(bundles[at]) == (MOST if row.bulk else MOST_OF_PERSONS)
            or sizes[at] > _LETTERS
        ):
            at = len(bundles)
            bundles.append([])
            sizes.append(0)
            if ".task." not in row.type:
                open_of_kind[kind] = at
        bundles[at].append(row)
        sizes[at] += len(row.body)
        last_of_matter[row.case_number] = at
    return bundles


def joined(bodies: list[bytes]) -> bytes:
    """
    The body of a message: of one event as it is, of several as a list.
    """
    return bodies[0] if len(bodies) == 1 else b"[" + b",".join(bodies) + b"]"


def parted(body: bytes) -> list[dict[str, Any]]:
    """
    The events that were joined, each as its fields; none if *body* is not a list made
    by `joined`: others may send anything.
    """
    if not body.startswith(b"["):
        return []
    try:
        parts = orjson.loads(body)
    except ValueError:
        return []
    ours = len(parts) <= MOST and all(isinstance(part, dict) for part in parts)
    return parts if ours else []
