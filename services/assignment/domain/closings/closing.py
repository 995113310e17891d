"""
A case as its closing sees it: the moves it makes, how it flows back or is merged away.

Reporting, signing and reviewing a closing are in `submission`, `signatures` and
`review`. A procedural step never counts as resolved (PY-33).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.assignment import events
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import (
    CaseConcluded,
    CaseEnded,
    CaseReopened,
    CaseResolved,
    CaseRestored,
    CaseStruckOff,
    ClosingReturned,
    ClosingSubmitted,
)
from shared.errors import Conflict, Problem, reject_if
from shared.events import Event
from shared.rules import day_has_come, day_not_before, no_such_document
from shared.vocabulary import Standing

# standing, what happens -> the new standing
MOVES = {
    ("open", "submit"): "submitted",
    ("submitted", "return"): "open",
    ("submitted", "resolved"): "resolved",
    ("submitted", "ended"): "ended",
    ("submitted", "concluded"): "concluded",
    ("resolved", "reopen"): "open",
    ("ended", "reopen"): "open",
    ("concluded", "reopen"): "open",
    ("open", "strike_off"): "struck_off",
    ("struck_off", "restore"): "open",
}
REPORT_STATES = {"submitted": "待审核", "confirmed": "已审核确认", "returned": "已退回"}
NAMES = {str(each): each.chinese for each in Standing}
_ENDS: dict[str, type[Event]] = {
    "resolved": events.CaseResolved,
    "ended": events.CaseEnded,
    "concluded": events.CaseConcluded,
}
OVER = frozenset({*_ENDS, "struck_off"})
"""
How a case stands of which nothing is to be done any more.
"""
ENDED = CaseResolved | CaseEnded | CaseConcluded
# How a case stands after each fact that changes that.
STANDINGS: Mapping[type[Fact], str] = {
    ClosingSubmitted: "submitted",
    ClosingReturned: "open",
    CaseResolved: "resolved",
    CaseEnded: "ended",
    CaseConcluded: "concluded",
    CaseReopened: "open",
    CaseStruckOff: "struck_off",
    CaseRestored: "open",
}


@dataclass(frozen=True)
class ClosingCase:
    """
    A case as a closing sees it; *standing* is one of the states in `MOVES`.

    *hearing_asked*: its programme wants a decision on a hearing (PY-28);
    *ending_granted*: every level agreed that it is lawfully ended (JZ-31).
    *dispositions*: the heads under which it is counted as resolved (PY-01);
    *led_then*: whether it was led when it was resolved (I-25).
    *evaluated*: its present closing was looked into by others (I-31); *evaluated_on*:
    on which day, if that was after it had ended the case.
    """

    number: str
    office: str
    programme: str
    in_scope: bool
    standing: str
    opened_on: date
    merged: bool
    hearing_decided: bool
    led: bool
    concluded_on: date | None = None
    confirmed_on: date | None = None
    reopened_on: date | None = None
    hearing_asked: bool = True
    ending_granted: bool = False
    dispositions: tuple[str, ...] = ()
    led_then: bool = False
    evaluated: bool = False
    evaluated_on: date | None = None


@dataclass(frozen=True)
class Signature:
    """
    One signature under a closing: which of its route, by which post, on which day.

    *recorded_by*: the account that gave it; or that recorded it from the filed page
    *document_id* that carries it.
    """

    signer: str
    title: str
    office: str
    post: str
    on: date
    opinion: str | None
    recorded_by: str
    document_id: str | None = None


@dataclass(frozen=True)
class Document:
    """
    A document that a closing brings, by the name the packet gives it, and its number or
    where it is. *document_id*: that of the file, if it was filed with the case.
    """

    name: str
    reference: str
    document_id: str | None = None


def unfiled_problems(
    documents: Sequence[Document], filed: Collection[str]
) -> Iterator[Problem]:
    """
    The documents that refer to a file which was never filed with the case.
    """
    for place, document in enumerate(documents):
        identity = document.document_id
        if identity is not None and identity not in filed:
            yield no_such_document(identity, f"/documents/{place}/document_id")


def words_for_files(
    documents: Sequence[Document], wanted: str, names: Collection[str] | None = None
) -> Iterator[Problem]:
    """
    The documents that are no file of the case where files are *wanted*, by whom; all,
    or those of these *names*.
    """
    for place, document in enumerate(documents):
        if document.document_id is None and (names is None or document.name in names):
            yield Problem(
                "document_not_filed",
                f"{wanted}，“{document.name}”须是本案已上传的材料，"
                "或者系统制作并归卷的文书。",
                "请先上传（POST …/documents），再在 document_id 中填它的编号。",
                f"/documents/{place}/document_id",
            )


@dataclass(frozen=True)
class HeadEvidence:
    """
    One head of 三到位一处理, and the documents of the closing that show it (PY-01).
    """

    head: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class StandardItem:
    """
    One item of the standard as it read when the closing was reported.
    """

    id: str
    text: str
    source: str
    mandatory: bool


@dataclass(frozen=True)
class Tick:
    """
    An item that the reviewer confirmed: the documents and the facts that show it.
    """

    item: str
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Closing:
    """
    A report of closing, its evidence and its review.

    *concluded_on*: the day the case was closed, on which it counts; *submitted_on*:
    the day the report went to the hub. *documents*: name and reference of each
    (JZ-33 .. JZ-35); *head_evidence*: which of them show a head of
    三到位一处理. *return_reasons*: the programme's own, beside free *reasons*.
    *standard*: what it is judged by, as it was on the day of the report, and its
    *standard_version*.
    """

    id: str
    number: str
    kind: str
    concluded_on: date
    submitted_on: date
    dispositions: tuple[str, ...]
    measures: tuple[str, ...]
    narrative: str
    submitted_by: str
    documents: tuple[Document, ...] = ()
    head_evidence: tuple[HeadEvidence, ...] = ()
    standard: tuple[StandardItem, ...] = ()
    standard_version: str = ""
    signatures: tuple[Signature, ...] = ()
    state: str = "submitted"
    reviewed_on: date | None = None
    reviewed_by: str | None = None
    checklist: tuple[Tick, ...] = ()
    return_reasons: tuple[str, ...] = ()
    reasons: str | None = None

    @property
    def papers(self) -> tuple[Document, ...]:
        """
        The documents that it brings, and the filed pages that carry its signatures.
        """
        pages = (
            Document(f"签字页（{each.title}）", "", each.document_id)
            for each in self.signatures
            if each.document_id
        )
        return (*self.documents, *pages)

    @property
    def last_act(self) -> tuple[date, str]:
        """
        Return the day of the last signature, or of the submission if nobody has signed,
        and the Chinese name of that day.
        """
        if not self.signatures:
            return self.submitted_on, "报结日"
        last = self.signatures[-1]
        return last.on, f"上一项签字（{last.title}）之日"


def standing_after(matter: ClosingCase, act: str) -> str:
    """
    The standing after *act*.

    Raises `Conflict` if the case does not stand so, or was merged away.
    """
    standing = MOVES.get((matter.standing, act))
    if standing is None or matter.merged:
        stands = (
            "已并入其他案件，或已撤销登记" if matter.merged else NAMES[matter.standing]
        )
        raise Conflict.because(
            "not_in_this_state",
            f"案件{stands}，现在不能这样办理。",
            "请先查看案件的办理情况。",
            "/number",
        )
    return standing


def check_waiting(closing: Closing) -> None:
    """
    Raises `Conflict` if the closing was reviewed already.
    """
    if closing.state != "submitted":
        raise Conflict.because(
            "already_reviewed", "这次报结已经审核过。", "如需改变结论，请重新报结。"
        )


def end_of_case(matter: ClosingCase, on: date, confirmed_on: date) -> Event:
    """
    The end of a case that now stands closed, dated on the day it was concluded.
    """
    is_resolved = matter.standing == "resolved"
    further = (
        {"dispositions": matter.dispositions, "led": matter.led} if is_resolved else {}
    )
    return _ENDS[matter.standing].of(
        matter,
        on,
        in_scope=matter.in_scope,
        confirmed_on=confirmed_on,
        evaluated=matter.evaluated,
        **further,
    )


def merged_away(matter: ClosingCase, *, on: date, undone: bool) -> Iterator[Event]:
    """
    What a merge, or its undoing, does to the count of a case that is closed or struck
    off.

    A closing may be of a later day than the merge; until then it never counted.
    """
    if matter.standing == "struck_off":
        change = events.CaseStruckOff if undone else events.CaseRestored
        yield change.of(matter, on, in_scope=matter.in_scope, post="")
    if matter.standing in _ENDS:
        kind = events.ClosingRestored if undone else events.ClosingWithdrawn
        yield kind(
            office=matter.office,
            case_number=matter.number,
            # On that day at the earliest, or it would be taken back before it counted.
            occurred_on=max(on, matter.concluded_on or on),
            programme=matter.programme,
            in_scope=matter.in_scope,
            was=matter.standing,
            evaluated=matter.evaluated,
            evaluated_on=matter.evaluated_on,
            **_closing_of(matter, on),
        )


def last_reopened(facts: Iterable[Fact]) -> date | None:
    """
    The day a case last flowed back; None if it never did.
    """
    reopened = (fact.on for fact in facts if isinstance(fact, CaseReopened))
    return max(reopened, default=None)


def reopen(
    matter: ClosingCase, *, on: date, today: date
) -> tuple[ClosingCase, events.CaseReopened]:
    """
    A closed case flowed back; its clocks resume (S28).

    Raises `Conflict` if it is not closed, `Rejected` with every problem.
    """
    standing = standing_after(matter, "reopen")
    concluded_on = matter.concluded_on or on
    reject_if(
        [
            *day_has_come(on, today, "/reopened_on"),
            *day_not_before(on, concluded_on, "/reopened_on"),
        ]
    )
    event = events.CaseReopened(
        office=matter.office,
        case_number=matter.number,
        occurred_on=on,
        programme=matter.programme,
        in_scope=matter.in_scope,
        was=matter.standing,
        evaluated=matter.evaluated,
        evaluated_on=matter.evaluated_on,
        **_closing_of(matter, on),
    )
    closed_no_more = replace(matter, concluded_on=None, confirmed_on=None)
    return replace(closed_no_more, standing=standing), event


def _closing_of(matter: ClosingCase, on: date) -> dict[str, Any]:
    """
    Return the days on which the closing was concluded and confirmed, and what it
    counted as, for an event of day *on* that takes the closing back or restores it.
    """
    concluded_on = matter.concluded_on or on
    return {
        "concluded_on": concluded_on,
        "confirmed_on": matter.confirmed_on or concluded_on,
        "dispositions": matter.dispositions,
        "led": matter.led_then,
    }


def as_resolved(matter: ClosingCase, facts: Iterable[Fact]) -> ClosingCase:
    """
    Return the case with what its last resolution counted as: its heads (PY-01, XQ-02)
    and whether it was led (I-25). Unchanged if it is not resolved now.
    """
    resolutions = [fact for fact in facts if isinstance(fact, CaseResolved)]
    if matter.standing != "resolved" or not resolutions:
        return matter
    last = resolutions[-1]
    return replace(matter, dispositions=last.dispositions, led_then=last.led)
