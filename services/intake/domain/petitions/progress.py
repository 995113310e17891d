"""
The answer to a citizen who asks without a login how a petition stands: it says nothing
of who petitions and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.intake.domain.petitions.owed import Owed, Record, owed
from services.intake.domain.petitions.steps import (
    BETWEEN_OFFICES,
    BY_RECEIVER,
    REQUESTS,
)
from shared.matter_numbers import office_in
from shared.policy.calendar import Calendar
from shared.vocabulary import PetitionState, PetitionStep, ReplyKind

_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
_LENGTH, _GROUP = 20, 5


def new_code() -> str:
    """
    An enquiry code that nobody guesses, in groups to be read out.
    """
    drawn, signs = secrets.randbelow(len(_SIGNS) ** _LENGTH), ""
    for _ in range(_LENGTH):
        drawn, place = divmod(drawn, len(_SIGNS))
        signs += _SIGNS[place]
    return "-".join(signs[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))


@dataclass(frozen=True)
class Moment:
    """
    Something that an office did on a day.
    """

    on: date
    what: str
    office: str


@dataclass(frozen=True)
class Progress:
    """
    How a petition stands: which office has it, what was done, what is owed.
    """

    received_on: date
    office: str
    state: str
    done: tuple[Moment, ...]
    owed: tuple[Owed, ...]


def progress(records: Sequence[Record], calendar: Calendar) -> Progress:
    """
    The progress of a petition, and of what became of it at the offices to which it was
    passed on, in their order.
    """
    first, last = records[0], records[-1]
    is_withdrawn = last.petition.withdrawn_on is not None
    done = [moment for record in records for moment in _done(record)]
    done.sort(key=lambda moment: moment.on)
    return Progress(
        received_on=first.petition.received_on,
        office=_with(last),
        state="已撤销登记" if is_withdrawn else last.petition.state.chinese,
        done=tuple(done),
        owed=() if is_withdrawn else owed(last, calendar),
    )


def _done(record: Record) -> Iterator[Moment]:
    """
    What was done, each by the office that had the petition then: it passes on with its
    case.
    """
    petition = record.petition
    registered_by = _name(record, office_in(petition.number))
    yield Moment(petition.received_on, "收到并登记", registered_by)
    reviewer = record.office.name
    for step in record.steps:
        if step.kind in REQUESTS:
            reviewer = _name(record, step.to_office)
        if step.kind not in {*BETWEEN_OFFICES, PetitionStep.OBJECTION_REFUSED}:
            of_reviewer = step.kind in BY_RECEIVER | REQUESTS
            whose = reviewer if of_reviewer else _name(record, step.office)
            yield Moment(step.on, step.kind.chinese, whose)
    for reply in record.replies:
        whose = _name(record, reply.office)
        yield Moment(reply.replied_on, ReplyKind(reply.kind).chinese, whose)


def _name(record: Record, office: str | None) -> str:
    """
    The name of an office by its code; of that which has the petition, if none is named.
    """
    return record.names.get(office or "", record.office.name)


def _with(record: Record) -> str:
    """
    The name of the office that has a petition: of a review, the one that reviews.
    """
    petition, reviewed = record.petition, PetitionState.UNDER_REVIEW
    if petition.state in {reviewed, PetitionState.UNDER_FINAL_REVIEW}:
        return _name(record, petition.to_office)
    return record.office.name
