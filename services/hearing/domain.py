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
from shared.case import Case, require_unmerged
from shared.errors import Conflict, Problem, reject_if
from shared.rules import (
    day_has_come,
    day_not_before,
    leader_approves,
    post_exists,
    text_is_given,
)
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


Problems = Iterator[Problem]


def decision_has_a_reason(hearing: Hearing, _terms: Terms) -> Problems:
    """
    Held or not, the decision says why (PY-28).
    """
    yield from text_is_given(hearing.reason, "/reason", "reason_missing", "理由")


def decision_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.decided_on, terms.today, "/decided_on", "决定日期")


def a_leader_approves(hearing: Hearing, terms: Terms) -> Problems:
    """
    A hearing is approved by the office's leading group (听证工作规定 4).
    """
    yield from leader_approves(hearing.approver_post, terms.approvers, "/approver_post")


DECIDING = (decision_has_a_reason, decision_has_come, a_leader_approves)


def notice_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(
        hearing.notified_on, terms.today, "/notified_on", "通知日期"
    )


def notice_follows_the_decision(hearing: Hearing, _terms: Terms) -> Problems:
    """
    Nobody is told of a hearing before it is decided (听证工作规定 10).
    """
    yield from day_not_before(
        hearing.notified_on,
        hearing.decided_on,
        "/notified_on",
        "听证决定的日期",
        "通知日期",
    )


def notice_is_long_enough(hearing: Hearing, terms: Terms) -> Problems:
    """
    Those who take part are told at least three days before (TL-22, 听证工作规定 10).
    """
    notified, scheduled = hearing.notified_on, hearing.scheduled_on
    if notified is None or scheduled is None or notified > terms.today:
        return
    earliest = terms.notice_over(notified)
    if scheduled < earliest:
        yield Problem(
            "notice_too_short",
            f"{notified} 通知的听证最早可在 {earliest} 举行，不能在 {scheduled}。",
            f"请把听证日期改为 {earliest} 或以后。",
            "/scheduled_on",
        )


def members_are_within_bounds(hearing: Hearing, terms: Terms) -> Problems:
    """
    Neither too few nor too many members (TL-22 note).
    """
    if not terms.members_min <= len(hearing.members) <= terms.members_max:
        bounds = f"{terms.members_min} 至 {terms.members_max}"
        yield Problem(
            "members_out_of_bounds",
            f"听证员有 {len(hearing.members)} 人，应为 {bounds} 人。",
            "请增减听证员。",
            "/members",
        )


def chair_holds_a_post(hearing: Hearing, terms: Terms) -> Problems:
    """
    The handling prosecutor or a leader of the office chairs (听证工作规定 13).
    """
    yield from post_exists(hearing.chair_post, terms.posts, "/chair_post", "案件所在院")


SCHEDULING = (
    notice_has_come,
    notice_follows_the_decision,
    notice_is_long_enough,
    members_are_within_bounds,
    chair_holds_a_post,
)


def sitting_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.held_on, terms.today, "/held_on", "举行日期")


def sitting_keeps_the_notice(hearing: Hearing, _terms: Terms) -> Problems:
    """
    On the day announced or, when put off, later: earlier would cut the notice (TL-22).
    """
    yield from day_not_before(
        hearing.held_on,
        hearing.scheduled_on,
        "/held_on",
        "通知的听证日期",
        "举行日期",
    )


def enough_members_are_present(hearing: Hearing, terms: Terms) -> Problems:
    """
    A sitting needs the least number of members, all of them invited (TL-22 note).
    """
    present, invited = hearing.members_present or 0, len(hearing.members)
    if not terms.members_min <= present <= invited:
        yield Problem(
            "members_present_out_of_bounds",
            f"到场听证员 {present} 人，应为 {terms.members_min} 至 {invited} 人。",
            "请核对到场人数；人数不足的应改期举行。",
            "/members_present",
        )


SITTING = (sitting_has_come, sitting_keeps_the_notice, enough_members_are_present)


def result_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.result_on, terms.today, "/result_on", "结果日期")


def result_follows_the_sitting(hearing: Hearing, _terms: Terms) -> Problems:
    """
    What settles after a hearing settles after it, not before (DY-22).
    """
    yield from day_not_before(
        hearing.result_on,
        hearing.held_on,
        "/result_on",
        "听证举行的日期",
        "结果日期",
    )


RESULT = (result_has_come, result_follows_the_sitting)


def current_decision(hearings: Iterable[Hearing]) -> Hearing | None:
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

    Raises `Conflict` while an earlier hearing is under way, `Rejected`.
    """
    require_unmerged(case, decided_on)
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
            *(problem for rule in DECIDING for problem in rule(hearing, terms)),
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
    require_unmerged(case, notified_on)
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
    reject_if(problem for rule in SCHEDULING for problem in rule(hearing, terms))
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
    require_unmerged(case, held_on)
    hearing = replace(
        scheduled,
        state=_moved(scheduled, Act.SIT),
        held_on=held_on,
        members_present=members_present,
    )
    reject_if(problem for rule in SITTING for problem in rule(hearing, terms))
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
    reject_if(problem for rule in RESULT for problem in rule(hearing, terms))
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


def _decided_in_order(hearing: Hearing, earlier: Hearing | None) -> Problems:
    if earlier:
        yield from day_not_before(
            hearing.decided_on,
            earlier.decided_on,
            "/decided_on",
            "上一次听证决定的日期",
            "决定日期",
        )
