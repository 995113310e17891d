"""
Supervision notices (督办函): issued by people too, answered, judged.

That an answer is owed is a duty of the programme like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record, record_fact
from services.assignment.domain.escalation import notices as letters
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.escalation.steps import chief_of
from services.assignment.domain.facts.notices import NoticeAccepted
from services.assignment.endpoints.lookup import (
    matter_in_sight,
    matter_of,
    programme_of,
)
from services.assignment.schemas.duties import escalation as schemas
from services.assignment.store import OUTBOX, Matters, Notices
from shared.errors import Forbidden, Problem, reject_if
from shared.events import Event
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before, post_exists
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.paging import Page


@api(
    "GET",
    "/notices",
    query=schemas.NoticeQuery,
    answer=schemas.NoticeView,
    many=True,
)
def list_notices(call: Call) -> Page[Notice]:
    """
    List the supervision notices to an office and those below it, oldest first.
    """
    query = call.query
    if query.get("programme"):
        programme_of(query["programme"])
    return Notices(call.session).of_offices(
        call.offices(),
        call.page,
        state=query.get("state"),
        number=query.get("number"),
        programme=query.get("programme"),
    )


@api("GET", "/notices/<number>", answer=schemas.NoticeView)
def show_notice(call: Call) -> Notice:
    """
    Show a supervision notice and its answer.
    """
    return _notice_of(call)


@api(
    "POST",
    "/notices",
    roles=LEADERS,
    refusals=(404,),
    body=schemas.NoticeBody,
    answer=schemas.NoticeView,
    status=201,
)
def issue_notice(call: Call) -> Notice:
    """
    Issue a supervision notice by hand; its answer is a duty like any other.
    """
    body = call.body
    row = matter_of(call, body["number"], lock=True)
    from_above(call, row.office)
    programme = current_policy().programmes.get(row.programme)
    reply_by = body["reply_by"] or _reply_by(programme, body["issued_on"])
    own = current_policy().directory.office(call.who.office)
    reject_if(
        [
            *day_has_come(body["issued_on"], call.today, "/issued_on"),
            *day_not_before(body["issued_on"], row.opened_on, "/issued_on"),
            *_reply_day(reply_by, body["issued_on"]),
            *post_exists(body["by_post"], own.posts, "/by_post", own.name),
        ]
    )
    notice = Notice(
        id=str(uuid7()),
        number=row.number,
        office=row.office,
        programme=row.programme,
        duty=None,
        step="by_hand",
        issued_on=body["issued_on"],
        reply_by=reply_by or body["issued_on"],
        urgent=body["urgent"],
        text=body["text"],
        by_post=body["by_post"],
        state_on=body["issued_on"],
        by_office=call.who.office,
    )
    Notices(call.session).insert(notice)
    record(call.session, letters.issue_of_notice(notice))
    has_paper = programme.mailed_paper("notice_issued") is not None
    OUTBOX.announce(call.session, _step_of(notice, printed=has_paper))
    if has_paper:
        OUTBOX.announce(call.session, letters.paper_requested(notice))
    return notice


@api(
    "POST",
    "/notices/<number>/answers",
    roles=CLERKS,
    body=schemas.AnswerBody,
    answer=schemas.NoticeView,
    status=201,
)
def answer_notice(call: Call) -> Notice:
    """
    Answer a supervision notice, with or without progress.
    """
    body, notice = call.body, _notice_of(call, lock=True)
    after, event = letters.answer(
        notice,
        on=body["on"],
        by=call.who.account,
        post=body["post"],
        text=body["text"],
        progress=body["progress"],
        today=call.today,
        directory=current_policy().directory,
    )
    return _save(call, after, event)


@api(
    "POST",
    "/notices/<number>/reviews",
    roles=LEADERS,
    body=schemas.AnswerReviewBody,
    answer=schemas.NoticeView,
    status=201,
)
def review_answer(call: Call) -> Notice:
    """
    Accept the answer to a notice, or send it back: then it is owed again.
    """
    body, notice = call.body, _notice_of(call, lock=True)
    from_above(call, notice.office)
    after, event = letters.review(
        notice,
        verdict=body["verdict"],
        on=body["on"],
        by=call.who.account,
        reasons=body["reasons"],
        today=call.today,
    )
    return _save(call, after, event)


def _save(call: Call, notice: Notice, event: Event | None) -> Notice:
    """
    Save a notice and record what happened to it. An accepted answer is not announced.
    """
    Notices(call.session).update(notice)
    if event:
        record(call.session, event)
    else:
        accepted = NoticeAccepted(on=notice.state_on, notice=notice.id)
        record_fact(call.session, notice.number, accepted)
    return notice


def _notice_of(call: Call, *, lock: bool = False) -> Notice:
    """
    Return the notice in the path. The row of its matter is locked first, as in every
    change of a notice.
    """
    number, notices = call.path["number"], Notices(call.session)
    notice = matter_in_sight(call, notices.get(number), "督办函", number)
    if not lock:
        return notice
    Matters(call.session).lock(notice.number)
    return notices.get(number) or notice


def _step_of(notice: Notice, *, printed: bool) -> events.EscalationStepReached:
    """
    Return the event by which a notice that a person issued is mailed like any other;
    *printed*: with its paper.
    """
    return events.EscalationStepReached.of(
        notice,
        notice.issued_on,
        escalation_step=notice.id,
        step=notice.step,
        kind="notice",
        title="督办函",
        about=notice.text,
        duty=None,
        to_office=notice.office,
        to_post=chief_of(notice.office, current_policy().directory),
        urgent=notice.urgent,
        paper=notice.id if printed else None,
    )


def _reply_by(programme: Programme, issued_on: date) -> date | None:
    """
    As long as the programme gives for its first notice, if it has one.
    """
    steps = programme.supervision.steps if programme.supervision else ()
    limits = [step.reply for step in steps if step.reply]
    return current_policy().calendar.due(issued_on, limits[0]).day if limits else None


def from_above(call: Call, office: str) -> None:
    """
    Nobody supervises his own office.
    """
    if call.who.office == office:
        raise Forbidden.because(
            "own_office", "不能督办本机关。", "请由上级机关或主管部门办理。"
        )


def _reply_day(reply_by: date | None, issued_on: date) -> Iterator[Problem]:
    if reply_by is None:
        yield Problem(
            "reply_by_missing",
            "本专项没有规定督办函的答复期限。",
            "请填写答复期限。",
            "/reply_by",
        )
    elif reply_by <= issued_on:
        yield Problem(
            "date_before_start",
            f"答复期限 {reply_by} 不晚于发函日 {issued_on}。",
            "请核对日期的先后。",
            "/reply_by",
        )
