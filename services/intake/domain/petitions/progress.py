"""
The answer to a citizen who asks without a login how a petition stands: it says nothing
of who petitions and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.petitions import Petition, Reply
from services.intake.domain.petitions.steps import (
    BETWEEN_OFFICES,
    BY_RECEIVER,
    REQUESTS,
    Step,
)
from shared.policy.calendar import Calendar, Unit
from shared.policy.directory import Office
from shared.policy.parts.duties import DutyRule, Trigger
from shared.policy.programme import Programme
from shared.vocabulary import PetitionState, PetitionStep, ReplyKind

_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
_LENGTH, _GROUP = 20, 5
_REGISTERED = "intake.petition_registered"


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
class Owed:
    """
    What an office still owes the citizen, and by when.
    """

    what: str
    due_on: date


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


@dataclass(frozen=True)
class Record:
    """
    What intake knows of one petition and of the office that registered it; *names*:
    those of the offices that its steps name, by code.
    """

    petition: Petition
    office: Office
    steps: Sequence[Step]
    deliveries: Sequence[Delivery]
    replies: Sequence[Reply]
    programme: Programme
    names: Mapping[str, str] = field(default_factory=dict)


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
        owed=() if is_withdrawn else tuple(_owed(last, calendar)),
    )


def _done(record: Record) -> Iterator[Moment]:
    petition, office = record.petition, record.office.name
    yield Moment(petition.received_on, "收到并登记", office)
    reviewer = office
    for step in record.steps:
        if step.kind in REQUESTS:
            reviewer = record.names.get(step.to_office or "", office)
        if step.kind not in {*BETWEEN_OFFICES, PetitionStep.OBJECTION_REFUSED}:
            whose = reviewer if step.kind in BY_RECEIVER | REQUESTS else office
            yield Moment(step.on, step.kind.chinese, whose)
    for reply in record.replies:
        yield Moment(reply.replied_on, ReplyKind(reply.kind).chinese, office)


def _with(record: Record) -> str:
    """
    The name of the office that has a petition: of a review, the one that reviews.
    """
    petition, reviewed = record.petition, PetitionState.UNDER_REVIEW
    if petition.state in {reviewed, PetitionState.UNDER_FINAL_REVIEW}:
        return record.names.get(petition.to_office or "", record.office.name)
    return record.office.name


@dataclass(frozen=True)
class _Event:
    """
    What happened, as the rules of duties name it.
    """

    on: date
    type: str
    payload: Mapping[str, object]


def _owed(record: Record, calendar: Calendar) -> Iterator[Owed]:
    """
    What the rules owe the petitioner for the registration and the steps, and is not
    done, released or waiting; counted from acceptance where the rule says so (A-12).
    """
    office, events = record.office, _events(record)
    for rule in record.programme.duty_rules(record.petition.received_on, office.kind):
        if (
            rule.due.limit is None
            or rule.every
            or rule.creditor != "petitioner"
            or not rule.binds.includes(office)
        ):
            continue
        opened = [
            place
            for place, event in enumerate(events)
            if rule.opens(event.type, event.payload)
        ]
        for place in opened[:1] if rule.opens_once else opened:
            if due_on := _due_on(rule, events[place], events[place + 1 :], calendar):
                yield Owed(rule.title, due_on)


def _due_on(
    rule: DutyRule, opening: _Event, later: Sequence[_Event], calendar: Calendar
) -> date | None:
    """
    Until when it is owed; None if it was done, or is not owed, or not for the time
    being. Natural days on which it waited do not count (A-37).
    """
    limit, counted_from = rule.due.limit, _days(rule.counted_from, later)
    waits, goes_on = _days(rule.waits, later), _days(rule.goes_on, later)
    stops = len(waits) + len(_days(rule.released_by, later))
    stopped = stops > len(goes_on) + len(_days(rule.restored_by, later))
    paused = bool(waits) and not goes_on and not counted_from
    if limit is None or stopped or paused or _days(rule.discharged_by, later):
        return None
    start = max(counted_from, default=opening.on)
    if limit.unit is Unit.NATURAL:
        stood = zip(waits, goes_on, strict=False)
        days = sum((on - max(off, start)).days for off, on in stood if on > start)
        limit = replace(limit, amount=limit.amount + days)
    return calendar.due(start, limit).day


def _days(triggers: Sequence[Trigger], events: Sequence[_Event]) -> list[date]:
    """
    The days of what these triggers wait for.
    """
    return [
        event.on
        for event in events
        if any(trigger.fired_by(event.type, event.payload) for trigger in triggers)
    ]


def _events(record: Record) -> list[_Event]:
    """
    The registration and what followed, in the order of the days.
    """
    petition = record.petition
    kinds = {step.id: step.kind for step in record.steps}
    words = {"category": petition.category, "case_kind": petition.case_kind}
    registration = {
        **words,
        "channel": petition.channel,
        "first": petition.repeat_of is None,
        "passed": petition.passed_from is not None,
    }
    steps = [
        _Event(step.on, "intake.petition_step_taken", {**words, "step": step.kind})
        for step in record.steps
    ]
    notices = [
        _Event(
            each.on,
            "intake.notice_delivered",
            {"step": kinds[each.step], "outcome": each.outcome},
        )
        for each in record.deliveries
        if each.step
    ]
    replies = [
        _Event(
            reply.replied_on,
            "intake.reply_given",
            {"kind": reply.kind, "mode": reply.mode},
        )
        for reply in record.replies
    ]
    followed = sorted([*steps, *notices, *replies], key=lambda event: event.on)
    return [_Event(petition.received_on, _REGISTERED, registration), *followed]
