"""
Recompute duties after the calendar or a programme has changed: `jianjian recalculate`.

What is still owed moves, the old day stays in its history; what is closed stays. The
matters are cut into slices, each done in one transaction. Started again after it was
cut off it goes on with the slices that are left, as long as the files of the policy are
the same; started several times at once, the processes share the slices. A slice that
meets a deadlock, or a database that is away for a moment, is taken again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

from services.assignment.casework.record import recompute_matters
from services.assignment.store import OUTBOX, RecalculationSlices
from shared import telemetry
from shared.messaging.lanes import bulk_work
from shared.policy.current import current_policy
from shared.settings import settings
from shared.storage.database import is_passing, transaction

MATTERS_AT_ONCE = 500
_FAILURES = 10  # one after the other, of what may succeed later
_PAUSE = 1.0  # seconds before a slice is taken again
_FILES = ("calendar", "directory", "programmes", "rulesets")


def recalculate(
    say: Callable[[int, int], None] = lambda _matters, _left: None,
    *,
    closed: bool = False,
) -> int:
    """
    Recompute every matter in which something is owed, with *closed* also those in which
    nothing is owed any more; returns how many there were.

    *say* is called after each slice with the number of matters recomputed here and the
    number of slices left. Matters of a programme that is not run here keep the days
    they had.
    """
    programmes, count = current_policy().programmes.codes, 0
    version = f"{_version()} closed" if closed else _version()
    with transaction(OUTBOX.service) as session:
        RecalculationSlices(session).begin(version, programmes, MATTERS_AT_ONCE)
    failures = 0
    while True:
        try:
            piece = _next_slice(version, programmes, closed=closed)
        except Exception as error:
            # The slice is back, for any process.
            failures += 1
            if failures > _FAILURES or not is_passing(error):
                raise
            time.sleep(_PAUSE)
            continue
        if piece is None:
            return count
        failures = 0
        matters, remaining = piece
        count += matters
        say(count, remaining)


def _next_slice(
    version: str, programmes: Sequence[str], *, closed: bool
) -> tuple[int, int] | None:
    """
    Recompute the matters of one slice; returns how many, and how many slices are left,
    or None if there was none.
    """
    with (
        bulk_work(),
        transaction(OUTBOX.service) as session,
        telemetry.work("recalculated", trace=telemetry.background_context()),
    ):
        # Taking a slice and doing it are one transaction: a process that is killed
        # gives the slice back.
        slices = RecalculationSlices(session)
        piece = slices.take(version)
        if piece is None:
            return None
        numbers = slices.matters_owing(piece, programmes, closed=closed)
        recompute_matters(session, numbers)
        telemetry.add_log_fields(count=len(numbers))
        return len(numbers), slices.remaining(version)


def _version() -> str:
    """
    Return a text that changes when a file of the policy, or the list of programmes that
    are run, changes.
    """
    digest = hashlib.sha256(",".join(current_policy().programmes.codes).encode())
    for folder in _FILES:
        # Sorted, so that the text does not depend on the file system.
        for file in sorted((settings.deploy / folder).rglob("*.yaml")):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
