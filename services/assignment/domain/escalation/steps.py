"""
The supervision ladder: what becomes true of a late office next, and from which day.

Steps, limits and numbers are the programme's. Every crossing is dated to the day it
became true; what it leads to beyond a letter is decided by people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.assignment import events
from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.facts import NOTICED, Fact
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.escalation import Supervision, SupervisionStep
from shared.policy.programme import Programme, UnknownPart

ONE_DAY = timedelta(days=1)
# What the supervising side does is no work on the case.
_NO_WORK = frozenset(
    {
        events.SupervisionIssued.type,
        events.SupervisionReturned.type,
        events.SupervisionEnded.type,
        events.LeaderNamed.type,
    }
)

_ABOUT = {
    "stagnant": "长期无办理进展",
    "notices_without_progress": "多次督办无进展",
}


@dataclass(frozen=True)
class Rung:
    """
    The next step that a subject comes to: on *on*, for what is true from *since*.

    *subject* is a duty, or what is true of a whole case.
    """

    subject: str
    cause: str
    step: str
    since: date
    on: date


@dataclass(frozen=True)
class Crossing:
    """
    A step that an office has come to, and whom it goes to.
    """

    id: str
    subject: str
    number: str
    office: str
    programme: str
    duty: str | None
    step: str
    kind: str
    title: str
    about: str
    source: str
    since: date
    on: date
    to_office: str
    to_post: str | None
    urgent: bool


def next_rung(
    subject: str,
    since: Mapping[str, date],
    behind: Collection[tuple[str, date]],
    steps: Iterable[SupervisionStep],
    calendar: Calendar,
) -> Rung | None:
    """
    The earliest step that *subject* has still to come to, the lower one first.

    *since*: what is true of it, and from when; *behind*: step and day of cause of
    those it came to before.
    """
    ahead = [
        Rung(subject, step.on, step.id, begin, step.crossed_on(begin, calendar))
        for step in steps
        if (begin := since.get(step.on)) is not None and (step.id, begin) not in behind
    ]
    return min(ahead, key=lambda rung: rung.on, default=None)


def is_answer(kind: str, programme: Programme) -> bool:
    """
    Whether a kind of duty is to answer a notice. Being late with that is a cause of
    its own, so that the notice is not pressed for like what it presses for.
    """
    try:
        return programme.duty_rule(kind).opened_by == NOTICED
    except UnknownPart:
        return False  # a paper of the office


def causes_of_duty(duty: Duty, programme: Programme) -> dict[str, date]:
    """
    Since when a duty is, or will be, due soon and late; nothing once it is over.

    A duty that is owed again is not late before it was owed again; what is backdated
    never is (A-03).
    """
    if duty.closed or duty.state == "paused" or duty.backdated:
        return {}
    begin = max(duty.opened_on, duty.state_on)
    late = max(duty.due_on + ONE_DAY, begin)
    if is_answer(duty.kind, programme):
        return {"unanswered": late}
    soon = max(duty.due_on - timedelta(days=duty.warn_days), begin)
    return {"overdue": late, **({"due_soon": soon} if soon <= duty.due_on else {})}


def steps_of(
    programme: Programme, kind: str | None = None
) -> tuple[SupervisionStep, ...]:
    """
    The steps that a kind of duty may come to; without one, those of whole cases.
    """
    ladder = programme.supervision
    steps = ladder.steps if ladder else ()
    return tuple(step for step in steps if step.concerns(kind))


def stagnant_since(
    facts: Iterable[Fact], supervision: Supervision, calendar: Calendar
) -> date | None:
    """
    From when an open case counts as stagnant if nothing more is recorded.
    """
    worked = [fact.on for fact in facts if fact.type not in _NO_WORK]
    if supervision.stagnant_after is None or not worked:
        return None
    return calendar.due(max(worked), supervision.stagnant_after).day + ONE_DAY


def crossing_of(
    rung: Rung,
    step: SupervisionStep,
    *,
    number: str,
    office: str,
    duty: Duty | None,
    programme: Programme,
    directory: Directory,
) -> Crossing:
    """
    The crossing of a step; its id is the same whoever finds it, and whenever.
    """
    to_office, to_post = addressee(
        step,
        office=office,
        duty=duty,
        programme=programme,
        directory=directory,
        on=rung.on,
    )
    return Crossing(
        id=f"{rung.subject}/{step.id}/{rung.since}",
        subject=rung.subject,
        number=number,
        office=office,
        programme=programme.code,
        duty=duty.id if duty else None,
        step=step.id,
        kind=step.kind,
        title=step.title,
        about=duty.title if duty else _ABOUT[rung.cause],
        source=step.source,
        since=rung.since,
        on=rung.on,
        to_office=to_office,
        to_post=to_post,
        urgent=step.urgent,
    )


def addressee(
    step: SupervisionStep,
    *,
    office: str,
    duty: Duty | None,
    programme: Programme,
    directory: Directory,
    on: date,
) -> tuple[str, str | None]:
    """
    The office and the post a step goes to; where no post owns the duty, the chief.
    """
    if step.to == "hub":
        return programme.hub, programme.hub_department
    if step.to == "upper":
        upper = directory.parent(office, on) or programme.hub
        return upper, chief_of(upper, directory)
    post = duty.post if duty and step.to == "owner" else None
    return office, post or chief_of(office, directory)


def chief_of(office: str, directory: Directory) -> str | None:
    """
    The post at the head of an office.
    """
    posts = directory.office(office).posts.values()
    return next((post.title for post in posts if post.chief), None)


def crossed(crossing: Crossing) -> events.SupervisionCrossed:
    return events.SupervisionCrossed(
        office=crossing.office,
        case_number=crossing.number,
        occurred_on=crossing.on,
        programme=crossing.programme,
        crossing=crossing.id,
        step=crossing.step,
        kind=crossing.kind,
        title=crossing.title,
        about=crossing.about,
        duty=crossing.duty,
        to_office=crossing.to_office,
        to_post=crossing.to_post,
        urgent=crossing.urgent,
    )
