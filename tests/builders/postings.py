"""
Facts as they are posted, and the sums and stocks of what they add.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from services.reporting.domain.postings.closings import ClosingTerms
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from tests.builders import an_envelope

NO_TERMS = ClosingTerms()


KNOWN = datetime(2021, 1, 5, 8, tzinfo=UTC)


def envelope(kind, day, /, **payload):
    payload = {"programme": "puyang-2020", **payload}
    return an_envelope(kind, day, recorded_at=KNOWN, payload=payload)


def posted(kind, day, /, terms=NO_TERMS, **payload):
    event = envelope(kind, day, **payload)
    found = entries_for(event, READS[kind].load(event.payload), terms)
    # The database takes no truth value for a number.
    assert all(type(entry.amount) is int for entry in found)
    return found


def sums(*entries):
    found = Counter()
    for entry in entries:
        found[entry.measure, entry.day] += entry.amount
    return {key: amount for key, amount in found.items() if amount}


def stock(entries, measure, on):
    return sum(e.amount for e in entries if e.measure == measure and e.day <= on)


DAY = date(2020, 11, 20)


days = st.dates(date(2020, 10, 1), date(2023, 8, 1))


def act(name, *, withdrawn=False, **fields):
    kind = "assignment.act_withdrawn" if withdrawn else "assignment.act_recorded"
    return posted(kind, DAY, act=name, **fields)
