"""
What hearing decides: whether an office may decide on, announce, hold and end a hearing.

Pure: days, posts and the programme's terms are arguments. What has happened is never
in the future; only the day of a sitting may be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.hearing.events import (
    HearingDecided,
    HearingHeld,
    HearingResulted,
    HearingScheduled,
)
from shared.errors import Conflict, Fault, reject_if
from shared.vocabulary import HearingDecision, Term


class State(Term):
    """Where a hearing stands."""

    NOT_NEEDED = "not_needed", "不需听证"
    DECIDED = "decided", "已决定听证"
    SCHEDULED = "scheduled", "已通知"
    HELD = "held", "已举行"
    RESULTED = "resulted", "已有结果"
    REPLACED = "replaced", "已被新决定取代"


class Act(Term):
    """What is done about a hearing."""

    DECIDE = "decide", "听证决定"
    SCHEDULE = "schedule", "听证通知"
    SIT = "sit", "听证举行"
    GIVE_RESULT = "give_result", "听证结果"


# A new decision replaces an earlier one while nothing is scheduled, and stands beside
# a hearing that has come to its result.
MOVES = {
    (State.NOT_NEEDED, Act.DECIDE): State.REPLACED,
    (State.DECIDED, Act.DECIDE): State.REPLACED,
    (State.RESULTED, Act.DECIDE): State.RESULTED,
    (State.DECIDED, Act.SCHEDULE): State.SCHEDULED,
    (State.SCHEDULED, Act.SIT): State.HELD,
    (State.HELD, Act.GIVE_RESULT): State.RESULTED,
}

DECIDED_AS = {
    HearingDecision.HOLD: State.DECIDED,
    HearingDecision.NOT_NEEDED: State.NOT_NEEDED,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    What hearing knows of a case; merged away since *merged_on*, if ever.
    """

    number: str
    office: str
    programme: str
    in_scope: bool
    merged_into: str | None = None
    merged_on: date | None = None


@dataclass(frozen=True)
class Member:
    """
    A hearing member by trade (DY-23); no name is kept.
    """

    trade: str


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """
    A decision on a hearing and what came of it.
    """

    id: str
    case_number: str
    office: str
    programme: str
    state: State
    decision: HearingDecision
    decided_on: date
    reason: str
    approver_post: str
    notified_on: date | None = None
    scheduled_on: date | None = None
    place: str | None = None
    public: bool | None = None
    chair_post: str | None = None
    members: tuple[Member, ...] = ()
    held_on: date | None = None
    members_present: int | None = None
    result_on: date | None = None
    settled: bool | None = None
    opinion: str | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    What a hearing is measured by, on one day, in one office.

    *approvers* are the posts that may approve; *posts* those that may take the chair;
    *notice_over* gives the first day a sitting may be after a notice.
    """

    today: date
    approvers: Collection[str]
    posts: Collection[str]
    members_min: int
    members_max: int
    notice_over: Callable[[date], date]


Found = Iterator[Fault]


def decision_has_a_reason(hearing: Hearing, _terms: Terms) -> Found:
    """
    Held or not, the decision says why (PY-28).
    """
    if not hearing.reason.strip():
        yield Fault("reason_missing", "没有写明理由。", "请写明理由。", "/reason")


def decision_is_not_ahead(hearing: Hearing, terms: Terms) -> Found:
    yield from _not_ahead(hearing.decided_on, terms, "decided_on", "决定日期")


def a_leader_approves(hearing: Hearing, terms: Terms) -> Found:
    """
    A hearing is approved by the office's leading group (听证工作规定 4).
    """
    if hearing.approver_post not in terms.approvers:
        yield Fault(
            "approver_not_a_leader",
            f"批准人“{hearing.approver_post}”不是作出决定的院的院领导职务。",
            f"可选：{'、'.join(terms.approvers)}。",
            "/approver_post",
        )


DECIDING = (decision_has_a_reason, decision_is_not_ahead, a_leader_approves)


def notice_is_not_ahead(hearing: Hearing, terms: Terms) -> Found:
    yield from _not_ahead(hearing.notified_on, terms, "notified_on", "通知日期")


def notice_follows_the_decision(hearing: Hearing, _terms: Terms) -> Found:
    """
    Nobody is told of a hearing before it is decided (听证工作规定 10).
    """
    if hearing.notified_on and hearing.notified_on < hearing.decided_on:
        yield Fault(
            "notified_before_decision",
            f"通知日期早于听证决定的日期（{hearing.decided_on}）。",
            "请核对通知日期。",
            "/notified_on",
        )


def notice_is_long_enough(hearing: Hearing, terms: Terms) -> Found:
    """
    Those who take part are told at least three days before (TL-22, 听证工作规定 10).
    """
    notified, scheduled = hearing.notified_on, hearing.scheduled_on
    if notified is None or scheduled is None or notified > terms.today:
        return
    earliest = terms.notice_over(notified)
    if scheduled < earliest:
        yield Fault(
            "notice_too_short",
            f"{notified} 通知的听证最早可在 {earliest} 举行，不能在 {scheduled}。",
            f"请把听证日期改为 {earliest} 或以后。",
            "/scheduled_on",
        )


def members_are_within_bounds(hearing: Hearing, terms: Terms) -> Found:
    """
    Neither too few nor too many members (TL-22 note).
    """
    if not terms.members_min <= len(hearing.members) <= terms.members_max:
        bounds = f"{terms.members_min} 至 {terms.members_max}"
        yield Fault(
            "members_out_of_bounds",
            f"听证员有 {len(hearing.members)} 人，应为 {bounds} 人。",
            "请增减听证员。",
            "/members",
        )


def chair_holds_a_post(hearing: Hearing, terms: Terms) -> Found:
    """
    The handling prosecutor or a leader of the office chairs (听证工作规定 13).
    """
    if hearing.chair_post not in terms.posts:
        yield Fault(
            "chair_not_in_directory",
            f"主持人“{hearing.chair_post}”不是案件所在院名录中的职务。",
            f"可选：{'、'.join(terms.posts)}。",
            "/chair_post",
        )


SCHEDULING = (
    notice_is_not_ahead,
    notice_follows_the_decision,
    notice_is_long_enough,
    members_are_within_bounds,
    chair_holds_a_post,
)


def sitting_is_not_ahead(hearing: Hearing, terms: Terms) -> Found:
    yield from _not_ahead(hearing.held_on, terms, "held_on", "举行日期")


def sitting_keeps_the_notice(hearing: Hearing, _terms: Terms) -> Found:
    """
    On the day announced or, when put off, later: earlier would cut the notice (TL-22).
    """
    held, scheduled = hearing.held_on, hearing.scheduled_on
    if held and scheduled and held < scheduled:
        yield Fault(
            "held_before_schedule",
            f"举行日期早于通知的听证日期（{scheduled}）。",
            "请核对举行日期。",
            "/held_on",
        )


def enough_members_are_present(hearing: Hearing, terms: Terms) -> Found:
    """
    A sitting needs the least number of members, all of them invited (TL-22 note).
    """
    present, invited = hearing.members_present or 0, len(hearing.members)
    if not terms.members_min <= present <= invited:
        yield Fault(
            "members_present_out_of_bounds",
            f"到场听证员 {present} 人，应为 {terms.members_min} 至 {invited} 人。",
            "请核对到场人数；人数不足的应改期举行。",
            "/members_present",
        )


SITTING = (sitting_is_not_ahead, sitting_keeps_the_notice, enough_members_are_present)


def result_is_not_ahead(hearing: Hearing, terms: Terms) -> Found:
    yield from _not_ahead(hearing.result_on, terms, "result_on", "结果日期")


def result_follows_the_sitting(hearing: Hearing, _terms: Terms) -> Found:
    """
    What settles after a hearing settles after it, not before (DY-22).
    """
    if hearing.result_on and hearing.held_on and hearing.result_on < hearing.held_on:
        yield Fault(
            "result_before_sitting",
            f"结果日期早于听证举行的日期（{hearing.held_on}）。",
            "请核对结果日期。",
            "/result_on",
        )


RESULT = (result_is_not_ahead, result_follows_the_sitting)


def standing(hearings: Iterable[Hearing]) -> Hearing | None:
    """
    Of a case's decisions the one that stands: under way, else the last with a result.
    """
    return max(
        (each for each in hearings if each.state is not State.REPLACED),
        key=lambda each: (each.state is not State.RESULTED, each.decided_on),
        default=None,
    )


def decide(
    case: Case,
    earlier: Hearing | None,
    terms: Terms,
    *,
    identity: str,
    decision: str,
    decided_on: date,
    reason: str,
    approver_post: str,
) -> tuple[Hearing, Hearing | None, HearingDecided]:
    """
    Decide on a hearing; also returns what becomes of the *earlier* decision (PY-28).

    Raises `Conflict` while an earlier hearing is under way, `Rejected` with all faults.
    """
    _require_unmerged(case, decided_on)
    replaced = earlier and replace(earlier, state=_moved(earlier, Act.DECIDE))
    hearing = Hearing(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        state=DECIDED_AS[HearingDecision(decision)],
        decision=HearingDecision(decision),
        decided_on=decided_on,
        reason=reason,
        approver_post=approver_post,
    )
    reject_if(
        [
            *(fault for rule in DECIDING for fault in rule(hearing, terms)),
            *_decided_in_order(hearing, earlier),
        ]
    )
    event = HearingDecided(
        office=case.office,
        case_number=case.number,
        occurred_on=decided_on,
        programme=case.programme,
        decision=decision,
    )
    return hearing, replaced, event


def schedule(
    case: Case,
    decided: Hearing | None,
    terms: Terms,
    *,
    notified_on: date,
    scheduled_on: date,
    place: str,
    public: bool,
    chair_post: str,
    members: Collection[Member],
) -> tuple[Hearing, HearingScheduled]:
    """
    Announce the hearing that was *decided* on.

    Raises `Conflict` if none was, or it is announced already; `Rejected`.
    """
    _require_unmerged(case, notified_on)
    if decided is None:
        raise Conflict.because(
            "hearing_not_decided",
            "本案还没有听证决定，不能通知听证。",
            "请先登记听证决定。",
        )
    hearing = replace(
        decided,
        state=_moved(decided, Act.SCHEDULE),
        notified_on=notified_on,
        scheduled_on=scheduled_on,
        place=place,
        public=public,
        chair_post=chair_post,
        members=tuple(members),
    )
    reject_if(fault for rule in SCHEDULING for fault in rule(hearing, terms))
    return hearing, HearingScheduled(
        office=case.office,
        case_number=case.number,
        occurred_on=notified_on,
        programme=case.programme,
        hearing=hearing.id,
        scheduled_on=scheduled_on,
    )


def sit(
    case: Case,
    scheduled: Hearing,
    terms: Terms,
    *,
    held_on: date,
    members_present: int,
) -> tuple[Hearing, HearingHeld]:
    """
    Record that the hearing took place, once.

    Raises `Conflict` the second time, or before the notice; `Rejected`.
    """
    _require_unmerged(case, held_on)
    hearing = replace(
        scheduled,
        state=_moved(scheduled, Act.SIT),
        held_on=held_on,
        members_present=members_present,
    )
    reject_if(fault for rule in SITTING for fault in rule(hearing, terms))
    return hearing, HearingHeld(
        office=case.office,
        case_number=case.number,
        occurred_on=held_on,
        programme=case.programme,
        in_scope=case.in_scope,
        hearing=hearing.id,
    )


def give_result(
    case: Case,
    held: Hearing,
    terms: Terms,
    *,
    result_on: date,
    settled: bool,
    opinion: str,
) -> tuple[Hearing, HearingResulted]:
    """
    Record what came of a hearing that was held, once; also of a case merged since.

    Raises `Conflict` the second time, or before the sitting; `Rejected`.
    """
    hearing = replace(
        held,
        state=_moved(held, Act.GIVE_RESULT),
        result_on=result_on,
        settled=settled,
        opinion=opinion,
    )
    reject_if(fault for rule in RESULT for fault in rule(hearing, terms))
    return hearing, HearingResulted(
        office=case.office,
        case_number=case.number,
        occurred_on=result_on,
        programme=case.programme,
        in_scope=case.in_scope,
        hearing=hearing.id,
        settled=settled,
    )


def _moved(hearing: Hearing, act: Act) -> State:
    state = MOVES.get((hearing.state, act))
    if state is None:
        raise Conflict.because(
            f"hearing_{hearing.state.value}",
            f"听证目前“{hearing.state.chinese}”，不能登记{act.chinese}。",
            f"请先查看该听证的现状，编号 {hearing.id}。",
        )
    return state


def _require_unmerged(case: Case, on: date) -> None:
    """
    From its merge on a case has no hearings; what was before may still be recorded.
    """
    if case.merged_on and on >= case.merged_on:
        raise Conflict.because(
            "case_merged",
            f"本案已于 {case.merged_on} 并入 {case.merged_into}。",
            f"请在 {case.merged_into} 名下登记。",
        )


def _decided_in_order(hearing: Hearing, earlier: Hearing | None) -> Found:
    if earlier and hearing.decided_on < earlier.decided_on:
        yield Fault(
            "decided_before_earlier",
            f"决定日期早于上一次听证决定（{earlier.decided_on}）。",
            "请核对决定日期。",
            "/decided_on",
        )


def _not_ahead(day: date | None, terms: Terms, field: str, title: str) -> Found:
    if day and day > terms.today:
        yield Fault(
            "date_in_future",
            f"{title} {day} 晚于今天（{terms.today}）。",
            "请在事情发生之后登记。",
            f"/{field}",
        )
