"""
How the supervision notices of a matter went, by its facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.notices import (
    NoticeAccepted,
    NoticeAnswered,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from shared.policy.calendar import ONE_DAY

# state of a notice, what happens -> the new state
MOVES = {
    ("issued", "answer"): "answered",
    ("returned", "answer"): "answered",
    ("answered", "accepted"): "accepted",
    ("answered", "returned"): "returned",
    ("issued", "end"): "ended",
    ("answered", "end"): "ended",
    ("returned", "end"): "ended",
    ("accepted", "end"): "ended",
}

AboutNotice = NoticeAnswered | NoticeAccepted | NoticeReturned | NoticeEnded
_STATES: Mapping[type[Fact], str] = {
    NoticeAnswered: "answered",
    NoticeAccepted: "accepted",
    NoticeReturned: "returned",
    NoticeEnded: "ended",
}


@dataclass(frozen=True, kw_only=True)
class NoticeCourse:
    """
    How a supervision notice to an office stands, as the facts of its matter tell:
    answered by *reply_by*, then accepted or returned, until what it is about is done.

    *duty*: what it is about; None for the whole matter.
    """

    id: str
    office: str
    duty: str | None
    issued_on: date
    reply_by: date
    state_on: date
    state: str = "issued"
    progress: bool | None = None
    answered_on: date | None = None

    @property
    def waits(self) -> bool:
        """
        Whether the office owes an answer.
        """
        return (self.state, "answer") in MOVES

    @property
    def can_end(self) -> bool:
        """
        Whether doing what the notice was about still changes how it stands.
        """
        settled = self.state == "accepted" and self.progress
        return (self.state, "end") in MOVES and not settled

    def presses_for(self, others: Collection[NoticeCourse]) -> bool:
        """
        Whether it is about nothing but the answer to another notice.
        """
        return (self.duty or "").rpartition("/")[2] in {notice.id for notice in others}


def courses(facts: Iterable[Fact]) -> tuple[NoticeCourse, ...]:
    """
    The notices of a matter by its *facts*, in the order in which they were issued.
    """
    by_id: dict[str, NoticeCourse] = {}
    for fact in facts:
        if isinstance(fact, NoticeIssued):
            by_id[fact.notice] = NoticeCourse(
                id=fact.notice,
                office=fact.to_office,
                duty=fact.duty,
                issued_on=fact.on,
                reply_by=fact.reply_by,
                state_on=fact.on,
            )
        elif isinstance(fact, AboutNotice) and fact.notice in by_id:
            by_id[fact.notice] = _course_after(by_id[fact.notice], fact)
    return tuple(by_id.values())


def _course_after(notice: NoticeCourse, fact: AboutNotice) -> NoticeCourse:
    notice = replace(notice, state=_STATES[type(fact)], state_on=fact.on)
    if isinstance(fact, NoticeAnswered):
        return replace(notice, progress=fact.progress, answered_on=fact.on)
    if isinstance(fact, NoticeReturned):
        return replace(notice, progress=None, answered_on=None)
    return notice


def without_progress_since(issued: Sequence[NoticeCourse], count: int) -> date | None:
    """
    From when so many supervisions of a case will have brought no progress, if
    nothing more happens (XQ-47, A-23); None if it would take more of them.

    Notices of one day are one supervision, however many duties they are about. It
    has failed when the last of them was answered without progress, or not in time.
    Any progress, and doing what one of them was about, starts the count again.
    """
    begins = max((_progress(notice, issued) for notice in issued), default=date.min)
    failed = []
    for _, together in groupby(sorted(issued, key=_issue_day), _issue_day):
        days = [_failure(notice) for notice in together]
        if max(days) < date.max and max(days) > begins:
            failed.append(max(days))
    return sorted(failed)[count - 1] if len(failed) >= count else None


def _issue_day(notice: NoticeCourse) -> date:
    return notice.issued_on


def _progress(notice: NoticeCourse, others: Sequence[NoticeCourse]) -> date:
    """
    Return the day on which the notice brought progress, or the earliest day if it
    brought none.
    """
    if notice.state == "ended" and not notice.presses_for(others):
        return notice.state_on
    return notice.answered_on or date.min if notice.progress else date.min


def _failure(notice: NoticeCourse) -> date:
    """
    Return the day from which the notice counts as without progress, or the latest day
    if it never does.
    """
    missed = notice.reply_by + ONE_DAY
    if notice.progress or (notice.state == "ended" and notice.state_on < missed):
        return date.max
    if notice.state == "returned":
        return max(missed, notice.state_on)
    return notice.answered_on or missed
