"""
What each fact adds to the measure ledger: signed entries, never looked up, no clock.

Entries commute, so facts may come late, twice over a bus or in any order. What is
made of their sums stands in `figures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.events import Envelope

CLOSED_AS = ("resolved", "ended", "concluded")
"""
How a case can be closed, each a measure of its own (PY-33, A-05).
"""


@dataclass(frozen=True)
class Entry:
    """
    One signed posting in the ledger of one office.

    *day* is when it counts from. *amount* is pieces, or fen. *person* is a keyed hash,
    for distinct counts.
    """

    measure: str
    office: str
    programme: str
    day: date
    amount: int
    case_number: str
    event_id: str
    person: str | None = None


@dataclass(frozen=True)
class _Posting:
    measure: str
    day: date
    amount: int = 1
    person: str | None = None


_Read = Mapping[str, Any]
_Rule = Callable[[date, _Read], Iterator[_Posting]]


def entries_for(event: Envelope, read: Mapping[str, Any]) -> tuple[Entry, ...]:
    """
    The entries of *event*, whose fields were *read* as `schemas.READS` says.

    Raises `KeyError` for a type of event that posts nothing.
    """
    return tuple(
        Entry(
            measure=posting.measure,
            office=event.office,
            programme=read["programme"],
            day=posting.day,
            amount=posting.amount,
            case_number=event.case_number,
            event_id=event.id,
            person=posting.person,
        )
        for posting in RULES[event.type](event.occurred_on, read)
        if posting.amount
    )


def _one(measure: str, amount: int = 1) -> _Rule:
    """
    Counts every such fact of the programme.
    """

    def rule(day: date, _read: _Read) -> Iterator[_Posting]:
        yield _Posting(measure, day, amount)

    return rule


def _in_scope(measure: str, amount: int = 1) -> _Rule:
    """
    Counts such facts about cases in scope only (PY-06).
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting(measure, day, amount)

    return rule


def _enters_base(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("base", day)
        yield _Posting("repeats", day, read["repeats"])


def _merged(sign: int) -> _Rule:
    """
    A duplicate counts once, under the case it was merged into (A-16).
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting("base", day, -sign)
            yield _Posting("repeats", day, -sign * read["repeats"])
            yield _Posting("duplicates", day, sign)

    return rule


def _reopened(day: date, read: _Read) -> Iterator[_Posting]:
    """
    What flows back is no longer closed (I-33).
    """
    if read["in_scope"]:
        yield _Posting(read["was"], day, -1)
        yield _Posting("flowed_back", day)


def _closing(sign: int) -> _Rule:
    """
    The closing of a case that was merged away counts no more than the case.
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting(read["was"], day, sign)

    return rule


def _hearing_resulted(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"] and read["settled"]:
        yield _Posting("hearings_settled", day)


def _aid_paid(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("aid_yuan", day, read["amount"])
        yield _Posting("aid_persons", day, 1, read["person"])


def _unless_backdated(rule: _Rule) -> _Rule:
    """
    What was due before the programme was issued is never overdue (A-03).
    """

    def counted(day: date, read: _Read) -> Iterator[_Posting]:
        if not read["backdated"]:
            yield from rule(day, read)

    return counted


def _duty_opened(_day: date, read: _Read) -> Iterator[_Posting]:
    """
    Posted ahead: overdue from the day after it was due, unless it is done before.
    """
    yield _Posting("overdue", _late_from(read))


def _duty_over(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Done in time it cancels the posting ahead; done late it was overdue until then.
    """
    yield _Posting("overdue", max(_late_from(read), day), -1)


def _duty_resumed(day: date, read: _Read) -> Iterator[_Posting]:
    yield _Posting("overdue", max(_late_from(read), day))


def _duty_moved(_day: date, read: _Read) -> Iterator[_Posting]:
    """
    Posted ahead for another day: overdue from the day after the new due day.
    """
    before: date = read["due_before"]
    if not read["backdated_before"]:
        yield _Posting("overdue", before + timedelta(days=1), -1)
    if not read["backdated"]:
        yield _Posting("overdue", _late_from(read))


def _late_from(read: _Read) -> date:
    due_on: date = read["due_on"]
    return due_on + timedelta(days=1)


RULES: Mapping[str, _Rule] = {
    "intake.petition_registered": _one("petitions"),
    "intake.reply_given": _one("replies"),
    "intake.case_opened": _enters_base,
    "intake.case_merged": _merged(+1),
    "intake.case_unmerged": _merged(-1),
    "assignment.leader_named": _in_scope("led"),
    "assignment.leader_released": _in_scope("led", -1),
    "assignment.case_resolved": _in_scope("resolved"),
    "assignment.case_ended": _in_scope("ended"),
    "assignment.case_concluded": _in_scope("concluded"),
    "assignment.case_reopened": _reopened,
    "assignment.closing_withdrawn": _closing(-1),
    "assignment.closing_restored": _closing(+1),
    "assignment.duty_opened": _unless_backdated(_duty_opened),
    "assignment.duty_discharged": _unless_backdated(_duty_over),
    "assignment.duty_released": _unless_backdated(_duty_over),
    "assignment.duty_resumed": _unless_backdated(_duty_resumed),
    "assignment.duty_moved": _duty_moved,
    "assignment.supervision_crossed": _one("supervised"),
    "hearing.hearing_held": _in_scope("hearings"),
    "hearing.hearing_resulted": _hearing_resulted,
    "aid.aid_paid": _aid_paid,
}
