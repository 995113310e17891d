"""
A supervision notice (督办函): issued, answered, judged, ended.

That an answer is owed, and until when, is a duty like any other: a rule of the
programme opens it with the notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import NAMESPACE_OID, uuid5

from services.assignment import events
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation.notice_course import MOVES, NoticeCourse
from services.assignment.domain.escalation.steps import EscalationStep
from services.assignment.domain.facts.notices import NoticeEnded
from shared.errors import Conflict, Forbidden, Problem, reject_if
from shared.events import Event
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts.escalation import SupervisionStep
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before, is_account, post_exists
from shared.vocabulary import NoticeState

COURSE = {"answered": "答复", "accepted": "认可答复", "returned": "退回答复"}
"""
What may happen in the course of a notice, in the words of an office.
"""


@dataclass(frozen=True, kw_only=True)
class Notice(NoticeCourse):
    """
    A supervision notice (督办函) with its text and its answers.

    *by_post* and *by_office* are None where a step of the programme issued it.
    *course*: every answer and judgement in the order they came, of which the last stand
    beside it. *paper*: the document as which its paper was filed, once that is printed
    for the mail.
    """

    number: str
    programme: str
    step: str
    urgent: bool
    text: str
    by_post: str | None
    answer: str | None = None
    answered_by: str | None = None
    answer_post: str | None = None
    reviewed_by: str | None = None
    reasons: str | None = None
    course: tuple[Mapping[str, Any], ...] = ()
    paper: str | None = None
    by_office: str | None = None


def identity_of(step: str) -> str:
    """
    The id of the notice that a *step* reached issues, if its kind is one.
    """
    # Follows from the step: two replicas that reach it issue one notice, and the mail
    # can name it beforehand.
    return str(uuid5(NAMESPACE_OID, step))


def notice_of(
    reached: EscalationStep,
    step: SupervisionStep,
    duty: Duty | None,
    today: date,
    *,
    calendar: Calendar,
    directory: Directory,
) -> Notice | None:
    """
    The notice that a step reached issues today, if its kind is one.

    The time to answer is counted from today: nobody is late with what nobody could
    have read.
    """
    if step.kind != "notice" or step.reply is None:
        return None
    about = f"“{duty.title}”（期限为{duty.due_on}）" if duty else "长期无办理进展"
    return Notice(
        id=identity_of(reached.id),
        number=reached.number,
        office=reached.office,
        programme=reached.programme,
        duty=reached.duty,
        step=step.id,
        issued_on=today,
        reply_by=calendar.due(today, step.reply).day,
        urgent=step.urgent,
        text=f"{directory.matter_title(reached.number)}：{about}，请说明情况并反馈进展。",
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

    Raises `Conflict` if none is awaited, `Rejected` with every problem.
    """
    state, office = _move(notice, "answer"), directory.office(notice.office)
    reject_if(
        [
            *day_has_come(on, today, "/on"),
            *day_not_before(on, notice.state_on, "/on"),
            *post_exists(post, office.posts, "/post", office.name),
        ]
    )
    entry = _entry("answered", on, by, post=post, text=text, progress=progress)
    after = replace(
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
        course=(*notice.course, entry),
    )
    event = events.SupervisionAnswered(
        **_about(after, on), notice=notice.id, progress=progress
    )
    return after, event


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

    Raises `Conflict` if there is none to review, `Forbidden` to the account that wrote
    it, `Rejected` with every problem.
    """
    state = _move(notice, verdict)
    if is_account(notice.answered_by, by):
        raise Forbidden.because(
            "own_answer", "答复人不能审核自己的答复。", "请由督办方的审核人审核。"
        )
    reject_if(
        [
            *day_has_come(on, today, "/on"),
            *day_not_before(on, notice.answered_on or notice.issued_on, "/on"),
            *_reasons_given(verdict, reasons),
        ]
    )
    after = replace(
        notice,
        state=state,
        state_on=on,
        reviewed_by=by,
        reasons=reasons,
        course=(*notice.course, _entry(verdict, on, by, text=reasons)),
    )
    if verdict == "accepted":
        return after, None
    # An answer that was sent back counts as none, so the notice is unanswered again.
    sent_back = replace(after, progress=None, answered_on=None)
    return sent_back, events.SupervisionReturned(**_about(notice, on), notice=notice.id)


def _entry(
    act: str,
    on: date,
    by: str,
    *,
    post: str | None = None,
    text: str | None = None,
    progress: bool | None = None,
) -> dict[str, Any]:
    return {
        "act": act,
        "on": on.isoformat(),
        "by": by,
        "post": post,
        "text": text,
        "progress": progress,
    }


def end_of_notice(notice: NoticeCourse, on: date) -> NoticeEnded:
    """
    What the notice was about is done: nothing is left to answer.
    """
    # What it is about may have been done before it was issued.
    return NoticeEnded(on=max(on, notice.issued_on), notice=notice.id)


def issue_of_notice(notice: Notice) -> events.SupervisionIssued:
    return events.SupervisionIssued(
        **_about(notice, notice.issued_on),
        step=notice.step,
        kind="notice",
        notice=notice.id,
        duty=notice.duty,
        to_office=notice.office,
        reply_by=notice.reply_by,
    )


def paper_requested(notice: Notice) -> events.NoticePaperRequested:
    """
    The task to print the paper that is mailed with a notice.
    """
    return events.NoticePaperRequested(
        office=notice.office, case_number=notice.id, occurred_on=notice.issued_on
    )


def issuer_of(notice: Notice, programme: Programme, directory: Directory) -> str:
    """
    The office whose paper the notice is. Where a step of the programme issued it: the
    hub, or what is above the hub where the hub itself is supervised.
    """
    if notice.by_office:
        return notice.by_office
    if notice.office != programme.hub:
        return programme.hub
    return directory.parent(notice.office, notice.issued_on) or programme.hub


def _move(notice: Notice, act: str) -> str:
    state = MOVES.get((notice.state, act))
    if state is None:
        raise Conflict.because(
            "not_in_this_state",
            f"督办函{NoticeState(notice.state).chinese}，现在不能这样办理。",
            "请先查看督办函的状态。",
            "/number",
        )
    return state


def _reasons_given(verdict: str, reasons: str | None) -> Iterator[Problem]:
    if verdict == "returned" and not reasons:
        yield Problem(
            "reason_missing", "退回答复必须说明理由。", "请填写退回理由。", "/reasons"
        )


def _about(notice: Notice, on: date) -> dict[str, Any]:
    return {
        "office": notice.office,
        "case_number": notice.number,
        "occurred_on": on,
        "programme": notice.programme,
    }
