"""
The escalation of what is late: which step an office reaches next, and on which day.

Steps, limits and numbers are the programme's. Every step is dated to the day on which
it became true; what follows from it, beyond a notice, is decided by people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.assignment import events
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import ActWithdrawn, CaseLed
from services.assignment.domain.facts.notices import (
    NoticeAccepted,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from shared.policy.calendar import ONE_DAY, Calendar
from shared.policy.directory import Directory
from shared.policy.parts.escalation import Supervision, SupervisionStep
from shared.policy.programme import Programme, UnknownPart

# What the supervising side does, or what is taken back, is not work on the case.
_NO_WORK = (
    *(NoticeIssued, NoticeAccepted, NoticeReturned, NoticeEnded),
    *(CaseLed, ActWithdrawn),
)

_ABOUT = {
    "stagnant": "长期无办理进展",
    "notices_without_progress": "多次督办无进展",
}


@dataclass(frozen=True, order=True)
class NextStep:
    """
    The step that a subject reaches next: *on* a day, for a *cause* true *since* a day.

    *subject* is a duty, or a cause that is true of the whole case.
    """

    on: date
    subject: str
    cause: str
    step: str
    since: date


@dataclass(frozen=True)
class EscalationStep:
    """
    A step that an office has reached, and whom it goes to.

    *ended_on*: from when on its cause is not true any more.
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
    ended_on: date | None = None


def next_step(
    subject: str,
    causes: Mapping[str, date],
    past: Collection[tuple[str, date]],
    steps: Iterable[SupervisionStep],
    calendar: Calendar,
) -> NextStep | None:
    """
    The earliest step that *subject* has still to reach, of one day the lower one.

    *causes*: what is true of it, and since when; *past*: the steps it has reached, each
    with the day since which its cause was true.
    """
    ahead = [
        NextStep(step.reached_on(since, calendar), subject, step.on, step.id, since)
        for step in steps
        if (since := causes.get(step.on)) is not None and (step.id, since) not in past
    ]
    # `min` takes the first of equals, and the steps come in the programme's order.
    return min(ahead, key=lambda step: step.on, default=None)


def is_answer(kind: str, programme: Programme) -> bool:
    """
    Whether a kind of duty is to answer a notice. Being late with that is a cause of
    its own, so that an answer is not escalated like what the notice is about.
    """
    try:
        return programme.duty_rule(kind).opened_by == NoticeIssued.name
    except UnknownPart:
        return False  # a report of the office


def causes_of_duty(duty: Duty, programme: Programme) -> dict[str, date]:
    """
    Since when a duty is, or will be, due soon and late; nothing once it is over.

    A duty that is owed again is not late before it was owed again; what is backdated
    never is (A-03).
    """
    if duty.closed or duty.state == "paused" or duty.backdated:
        return {}
    # Its last step opened it again, if there was one: it is not late before that.
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
    return programme.supervision.steps_for(kind) if programme.supervision else ()


def stagnant_since(
    facts: Iterable[Fact], supervision: Supervision, calendar: Calendar
) -> date | None:
    """
    From when an open case counts as stagnant if nothing more is recorded.
    """
    days = [fact.on for fact in facts if not isinstance(fact, _NO_WORK)]
    if supervision.stagnant_after is None or not days:
        return None
    return calendar.due(max(days), supervision.stagnant_after).day + ONE_DAY


def reach(
    coming: NextStep,
    step: SupervisionStep,
    *,
    number: str,
    office: str,
    duty: Duty | None,
    programme: Programme,
    directory: Directory,
    accused: str | None,
) -> EscalationStep:
    """
    The step as reached; its id is the same whoever computes it, and whenever.
    *accused*: the office that the petition accuses, if it does.
    """
    to_office, to_post = addressee(
        step,
        office=office,
        duty=duty,
        programme=programme,
        directory=directory,
        on=coming.on,
        accused=accused,
    )
    return EscalationStep(
        # Two replicas, or a run that was repeated, write one row for it.
        id=f"{coming.subject}/{step.id}/{coming.since}",
        subject=coming.subject,
        number=number,
        office=office,
        programme=programme.code,
        duty=duty.id if duty else None,
        step=step.id,
        kind=step.kind,
        title=step.title,
        about=duty.title if duty else _ABOUT[coming.cause],
        source=step.source,
        since=coming.since,
        on=coming.on,
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
    accused: str | None,
) -> tuple[str, str | None]:
    """
    The office and the post a step goes to; where no post owns the duty, the chief. What
    would reach an *accused* office, or one below it, goes to the office above that, or
    stays with the office that is late (条例第三十条).
    """
    to_post: str | None
    if step.to == "hub":
        to, to_post = programme.hub, programme.hub_department
    elif step.to == "upper":
        to = directory.parent(office, on) or programme.hub
        to_post = chief_of(to, directory)
    else:
        post = duty.post if duty and step.to == "owner" else None
        return office, post or chief_of(office, directory)
    # A complaint is not passed to whom it is about.
    if accused is not None and directory.is_within(to, accused, on):
        to = directory.parent(accused, on) or office
        to_post = chief_of(to, directory)
    return to, to_post


def chief_of(office: str, directory: Directory) -> str | None:
    """
    The post at the head of an office.
    """
    posts = directory.office(office).posts.values()
    return next((post.title for post in posts if post.chief), None)


def announcement(
    step: EscalationStep, paper: str | None
) -> events.EscalationStepReached:
    """
    *paper*: the notice that it issued, if its paper goes with the mail.
    """
    return events.EscalationStepReached(
        office=step.office,
        case_number=step.number,
        occurred_on=step.on,
        programme=step.programme,
        escalation_step=step.id,
        step=step.step,
        kind=step.kind,
        title=step.title,
        about=step.about,
        duty=step.duty,
        to_office=step.to_office,
        to_post=step.to_post,
        urgent=step.urgent,
        paper=paper,
    )
