"""
Cases handed down under a letter: what is in a batch, and how a case leaves it.

An office that is not competent objects within the rule's days and gives reasons
(TL-04, TL-19); the hander returns or refuses, the conference decides a dispute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.assignment import events
from services.assignment.domain.facts import Fact
from services.assignment.domain.measures import Share
from shared.calendar import Calendar, Due, Limit
from shared.directory import Directory
from shared.errors import Conflict, Fault
from shared.programme import Baseline, Programme
from shared.vocabulary import ClosingKind, ObjectionVerdict

RECEIVED = events.BatchReceived.type
OBJECTION = "objection"
ALL = "all"
# state of an objection, what happens -> the new state
MOVES = {
    ("raised", "returned"): "returned",
    ("raised", "refused"): "refused",
    ("refused", "dispute"): "disputed",
    ("disputed", "returned"): "returned",
    ("disputed", "refused"): "upheld",
}
_NAMES = {
    "raised": "等待交办单位决定",
    "refused": "交办单位不予同意",
    "disputed": "等待联席会议决定",
    "returned": "已同意退回",
    "upheld": "联席会议已维持交办",
}


@dataclass(frozen=True)
class Objection:
    """
    That a case is not the office's own, why, and what was decided.

    *decider*: the office whose decision it waits for.
    """

    id: str
    batch: str
    number: str
    programme: str
    office: str
    decider: str
    raised_on: date
    due_on: date | None
    reasons: str
    state: str = "raised"
    decided_on: date | None = None
    answer: str | None = None


def limit_of(programme: Programme, kind: str, on: date) -> Limit | None:
    """
    How long an office may object: the programme's own limit, else the law's of the
    day for its kind of office. None: no document says.
    """
    if programme.objections is not None:
        return programme.objections.limit
    for rule_set in programme.law:
        if rule_set.binds(on, kind):
            for named in rule_set.limits:
                if named.id.partition("_")[0] == OBJECTION:
                    return named.limit
    return None


def starts_clocks(programme: Programme) -> bool:
    """
    Whether any duty begins with the receipt, so that it must not go unrecorded.
    """
    return any(rule.opened_by == RECEIVED for rule in programme.every_duty_rule())


def stamped(facts: Iterable[Fact]) -> list[Fact]:
    """
    The facts of a case without the receipts presumed, where there is a stamp (A-11).
    """
    known = list(facts)
    stamps = {
        fact.payload.get("batch")
        for fact in known
        if fact.type == RECEIVED and not fact.payload.get("presumed")
    }
    return [
        fact
        for fact in known
        if not (fact.payload.get("presumed") and fact.payload.get("batch") in stamps)
    ]


def received_on(
    receipts: Mapping[str, str | None],
    office: str,
    handed_on: date,
    programme: Programme,
) -> date:
    """
    The day on the receipt; without one, so many days after sending (A-11).
    """
    stamped = receipts.get(office)
    if stamped:
        return date.fromisoformat(stamped)
    return handed_on + timedelta(days=programme.settings.receipt_days)


def objection_due(
    programme: Programme, kind: str, received: date, calendar: Calendar
) -> Due | None:
    limit = limit_of(programme, kind, received)
    return calendar.due(received, limit) if limit else None


def in_time(on: date, due: Due | None) -> Iterator[Fault]:
    """
    An objection after the rule's days is no objection any more.
    """
    if due is not None and on > due.day:
        yield Fault(
            "objection_too_late",
            f"提出异议的期限是 {due.day}，现为 {on}。",
            "期限已过，请按交办要求办理，或者报交办单位协调。",
            "/on",
        )


def decide(objection: Objection, *, verdict: str, on: date, answer: str) -> Objection:
    """
    The hander, or in a dispute the conference, says who is right.

    Raises `Conflict` if nothing is to be decided.
    """
    state = _move(objection, verdict)
    return replace(objection, state=state, decided_on=on, answer=answer)


def dispute(objection: Objection, *, decider: str) -> Objection:
    """
    The office does not accept the refusal. Raises `Conflict` if there was none.
    """
    return replace(objection, state=_move(objection, "dispute"), decider=decider)


def _move(objection: Objection, act: str) -> str:
    state = MOVES.get((objection.state, act))
    if state is None:
        raise Conflict.because(
            "not_in_this_state",
            f"这项异议{_NAMES[objection.state]}，现在不能这样办理。",
            "请先查看异议的办理情况。",
            "/number",
        )
    return state


def verdict_of(objection: Objection) -> str:
    """
    What a rule may ask for: the case was returned, or it stays.
    """
    returned = objection.state == ObjectionVerdict.RETURNED
    return ObjectionVerdict.RETURNED if returned else ObjectionVerdict.REFUSED


def conference_of(
    programme: Programme, hander: str, directory: Directory, on: date
) -> str:
    """
    Who decides a dispute: the office the programme names, else the one above the
    hander, else the hander's own.
    """
    named = programme.objections.dispute_to if programme.objections else ""
    if named and directory.exists(named, on):
        return named
    return directory.parent(hander, on) or hander


def kind_faults(kind: str | None, programme: Programme) -> Iterator[Fault]:
    """
    First run, second run, as the programme names them (XQ-16, XQ-17).
    """
    known = [each.id for each in programme.batch_kinds]
    if kind is not None and kind not in known:
        yield Fault(
            "no_such_batch_kind",
            f"本专项没有交办批次种类“{kind}”。",
            f"可填：{'、'.join(known)}。" if known else "本专项不分种类，请不要填写。",
            "/kind",
        )


def track_faults(
    tracks: Iterable[tuple[str, str]], confirmed: str | None
) -> Iterator[Fault]:
    """
    What arose after the cut-off goes the everyday way (PY-47): cases of both tracks
    are not handed down together unless a person says by which.
    """
    listed = list(tracks)
    if confirmed is None and len({track for _, track in listed}) > 1:
        for index, (number, track) in enumerate(listed):
            if track == "everyday":
                yield Fault(
                    "other_track",
                    f"案件 {number} 属日常交办范围，与专项案件混在同一批。",
                    "请分开交办，或者在 track 中写明本批按哪一类办理。",
                    f"/case_numbers/{index}",
                )


def stated_in(
    programme: Programme, baseline_id: str
) -> tuple[Baseline | None, tuple[Fault, ...]]:
    """
    The baseline the programme states; one that states none has the base `all`.
    """
    known = {each.id: each for each in programme.baselines}
    if baseline_id in known or (not known and baseline_id == ALL):
        return known.get(baseline_id), ()
    names = "、".join(known) or ALL
    detail = f"本专项没有基数“{baseline_id}”。"
    fault = Fault("no_such_baseline", detail, f"可填：{names}。", "/baseline")
    return None, (fault,)


def freezing_faults(stated: Baseline | None, on: date) -> Iterator[Fault]:
    """
    Only what the document freezes is frozen, and on the day it says.
    """
    if stated is None:
        return
    if stated.base == "live":
        yield Fault(
            "baseline_is_live",
            f"“{stated.title}”按实时清单计算，不冻结。",
            "实时数见各报表。",
            "/baseline",
        )
    elif stated.frozen_on != on:
        yield Fault(
            "other_day",
            f"“{stated.title}”应以 {stated.frozen_on} 的清单为准。",
            f"请填写 {stated.frozen_on}。",
            "/frozen_on",
        )


def belongs(baseline: Baseline | None, programme: Programme, origin: object) -> bool:
    """
    Whether a case of that origin counts in the baseline; one without origins takes
    what no other names.
    """
    if baseline is None:
        return True
    if baseline.origins:
        return origin in baseline.origins
    others: Collection[str] = {o for each in programme.baselines for o in each.origins}
    return origin not in others


@dataclass(frozen=True)
class CountedCase:
    """
    A case as a baseline counts it.
    """

    number: str
    origin: str | None
    standing: str
    concluded_on: date | None

    def resolved_by(self, as_of: date) -> bool:
        ended = self.concluded_on is not None and self.concluded_on <= as_of
        return ended and self.standing == ClosingKind.RESOLVED


def short_by(resolved: Share, percent: int) -> int:
    """
    How many more a milestone asks for, in whole cases (I-21).
    """
    wanted = -(-percent * resolved.whole // 100)
    return max(0, wanted - resolved.part)
