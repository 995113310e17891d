"""
Supervision: what the ladder brought up, notices and their answers, candidates.

The clock finds; people issue urgent notices, judge answers and decide on interviews.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment import events, supervising
from services.assignment.climbing import Climbing
from services.assignment.domain import inspection, supervision
from services.assignment.domain.closing import has_come, not_before
from services.assignment.domain.supervision import Notice
from services.assignment.schemas import ListQuery
from services.assignment.store import Matters
from services.assignment.store.standings import standings
from services.assignment.store.supervision import Crossings, Notices
from shared.errors import Conflict, Fault, Forbidden, reject_if
from shared.http import CLERKS, LEADERS, Call, Page, after, api, found, page_of
from shared.programme import Programme


class SupervisionDoor(Climbing):
    """
    督办、通报、约谈.
    """

    @api(
        "GET",
        "/supervision",
        query=supervising.SupervisionQuery,
        answer=supervising.CrossingView,
        many=True,
    )
    def supervised(self, call: Call) -> Page:
        """
        List the steps that an office and those below it came to.
        """
        limit = call.query["limit"]
        rows = Crossings(call.session).page(
            call.offices(),
            after(call.query),
            limit + 1,
            kind=call.query.get("kind"),
            state=call.query.get("state"),
        )
        return page_of(rows, limit, lambda row: row.id)

    @api("GET", "/notices", query=ListQuery, answer=supervising.NoticeView, many=True)
    def notices(self, call: Call) -> Page:
        """
        List the supervision notices to an office and those below it.
        """
        limit = call.query["limit"]
        rows = Notices(call.session).page(call.offices(), after(call.query), limit + 1)
        return page_of(list(rows), limit, lambda notice: notice.id)

    @api("GET", "/notices/<number>", answer=supervising.NoticeView)
    def notice(self, call: Call) -> Notice:
        """
        Show a supervision notice and its answer.
        """
        return self._notice(call)

    @api(
        "POST",
        "/notices",
        roles=LEADERS,
        refusals=(404,),
        body=supervising.NoticeBody,
        answer=supervising.NoticeView,
        status=201,
    )
    def issue_notice(self, call: Call) -> Notice:
        """
        Issue a supervision notice by hand; its answer is a duty like any other.
        """
        body = call.body
        row = self.matter_known(call, body["number"], lock=True)
        _from_above(call, row.office)
        programme = self.programmes.get(row.programme)
        reply_by = body["reply_by"] or self._reply_by(programme, body["issued_on"])
        reject_if(
            [
                *has_come(body["issued_on"], call.today, "/issued_on"),
                *not_before(body["issued_on"], row.opened_on, "/issued_on"),
                *_reply_day(reply_by, body["issued_on"]),
                *supervision.no_such_post(
                    call.who.office, body["by_post"], self.directory, "/by_post"
                ),
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
        )
        self.issue(call.session, notice)
        self.announce(call.session, self._told(notice))
        return notice

    @api(
        "POST",
        "/notices/<number>/answers",
        roles=CLERKS,
        body=supervising.AnswerBody,
        answer=supervising.NoticeView,
        status=201,
    )
    def answer_notice(self, call: Call) -> Notice:
        """
        Answer a supervision notice, with or without progress.
        """
        body, asked = call.body, self._notice(call, lock=True)
        answered, event = supervision.answer(
            asked,
            on=body["on"],
            by=call.who.actor,
            post=body["post"],
            text=body["text"],
            progress=body["progress"],
            today=call.today,
            directory=self.directory,
        )
        return self._put(call, answered, event)

    @api(
        "POST",
        "/notices/<number>/reviews",
        roles=LEADERS,
        body=supervising.AnswerReviewBody,
        answer=supervising.NoticeView,
        status=201,
    )
    def review_answer(self, call: Call) -> Notice:
        """
        Accept the answer to a notice, or send it back: then it is owed again.
        """
        body, asked = call.body, self._notice(call, lock=True)
        _from_above(call, asked.office)
        reviewed, event = supervision.review(
            asked,
            verdict=body["verdict"],
            on=body["on"],
            by=call.who.actor,
            reasons=body["reasons"],
            today=call.today,
        )
        return self._put(call, reviewed, event)

    @api(
        "GET",
        "/inspection-candidates",
        query=supervising.CandidateQuery,
        answer=supervising.CandidatesView,
    )
    def inspection_candidates(self, call: Call) -> dict[str, Any]:
        """
        The offices that the programme's thresholds name, with the reason (PY-37).
        """
        programme, as_of = (
            self.programme_of(call.query["programme"]),
            call.query["as_of"],
        )
        counts = standings(call.session, programme.code, call.offices(), as_of)
        thresholds = programme.supervision.thresholds if programme.supervision else ()
        percent = programme.milestone_for(as_of).percent
        named = inspection.candidates(thresholds, counts, percent)
        return {
            "programme": programme.code,
            "office": call.office(),
            "as_of": as_of,
            "items": [self._candidate(each) for each in named],
        }

    @api(
        "POST",
        "/interviews",
        roles=LEADERS,
        refusals=(404,),
        body=supervising.InterviewBody,
        answer=supervising.CrossingView,
        status=201,
    )
    def decide_interview(self, call: Call) -> Any:
        """
        Record what a person decided about a candidate for interview (XQ-47).
        """
        body, crossings = call.body, Crossings(call.session)
        candidate = crossings.get(body["candidate"])
        known = candidate if candidate and candidate.kind == _CANDIDATE else None
        row = found(known, "约谈建议", body["candidate"])
        call.office(row.office)
        _from_above(call, row.office)
        reject_if(
            [
                *has_come(body["on"], call.today, "/on"),
                *not_before(body["on"], row.on, "/on"),
                *supervision.no_such_post(
                    call.who.office, body["by_post"], self.directory, "/by_post"
                ),
            ]
        )
        taken = crossings.decide(
            **body,
            office=row.office,
            programme=row.programme,
            recorded_by=call.who.actor,
        )
        if not taken:
            raise Conflict.because(
                "already_decided", "是否约谈已有决定。", "无需再次决定。", "/candidate"
            )
        self.announce(
            call.session,
            events.InterviewDecided(
                office=row.office,
                case_number=row.number,
                occurred_on=body["on"],
                programme=row.programme,
                candidate=row.id,
                decision=body["decision"],
            ),
        )
        return crossings.get(row.id)

    def _put(self, call: Call, notice: Notice, event: Any) -> Notice:
        Notices(call.session).put(notice)
        self.watch(call.session, notice)
        if event:
            self.record(call.session, event)
        self.weigh(call.session, [notice.number], call.today)
        return notice

    def _notice(self, call: Call, *, lock: bool = False) -> Notice:
        """
        The notice asked for; its matter's row is held first, as by all who touch it.
        """
        number, notices = call.path["number"], Notices(call.session)
        notice: Notice = found(notices.get(number), "督办函", number)
        call.office(notice.office)
        if not lock:
            return notice
        Matters(call.session).lock(notice.number)
        return notices.get(number) or notice

    def _told(self, notice: Notice) -> events.SupervisionCrossed:
        """
        A notice by hand goes out like one the ladder brought.
        """
        return events.SupervisionCrossed(
            office=notice.office,
            case_number=notice.number,
            occurred_on=notice.issued_on,
            programme=notice.programme,
            crossing=notice.id,
            step=notice.step,
            kind="notice",
            title="督办函",
            about=notice.text,
            duty=None,
            to_office=notice.office,
            to_post=supervision.chief_of(notice.office, self.directory),
            urgent=notice.urgent,
        )

    def _reply_by(self, programme: Programme, issued_on: date) -> date | None:
        """
        As long as the programme gives for its first notice, if it has one.
        """
        steps = programme.supervision.steps if programme.supervision else ()
        limits = [step.reply for step in steps if step.reply]
        return self.calendar.due(issued_on, limits[0]).day if limits else None

    def _candidate(self, each: inspection.Candidate) -> dict[str, Any]:
        return {
            "office": each.office,
            "name": self.directory.office(each.office).name,
            "threshold": each.threshold.id,
            "title": each.threshold.title,
            "measure": each.threshold.measure,
            "value": each.shown,
            "reason": each.reason,
            "source": each.threshold.source,
        }


_CANDIDATE = "interview_candidate"


def _from_above(call: Call, office: str) -> None:
    """
    Nobody supervises his own office.
    """
    if call.who.office == office:
        raise Forbidden.because(
            "own_office", "不能督办本机关。", "请由上级机关或主管部门办理。"
        )


def _reply_day(reply_by: date | None, issued_on: date) -> Iterator[Fault]:
    if reply_by is None:
        yield Fault(
            "reply_by_missing",
            "本专项没有规定督办函的答复期限。",
            "请填写答复期限。",
            "/reply_by",
        )
    elif reply_by <= issued_on:
        yield Fault(
            "date_before_start",
            f"答复期限 {reply_by} 不晚于发函日 {issued_on}。",
            "请核对日期的先后。",
            "/reply_by",
        )
