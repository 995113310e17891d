"""
The supervision ladder: what becomes true of a late office next, and from which day.

Steps, limits and numbers are the programme's. Every crossing is dated to the day it
became true; what it leads to beyond a letter is decided by people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import NAMESPACE_OID, uuid5

from services.assignment import events
from services.assignment.domain.closing import has_come, not_before
from services.assignment.domain.duties import Duty
from services.assignment.domain.facts import Fact
from shared.calendar import Calendar
from shared.directory import Directory
from shared.errors import Conflict, Fault, Forbidden, reject_if
from shared.events import Event
from shared.programme import Programme
from shared.supervising import Supervision, SupervisionStep

ONE_DAY = timedelta(days=1)
Cause = Literal[
    "due_soon", "overdue", "stagnant", "unanswered", "notices_without_progress"
]
# What the supervising side does is no work on the case.
_NO_WORK = frozenset(
    {
        events.SupervisionIssued.type,
        events.SupervisionReturned.type,
        events.SupervisionEnded.type,
        events.LeaderNamed.type,
    }
)

# state of a notice, what happens -> the new state
MOVES = {
    ("issued", "answer"): "answered",
    ("returned", "answer"): "answered",
    ("answered", "accepted"): "accepted",
    ("answered", "returned"): "returned",
    ("issued", "end"): "ended",
    ("answered", "end"): "ended",
    ("returned", "end"): "ended",
}
_NAMES = {
    "issued": "等待答复",
    "answered": "已答复待审核",
    "accepted": "答复已认可",
    "returned": "答复已退回",
    "ended": "已因职责履行或案件办结而终止",
}

_ABOUT = {
    "stagnant": "长期无办理进展",
    "unanswered": "督办函逾期未答复",
    "notices_without_progress": "多次督办无进展",
}


@dataclass(frozen=True)
class Rung:
    """
    The next step that a subject comes to: on *on*, for what is true from *since*.

    *subject* is a duty, a notice or a case; *step* is None where nothing is left but
    to look again on that day.
    """

    subject: str
    cause: str
    step: str | None
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


@dataclass(frozen=True)
class Notice:
    """
    A supervision notice (督办函): answered by *reply_by*, then accepted or returned.

    *by_post* is None where the programme's own step issued it.
    """

    id: str
    number: str
    office: str
    programme: str
    duty: str | None
    step: str
    issued_on: date
    reply_by: date
    urgent: bool
    text: str
    by_post: str | None
    state: str = "issued"
    state_on: date | None = None
    progress: bool | None = None
    answer: str | None = None
    answered_on: date | None = None
    answered_by: str | None = None
    answer_post: str | None = None
    reviewed_by: str | None = None
    reasons: str | None = None

    @property
    def waits(self) -> bool:
        """
        Whether the office owes an answer.
        """
        return (self.state, "answer") in MOVES

    @property
    def since(self) -> date:
        """
        The day from which it counts as unanswered.
        """
        first = self.reply_by + ONE_DAY
        returned = self.state == "returned" and self.state_on
        return max(first, self.state_on) if returned and self.state_on else first


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


def causes_of_duty(duty: Duty, warn_days: int) -> dict[str, date]:
    """
    Since when a duty is, or will be, due soon and overdue; nothing once it is over.

    A duty that is owed again is not late before it was owed again; what is backdated
    never is (A-03).
    """
    if duty.closed or duty.state == "paused" or duty.backdated:
        return {}
    begin = max(duty.opened_on, duty.state_on)
    overdue = {"overdue": max(duty.due_on + ONE_DAY, begin)}
    soon = max(duty.due_on - timedelta(days=warn_days), begin)
    return overdue if soon > duty.due_on else {"due_soon": soon, **overdue}


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


def without_progress_since(
    notices: Sequence[Notice], wanted: int, today: date
) -> date | None:
    """
    From when *wanted* notices in a row brought no progress (XQ-47, A-23), if they did.

    A notice counts from its answer without progress, or from its missed reply day.
    """
    failed: list[date] = []
    for notice in sorted(notices, key=lambda each: (each.issued_on, each.id)):
        if notice.progress or notice.state == "ended":
            failed = []
        elif notice.waits and notice.since <= today:
            failed.append(notice.since)
        elif not notice.waits and notice.answered_on:
            failed.append(notice.answered_on)
    return sorted(failed)[wanted - 1] if len(failed) >= wanted else None


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


def notice_of(
    crossing: Crossing,
    step: SupervisionStep,
    duty: Duty | None,
    today: date,
    calendar: Calendar,
) -> Notice | None:
    """
    The notice that a crossing issues today, if its step is one.

    The time to answer runs from today: nobody is late with what nobody could read.
    """
    if step.kind != "notice" or step.reply is None:
        return None
    about = f"“{duty.title}”（应于{duty.due_on}前履行）" if duty else "长期无办理进展"
    return Notice(
        id=str(uuid5(NAMESPACE_OID, crossing.id)),
        number=crossing.number,
        office=crossing.office,
        programme=crossing.programme,
        duty=crossing.duty,
        step=step.id,
        issued_on=today,
        reply_by=calendar.due(today, step.reply).day,
        urgent=step.urgent,
        text=f"{crossing.number}：{about}，请说明情况并反馈进展。",
        by_post=None,
        state_on=today,
    )


def answer(
    notice: Notice,
    *,
    on: date,
    by: str,
    post: str,
    text: str,
    progress: bool,
    today: date,
    directory: Directory,
) -> tuple[Notice, events.SupervisionAnswered]:
    """
    The office answers a notice, with or without progress.

    Raises `Conflict` if none is awaited, `Rejected` with every fault.
    """
    state = _move(notice, "answer")
    reject_if(
        [
            *has_come(on, today, "/on"),
            *not_before(on, notice.issued_on, "/on"),
            *no_such_post(notice.office, post, directory, "/post"),
        ]
    )
    answered = replace(
        notice,
        state=state,
        state_on=on,
        progress=progress,
        answer=text,
        answered_on=on,
        answered_by=by,
        answer_post=post,
        reviewed_by=None,
        reasons=None,
    )
    event = events.SupervisionAnswered(
        **_about(answered, on), notice=notice.id, progress=progress
    )
    return answered, event


def review(
    notice: Notice,
    *,
    verdict: Literal["accepted", "returned"],
    on: date,
    by: str,
    reasons: str | None,
    today: date,
) -> tuple[Notice, Event | None]:
    """
    The supervising side accepts an answer or sends it back; then it is owed again.

    Raises `Conflict` if there is none to review, `Forbidden` to who wrote it,
    `Rejected` with every fault.
    """
    state = _move(notice, verdict)
    if by == notice.answered_by:
        raise Forbidden.because(
            "own_answer", "答复人不能审核自己的答复。", "请由督办方的审核人审核。"
        )
    reject_if(
        [
            *has_come(on, today, "/on"),
            *not_before(on, notice.answered_on or notice.issued_on, "/on"),
            *_reasons_given(verdict, reasons),
        ]
    )
    reviewed = replace(
        notice, state=state, state_on=on, reviewed_by=by, reasons=reasons
    )
    if verdict == "accepted":
        return reviewed, None
    sent_back = replace(reviewed, progress=None, answered_on=None)
    return sent_back, events.SupervisionReturned(**_about(notice, on), notice=notice.id)


def end(notice: Notice, on: date) -> tuple[Notice, events.SupervisionEnded]:
    """
    What the notice was about is done: nothing is left to answer.
    """
    state = _move(notice, "end")
    ended = replace(notice, state=state, state_on=max(on, notice.issued_on))
    event = events.SupervisionEnded(
        **_about(notice, max(on, notice.issued_on)), notice=notice.id
    )
    return ended, event


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


def issued(notice: Notice) -> events.SupervisionIssued:
    return events.SupervisionIssued(
        **_about(notice, notice.issued_on),
        step=notice.step,
        kind="notice",
        notice=notice.id,
        duty=notice.duty,
        reply_by=notice.reply_by,
    )


def no_such_post(
    office: str, post: str, directory: Directory, place: str
) -> Iterator[Fault]:
    posts = directory.office(office).posts
    if post not in posts:
        yield Fault(
            "no_such_post",
            f"{directory.office(office).name}没有职务“{post}”。",
            f"可填：{'、'.join(posts)}。",
            place,
        )


def _move(notice: Notice, act: str) -> str:
    moved = MOVES.get((notice.state, act))
    if moved is None:
        raise Conflict.because(
            "not_in_this_state",
            f"督办函{_NAMES[notice.state]}，现在不能这样办理。",
            "请先查看督办函的状态。",
            "/number",
        )
    return moved


def _reasons_given(verdict: str, reasons: str | None) -> Iterator[Fault]:
    if verdict == "returned" and not reasons:
        yield Fault(
            "reasons_missing", "退回答复必须说明理由。", "请填写退回理由。", "/reasons"
        )


def _about(notice: Notice, on: date) -> dict[str, Any]:
    return {
        "office": notice.office,
        "case_number": notice.number,
        "occurred_on": on,
        "programme": notice.programme,
    }
