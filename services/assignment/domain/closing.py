"""
How a case ends: reported by the responsible office, reviewed by the city's hub.

A procedural step never counts as resolved (PY-33); nothing ends without review.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.assignment import events
from services.assignment.domain.facts import Fact
from shared.errors import Conflict, Fault, Forbidden, reject_if
from shared.events import Event
from shared.programme import Programme
from shared.vocabulary import ClosingKind, Verdict

# standing, what happens -> the new standing
MOVES = {
    ("open", "submit"): "submitted",
    ("submitted", "return"): "open",
    ("submitted", "resolved"): "resolved",
    ("submitted", "lawful_ending"): "ended",
    ("submitted", "procedural"): "concluded",
    ("resolved", "reopen"): "open",
    ("ended", "reopen"): "open",
    ("concluded", "reopen"): "open",
}
_NAMES = {
    "open": "办理中",
    "submitted": "已报结待审核",
    "resolved": "已化解",
    "ended": "已依法终结",
    "concluded": "已程序性办结",
}
_ENDS: dict[str, type[Event]] = {
    "resolved": events.CaseResolved,
    "ended": events.CaseEnded,
    "concluded": events.CaseConcluded,
}


@dataclass(frozen=True)
class Matter:
    """
    A case as a closing sees it; *standing* is one of the states in `MOVES`.

    *hearing_asked*: its programme wants a decision on a hearing (PY-28).
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
    reopened_on: date | None = None
    hearing_asked: bool = True


@dataclass(frozen=True)
class Closing:
    """
    A report of closing, its evidence and what the review said.
    """

    id: str
    number: str
    kind: str
    concluded_on: date
    dispositions: tuple[str, ...]
    measures: tuple[str, ...]
    narrative: str
    submitted_by: str
    state: str = "submitted"
    reviewed_on: date | None = None
    reviewed_by: str | None = None
    checklist: tuple[str, ...] = ()
    reasons: str | None = None


def _move(matter: Matter, act: str) -> str:
    moved = MOVES.get((matter.standing, act))
    if moved is None or matter.merged:
        standing = "已并入其他案件" if matter.merged else _NAMES[matter.standing]
        raise Conflict.because(
            "not_in_this_state",
            f"案件{standing}，现在不能这样办理。",
            "请先查看案件的办理情况。",
            "/number",
        )
    return moved


def submit(matter: Matter, closing: Closing, *, today: date) -> tuple[Matter, Event]:
    """
    Report a case closed and ask for review.

    Raises `Conflict` if the case is not open, `Rejected` with every fault.
    """
    standing = _move(matter, "submit")
    reject_if(
        [
            *has_come(closing.concluded_on, today, "/concluded_on"),
            *not_before(closing.concluded_on, _next_day(matter), "/concluded_on"),
            *_led(matter),
            *(_substantive(matter, closing) if _claims_resolved(closing) else ()),
        ]
    )
    return replace(matter, standing=standing), events.ClosingSubmitted(
        office=matter.office,
        case_number=matter.number,
        occurred_on=closing.concluded_on,
        programme=matter.programme,
        kind=closing.kind,
    )


def _next_day(matter: Matter) -> date:
    """
    The first day the case can be concluded on: after it flowed back, the day after,
    else it would for a while be resolved twice.
    """
    if matter.reopened_on is None:
        return matter.opened_on
    return matter.reopened_on + timedelta(days=1)


def _claims_resolved(closing: Closing) -> bool:
    return closing.kind == ClosingKind.RESOLVED


def check_has_come(day: date, today: date, place: str) -> None:
    """
    Raises `Rejected` for a day that is still to come.
    """
    reject_if(has_come(day, today, place))


def has_come(day: date, today: date, place: str) -> Iterator[Fault]:
    """
    What has happened has a day that has come.
    """
    if day > today:
        yield Fault(
            "date_in_future",
            f"日期 {day} 晚于今天 {today}。",
            "请填写已经发生的日期。",
            place,
        )


def not_before(day: date, start: date, place: str) -> Iterator[Fault]:
    """
    Nothing happens before what it follows from.
    """
    if day < start:
        yield Fault(
            "date_before_start",
            f"日期 {day} 早于 {start}。",
            "请核对日期的先后。",
            place,
        )


def _led(matter: Matter) -> Iterator[Fault]:
    """
    Somebody answered for it: leader and department are named (PY-17).
    """
    if not matter.led:
        yield Fault(
            "case_not_led",
            "案件尚未按规则落实包案领导和责任部门。",
            "请先落实包案领导和责任部门。",
            "/number",
        )


def _substantive(matter: Matter, closing: Closing) -> Iterator[Fault]:
    """
    Really settled: judged by the four heads, with a measure, hearing decided.

    PY-01, PY-28, PY-29, PY-33.
    """
    if not closing.dispositions:
        yield Fault(
            "disposition_missing",
            "没有对诉求作出评判（三到位一处理）。",
            "请至少选择一项。",
            "/dispositions",
        )
    if not closing.measures:
        yield Fault(
            "measure_missing",
            "没有实质性化解措施，程序性办结不算化解。",
            "请填写所采取的措施，或按程序性办结报结。",
            "/measures",
        )
    if matter.hearing_asked and not matter.hearing_decided:
        yield Fault(
            "hearing_decision_missing",
            "尚未决定是否听证。",
            "请先在听证服务登记决定：听证，或不需听证及理由。",
            "/number",
        )


def review(
    matter: Matter,
    closing: Closing,
    *,
    verdict: str,
    on: date,
    by: str,
    checklist: Collection[str],
    reasons: str | None,
    programme: Programme,
    today: date,
) -> tuple[Matter, Closing, Event]:
    """
    Confirm a closing or send it back (PY-44, XQ-42).

    Raises `Conflict` if it was reviewed already, `Forbidden` if the reviewer is
    who submitted it, `Rejected` with every fault.
    """
    if closing.state != "submitted":
        raise Conflict.because(
            "already_reviewed", "这次报结已经审核过。", "如需改变结论，请重新报结。"
        )
    if by == closing.submitted_by:
        raise Forbidden.because(
            "own_closing", "报结人不能审核自己的报结。", "请由另一名审核人审核。"
        )
    confirmed = verdict == Verdict.CONFIRMED
    standing = _move(matter, closing.kind if confirmed else "return")
    reject_if(
        [
            *has_come(on, today, "/reviewed_on"),
            *not_before(on, closing.concluded_on, "/reviewed_on"),
            *_reasons_given(reasons, confirmed=confirmed),
            *_checklist_known(checklist, programme),
            *(_checklist_complete(closing, checklist, programme) if confirmed else ()),
        ]
    )
    reviewed = replace(
        closing,
        state=verdict,
        reviewed_on=on,
        reviewed_by=by,
        checklist=tuple(checklist),
        reasons=reasons,
    )
    if not confirmed:
        returned = events.ClosingReturned(
            office=matter.office,
            case_number=matter.number,
            occurred_on=on,
            programme=matter.programme,
            kind=closing.kind,
        )
        return replace(matter, standing=standing), reviewed, returned
    ended = replace(matter, standing=standing, concluded_on=closing.concluded_on)
    return ended, reviewed, _end(ended, closing.concluded_on)


def _end(matter: Matter, on: date) -> Event:
    return _ENDS[matter.standing](
        office=matter.office,
        case_number=matter.number,
        occurred_on=on,
        programme=matter.programme,  # type: ignore[call-arg]
        in_scope=matter.in_scope,
    )


def merged_away(matter: Matter, *, on: date, undone: bool) -> Iterator[Event]:
    """
    What a merge, or its undoing, does to the count of a case that is closed.

    A closing may be of a later day than the merge; until then it never counted.
    """
    if matter.standing in _ENDS:
        kind = events.ClosingRestored if undone else events.ClosingWithdrawn
        yield kind(
            office=matter.office,
            case_number=matter.number,
            occurred_on=max(on, matter.concluded_on or on),
            programme=matter.programme,
            in_scope=matter.in_scope,
            was=matter.standing,
        )


def _reasons_given(reasons: str | None, *, confirmed: bool) -> Iterator[Fault]:
    if not confirmed and not reasons:
        yield Fault(
            "reasons_missing", "退回报结必须说明理由。", "请填写退回理由。", "/reasons"
        )


def _checklist_known(
    checklist: Collection[str], programme: Programme
) -> Iterator[Fault]:
    known = {item.id for item in programme.closing.checklist}
    for index, item in enumerate(checklist):
        if item not in known:
            yield Fault(
                "no_such_item",
                f"办结标准里没有“{item}”。",
                f"可填：{'、'.join(sorted(known))}。",
                f"/checklist/{index}",
            )


def _checklist_complete(
    closing: Closing, checklist: Collection[str], programme: Programme
) -> Iterator[Fault]:
    """
    Every mandatory item of the closing standard was checked (PY-31).
    """
    for item in programme.closing.checklist:
        wanted = item.mandatory and closing.kind in item.kinds
        if wanted and item.id not in checklist:
            yield Fault(
                "standard_not_met",
                f"办结标准“{item.text}”未核对。",
                f"核对后请在 checklist 填入 {item.id}，否则请退回。",
                "/checklist",
            )


def last_reopened(facts: Iterable[Fact]) -> date | None:
    """
    The day a case last flowed back; None if it never did.
    """
    reopened = events.CaseReopened.type
    return max((fact.on for fact in facts if fact.type == reopened), default=None)


def reopen(
    matter: Matter, *, on: date, today: date
) -> tuple[Matter, events.CaseReopened]:
    """
    A closed case flowed back; its clocks resume (S28).

    Raises `Conflict` if it is not closed, `Rejected` with every fault.
    """
    standing = _move(matter, "reopen")
    concluded_on = matter.concluded_on or on
    reject_if(
        [
            *has_come(on, today, "/reopened_on"),
            *not_before(on, concluded_on, "/reopened_on"),
        ]
    )
    event = events.CaseReopened(
        office=matter.office,
        case_number=matter.number,
        occurred_on=on,
        programme=matter.programme,
        in_scope=matter.in_scope,
        was=matter.standing,
    )
    return replace(matter, standing=standing, concluded_on=None), event
