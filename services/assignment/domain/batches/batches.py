"""
Cases handed down under a letter: what is in a batch, and how a case leaves it.

An office that is not competent objects within the rule's days and gives reasons
(TL-04, TL-19); the handing office returns or refuses, the conference decides a dispute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.batches import BatchReceived
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from shared.errors import Conflict, Problem
from shared.policy.calendar import Calendar, Due, Limit
from shared.policy.programme import Programme
from shared.vocabulary import ObjectionVerdict, Track

OBJECTION = "objection"
# state of an objection, what happens -> the new state
MOVES = {
    ("raised", "returned"): "returned",
    ("raised", "refused"): "refused",
    ("refused", "dispute"): "disputed",
    ("disputed", "returned"): "returned",
    ("disputed", "refused"): "upheld",
    # the case was withdrawn meanwhile
    ("raised", "withdraw"): "void",
    ("refused", "withdraw"): "void",
    ("disputed", "withdraw"): "void",
}
ITEM_STATES = {"handed": "已交办", "returned": "已退回", "withdrawn": "已撤回"}
STATES = {
    "raised": "等待交办单位决定",
    "refused": "交办单位不予同意",
    "disputed": "等待联席会议决定",
    "returned": "已同意退回",
    "upheld": "联席会议已维持交办",
    "void": "因交办已收回而终止",
}


@dataclass(frozen=True)
class Batch:
    """
    Cases handed down under one letter.

    *kind*: which run, if the programme names runs (XQ-16). *office*: the handing office
    (交办单位). *receipts*: the day each of the *offices* confirmed receipt, if it has.
    """

    id: str
    programme: str
    letter_no: str
    source: str
    kind: str | None
    track: Track
    office: str
    handed_on: date
    due_on: date | None
    case_numbers: tuple[str, ...]
    offices: tuple[str, ...]
    receipts: Mapping[str, date | None]


@dataclass(frozen=True)
class BatchItem:
    """
    A case in a batch, handed to an *office*; *state*: handed, returned or withdrawn.
    *from_office*: the office that had it before, if the batch moved it.
    """

    batch: str
    number: str
    office: str
    state: str = "handed"
    left_on: date | None = None
    reason: str | None = None
    from_office: str | None = None


@dataclass(frozen=True)
class FiledLetter:
    """
    The letter to an *office* was filed with so many *cases*; *digest*: SHA-256 of its
    content, which is stored once.
    """

    office: str
    title: str
    digest: str
    cases: int


@dataclass(frozen=True)
class Filing:
    """
    An office filed its list (备案): *cases* is the number of cases on it.
    """

    id: str
    programme: str
    office: str
    filed_on: date
    cases: int
    received_by: str


@dataclass(frozen=True)
class ObjectionStep:
    """
    What came of an objection: its new state, on which day, by whom and why.
    """

    on: date
    state: str
    by: str
    reasons: str


@dataclass(frozen=True)
class Objection:
    """
    An office says that a case is not its own, with the reasons and what came of it.

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
    course: tuple[ObjectionStep, ...] = ()

    @property
    def last_on(self) -> date:
        """
        Return the day of the last step of an objection; the next step cannot be
        earlier.
        """
        return self.course[-1].on if self.course else self.raised_on


def limit_of(programme: Programme, kind: str, on: date) -> Limit | None:
    """
    Return how long an office may object: the programme's own limit, or that of the law
    of the day for its kind of office. None if no document sets one.
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
    Return whether any duty of the programme begins with the receipt, so that the
    receipt must be recorded.
    """
    rules = programme.every_duty_rule()
    return any(rule.opened_by == BatchReceived.name for rule in rules)


def in_force(recorded: Recorded) -> list[Fact]:
    """
    The facts of a matter, in the order in which they were recorded, without acts that
    were withdrawn and without presumed receipts that were confirmed.
    """
    return without_presumed(without_withdrawn_acts(recorded).values())


def without_presumed(facts: Iterable[Fact]) -> list[Fact]:
    """
    The facts of a case without presumed receipts of batches whose receipt was
    confirmed (A-11).
    """
    every = list(facts)
    receipts = [fact for fact in every if isinstance(fact, BatchReceived)]
    confirmed_batches = {fact.batch for fact in receipts if not fact.presumed}
    void_receipts = [f for f in receipts if f.presumed and f.batch in confirmed_batches]
    return [fact for fact in every if fact not in void_receipts]


def received_on(
    receipts: Mapping[str, date | None],
    office: str,
    handed_on: date,
    programme: Programme,
) -> date:
    """
    The day on the receipt; without one, so many days after sending (A-11).
    """
    presumed = handed_on + timedelta(days=programme.settings.receipt_days)
    return receipts.get(office) or presumed


def objection_due(
    programme: Programme, kind: str, received: date, calendar: Calendar
) -> Due | None:
    limit = limit_of(programme, kind, received)
    return calendar.due(received, limit) if limit else None


def in_time(on: date, due: Due | None) -> Iterator[Problem]:
    """
    An objection is made within the rule's days.
    """
    if due is not None and on > due.day:
        yield Problem(
            "objection_late",
            f"提出异议的期限是 {due.day}，现为 {on}。",
            "期限已过，请按交办要求办理，或者报交办单位协调。",
            "/on",
        )


def decide(
    objection: Objection, *, verdict: str, on: date, by: str, reasons: str
) -> Objection:
    """
    The handing office, or in a dispute the conference, decides an objection.

    Raises `Conflict` if nothing is to be decided.
    """
    return _moved(objection, verdict, on=on, by=by, reasons=reasons)


def dispute(
    objection: Objection, *, decider: str, on: date, by: str, reasons: str
) -> Objection:
    """
    The office does not accept the refusal. Raises `Conflict` if there was none.
    """
    after = _moved(objection, "dispute", on=on, by=by, reasons=reasons)
    return replace(after, decider=decider)


def void(
    objections: Iterable[Objection], *, on: date, by: str, reasons: str
) -> Iterator[Objection]:
    """
    End the objections that still wait for a decision: their cases were withdrawn.
    """
    for objection in objections:
        if (objection.state, "withdraw") in MOVES:
            day = max(on, objection.last_on)
            yield _moved(objection, "withdraw", on=day, by=by, reasons=reasons)


def _moved(
    objection: Objection, act: str, *, on: date, by: str, reasons: str
) -> Objection:
    state = MOVES.get((objection.state, act))
    if state is None:
        raise Conflict.because(
            "not_in_this_state",
            f"这项异议{STATES[objection.state]}，现在不能这样办理。",
            "请先查看异议的办理情况。",
            "/number",
        )
    step = ObjectionStep(on, state, by, reasons)
    return replace(objection, state=state, course=(*objection.course, step))


def verdict_of(objection: Objection) -> str:
    """
    Return the verdict as rules of programmes name it: the case was returned, or it
    stays.
    """
    is_returned = objection.state == ObjectionVerdict.RETURNED
    return ObjectionVerdict.RETURNED if is_returned else ObjectionVerdict.REFUSED


def destination_problems(verdict: str, to: str | None) -> Iterator[Problem]:
    """
    Only a case that is returned is handed on.
    """
    if to is not None and verdict != ObjectionVerdict.RETURNED:
        yield Problem(
            "not_returned",
            "维持交办的案件不改交其他机关。",
            "同意异议的，请填写改交的机关；维持交办的，请删去。",
            "/to_office",
        )


def kind_problems(kind: str | None, programme: Programme) -> Iterator[Problem]:
    """
    First run, second run, as the programme names them (XQ-16, XQ-17).
    """
    kinds = {
        batch_kind.id: f"{batch_kind.id}（{batch_kind.title}）"
        for batch_kind in programme.batch_kinds
    }
    if kind is not None and kind not in kinds:
        yield Problem(
            "no_such_batch_kind",
            f"本专项没有交办批次种类“{kind}”。",
            f"可填：{'、'.join(kinds.values())}。"
            if kinds
            else "本专项不分种类，请不要填写。",
            "/kind",
        )


def track_problems(
    tracks: Iterable[tuple[str, str]], confirmed: str | None
) -> Iterator[Problem]:
    """
    A case that arose after the cut-off is of the everyday track (PY-47): cases of both
    tracks are not handed down together unless a person chooses the track.
    """
    pairs = list(tracks)
    if confirmed is None and len({track for _, track in pairs}) > 1:
        for index, (number, track) in enumerate(pairs):
            if track == "everyday":
                yield Problem(
                    "other_track",
                    f"案件 {number} 属日常交办范围，与专项案件混在同一批。",
                    "请分开交办，或者在 track 中写明本批按哪一类办理。",
                    f"/case_numbers/{index}",
                )
