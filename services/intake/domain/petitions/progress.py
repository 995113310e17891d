"""
What a citizen is told of a petition without a login: nothing of who petitions and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.petitions import Petition, Reply
from services.intake.domain.petitions.steps import (
    BETWEEN_OFFICES,
    BY_RECEIVER,
    REQUESTS,
    Step,
)
from shared.policy.calendar import Calendar
from shared.policy.directory import Office
from shared.policy.duties import DutyRule, Trigger
from shared.policy.programme import Programme
from shared.vocabulary import PetitionStep, ReplyKind

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
    done = [moment for record in records for moment in _done(record)]
    done.sort(key=lambda moment: moment.on)
    return Progress(
        received_on=first.petition.received_on,
        office=last.office.name,
        state=last.petition.state.chinese,
        done=tuple(done),
        owed=tuple(_owed(last, calendar)),
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


def _owed(record: Record, calendar: Calendar) -> Iterator[Owed]:
    """
    What the rules for a registration owe the petitioner and is not done, released or
    waiting; counted from acceptance where the rule says so (A-12).
    """
    petition, office = record.petition, record.office
    registration = {
        "channel": petition.channel,
        "category": petition.category,
        "case_kind": petition.case_kind,
        "first": petition.repeat_of is None,
        "passed": petition.passed_from is not None,
    }
    for rule in record.programme.duty_rules(petition.received_on, office.kind):
        limit = rule.due.limit
        if (
            limit is None
            or rule.every
            or rule.creditor != "petitioner"
            or not rule.opens(_REGISTERED, registration)
            or not rule.binds.includes(office)
        ):
            continue
        if not _is_settled(rule, record):
            start = max(_days(rule.counted_from, record), default=petition.received_on)
            yield Owed(rule.title, calendar.due(start, limit).day)


def _is_settled(rule: DutyRule, record: Record) -> bool:
    """
    Whether it was done, or is not owed, or not for the time being.
    """
    stops = [*rule.released_by, *rule.waits]
    goes_on = [*rule.restored_by, *rule.goes_on]
    stopped = len([*_days(stops, record)]) > len([*_days(goes_on, record)])
    paused = [*_days(rule.waits, record)] and not [*_days(rule.counted_from, record)]
    return stopped or bool(paused) or any(_days(rule.discharged_by, record))


def _days(triggers: Sequence[Trigger], record: Record) -> Iterator[date]:
    """
    The days of what these triggers wait for.
    """
    for on, event, fields in _events(record):
        if any(trigger.fired_by(event, fields) for trigger in triggers):
            yield on


def _events(record: Record) -> Iterator[tuple[date, str, dict[str, object]]]:
    kinds = {step.id: step.kind for step in record.steps}
    for step in record.steps:
        yield step.on, "intake.petition_step_taken", {"step": step.kind}
    for each in record.deliveries:
        fields = {"step": kinds[each.step], "outcome": each.outcome}
        yield each.on, "intake.notice_delivered", dict(fields)
    for reply in record.replies:
        said: dict[str, object] = {"kind": reply.kind, "mode": reply.mode}
        yield reply.replied_on, "intake.reply_given", said
