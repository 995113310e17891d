"""
What offices owe the petitioner of a petition: as assignment announced it last, and what
it has not heard of yet, from the record of intake alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.petitions import Petition, Reply
from services.intake.domain.petitions.steps import Step
from shared.policy.calendar import Calendar, Unit
from shared.policy.directory import Office
from shared.policy.parts.duties import DutyRule, Trigger
from shared.policy.programme import Programme

_REGISTERED = "intake.petition_registered"


@dataclass(frozen=True)
class Owed:
    """
    What an office still owes the citizen, and by when.
    """

    what: str
    due_on: date


@dataclass(frozen=True)
class AnnouncedDuties:
    """
    What assignment said in its event of that *sequence* that a *programme* owes the
    petitioner of the petition *number*. *kinds*: the ids of the rules of which it knows
    a duty there, be it owed, done or released.
    """

    number: str
    programme: str
    sequence: int
    owed: tuple[Owed, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """
    What intake knows of one petition and of the office that has it; *names*: those of
    the offices that it, its steps and its replies name, by code; *announced*: what
    assignment said last of what is owed, programme by programme.
    """

    petition: Petition
    office: Office
    steps: Sequence[Step]
    deliveries: Sequence[Delivery]
    replies: Sequence[Reply]
    programme: Programme
    names: Mapping[str, str] = field(default_factory=dict)
    announced: Sequence[AnnouncedDuties] = ()


def owed(record: Record, calendar: Calendar) -> tuple[Owed, ...]:
    """
    What is owed to the petitioner, in the order of the due days, each once also where
    several programmes owe it.
    """
    announced = [owed for each in record.announced for owed in each.owed]
    # Programmes share ids of rules: only those of the petition's own are computed here.
    kinds = {
        kind
        for each in record.announced
        if each.programme == record.programme.code
        for kind in each.kinds
    }
    duties = {*announced, *_computed(record, kinds, calendar)}
    return tuple(sorted(duties, key=lambda each: (each.due_on, each.what)))


@dataclass(frozen=True)
class _Event:
    """
    What happened, as the rules of duties name it.
    """

    on: date
    type: str
    payload: Mapping[str, object]


def _computed(
    record: Record, announced: Collection[str], calendar: Calendar
) -> Iterator[Owed]:
    """
    What the rules owe the petitioner for the registration and the steps, of which
    nothing was *announced* by the ids of the rules, and is not done, released or
    waiting; counted from acceptance where the rule says so (A-12).
    """
    office, events = record.office, _events(record)
    for rule in record.programme.duty_rules(record.petition.received_on, office.kind):
        if (
            rule.due.limit is None
            or rule.every
            or rule.id in announced
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
