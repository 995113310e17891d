"""
A hearing: its states, the moves between them, and the terms it is checked by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.hearing.domain.terms import (
    Adoption,
    DrawMethod,
    HearingKind,
    NoticeProof,
    NoticeWay,
    Participant,
    SeatState,
    SittingStep,
)
from shared.errors import Conflict, Problem
from shared.vocabulary import HearingDecision, Term


class State(Term):
    """The state of a hearing."""

    NOT_NEEDED = "not_needed", "不需听证"
    DECIDED = "decided", "已决定听证"
    PLANNED = "planned", "已定方案"
    SCHEDULED = "scheduled", "已通知"
    HELD = "held", "已举行"
    ADVISED = "advised", "听证员已发表意见"
    RESULTED = "resulted", "已有结果"
    WATCHED = "watched", "观察期已满"
    CALLED_OFF = "called_off", "已取消"
    REPLACED = "replaced", "已被新决定取代"


class Act(Term):
    """What is done about a hearing."""

    DECIDE = "decide", "听证决定"
    PLAN = "plan", "听证方案"
    DRAW = "draw", "抽取听证员"
    ANSWER = "answer", "听证员的答复"
    NOTIFY = "notify", "听证通知"
    ANNOUNCE = "announce", "听证公告"
    ADJOURN = "adjourn", "听证延期"
    CALL_OFF = "call_off", "取消听证"
    SIT = "sit", "听证举行"
    ADVISE = "advise", "听证员意见"
    ADOPT = "adopt", "意见采纳情况"
    GIVE_RESULT = "give_result", "听证结果"
    END_WATCH = "end_watch", "观察期结果"


# A new decision replaces an earlier one while nothing is planned, and stands beside a
# hearing that has come to its result. A sitting needs notices of its own day: what is
# adjourned is planned again, and everybody is told again. A result needs a sitting.
MOVES = {
    (State.NOT_NEEDED, Act.DECIDE): State.REPLACED,
    (State.DECIDED, Act.DECIDE): State.REPLACED,
    (State.RESULTED, Act.DECIDE): State.RESULTED,
    (State.WATCHED, Act.DECIDE): State.WATCHED,
    (State.DECIDED, Act.PLAN): State.PLANNED,
    (State.PLANNED, Act.DRAW): State.PLANNED,
    (State.PLANNED, Act.ANSWER): State.PLANNED,
    (State.PLANNED, Act.ANNOUNCE): State.PLANNED,
    (State.PLANNED, Act.ADJOURN): State.PLANNED,
    (State.PLANNED, Act.CALL_OFF): State.CALLED_OFF,
    (State.PLANNED, Act.NOTIFY): State.SCHEDULED,
    (State.SCHEDULED, Act.NOTIFY): State.SCHEDULED,
    (State.SCHEDULED, Act.DRAW): State.SCHEDULED,
    (State.SCHEDULED, Act.ANSWER): State.SCHEDULED,
    (State.SCHEDULED, Act.ANNOUNCE): State.SCHEDULED,
    (State.SCHEDULED, Act.ADJOURN): State.PLANNED,
    (State.SCHEDULED, Act.CALL_OFF): State.CALLED_OFF,
    (State.SCHEDULED, Act.SIT): State.HELD,
    (State.HELD, Act.ADVISE): State.ADVISED,
    (State.ADVISED, Act.ADOPT): State.ADVISED,
    (State.ADVISED, Act.GIVE_RESULT): State.RESULTED,
    (State.RESULTED, Act.ADOPT): State.RESULTED,
    (State.RESULTED, Act.END_WATCH): State.WATCHED,
    (State.WATCHED, Act.ADOPT): State.WATCHED,
}
TO_COME = (State.PLANNED, State.SCHEDULED)
"""
The states of a hearing that takes up its place, its chair and its members.
"""
UNPLANNED = (State.NOT_NEEDED, State.DECIDED)
"""
The states of a decision that goes with its case to another office: a hearing that is
planned is held by the office whose members were drawn.
"""
PAST = {State.RESULTED, State.WATCHED}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """
    A member who was drawn, by the office's own number for them, and the answer.
    """

    number: str
    role: str
    trade: str
    state: SeatState
    answered_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeclaredConflict:
    """
    A member who may not hear this case, and why (回避).
    """

    member: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Draw:
    """
    A draw as it can be computed again: *pool* is in the order of the draw, of which the
    first were *drawn*; of a lot that order follows from the *seed* (`panels.lot`).
    """

    drawn_on: date
    method: DrawMethod
    seed: str
    pool: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    conflicts: tuple[DeclaredConflict, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notice:
    """
    How one participant was told of matter, time and place. *member*: the number of a
    hearing member. *adjournments*: how often the hearing had been adjourned before.
    """

    role: Participant
    way: NoticeWay
    given_on: date
    proof: NoticeProof
    member: str | None = None
    adjournments: int = 0


@dataclass(frozen=True, kw_only=True)
class Adjournment:
    """
    A hearing put off, from which day and why.
    """

    adjourned_on: date
    scheduled_before: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """
    A decision on a hearing, and the hearing that followed.
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
    request: str | None = None
    planned_on: date | None = None
    kind: HearingKind | None = None
    subject: str | None = None
    topic: str | None = None
    public: bool | None = None
    public_reason: str | None = None
    scheduled_on: date | None = None
    starts: str | None = None
    ends: str | None = None
    place: str | None = None
    elsewhere_approved_by: str | None = None
    handler_post: str | None = None
    chair_post: str | None = None
    chair_holder: str | None = None
    members: tuple[Seat, ...] = ()
    draws: tuple[Draw, ...] = ()
    notices: tuple[Notice, ...] = ()
    announced_on: date | None = None
    announced_in: str | None = None
    adjournments: tuple[Adjournment, ...] = ()
    called_off_on: date | None = None
    called_off_because: str | None = None
    held_on: date | None = None
    members_briefed_on: date | None = None
    members_present: tuple[str, ...] = ()
    steps: tuple[SittingStep, ...] = ()
    steps_left_out_because: str | None = None
    leader_chaired: bool | None = None
    opinion_on: date | None = None
    opinion: str | None = None
    members_agreed: int | None = None
    adoption: Adoption | None = None
    adoption_on: date | None = None
    adoption_reason: str | None = None
    members_told_on: date | None = None
    result_on: date | None = None
    settled: bool | None = None
    watch_over_on: date | None = None
    settled_for_good: bool | None = None

    @property
    def accepted(self) -> tuple[Seat, ...]:
        """
        The members who will come.
        """
        return tuple(seat for seat in self.members if seat.state is SeatState.ACCEPTED)

    @property
    def day_fixed_on(self) -> date | None:
        """
        When the day for which the hearing is scheduled now was fixed: by the plan, or
        by the last adjournment.
        """
        last = self.adjournments[-1:]
        return last[0].adjourned_on if last else self.planned_on

    @property
    def notices_in_force(self) -> tuple[Notice, ...]:
        """
        The notices of the day for which the hearing is scheduled now.
        """
        count = len(self.adjournments)
        return tuple(notice for notice in self.notices if notice.adjournments == count)


@dataclass(frozen=True, kw_only=True)
class Chairs:
    """
    The posts of an office by what the rules on the chair ask of them: *leading* are
    leaders and heads of departments, *single* have one holder, *several* more than one.
    """

    posts: Collection[str]
    leading: Collection[str]
    single: Collection[str]
    several: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    What a hearing is measured by, on one day, in one office.

    *approvers* are the posts that may approve; *notice_over* gives the first day a
    sitting may be after a notice, *watch_over* the first day on which the watch after a
    result is over, None without a watch. *subjects*: what is heard, and whether that is
    public as a rule. *rooms* are the hearing rooms of the office that holds the
    hearing, None where the programme asks for none, *chiefs* the posts there that
    approve another place.
    """

    today: date
    approvers: Collection[str]
    chairs: Chairs
    members_min: int
    members_max: int
    notice_over: Callable[[date], date]
    watch_over: Callable[[date], date] | None
    members_odd: bool = False
    subjects: Mapping[str, bool] | None = None
    topics: Collection[str] = ()
    rooms: Collection[str] | None = None
    chiefs: Collection[str] = ()


Problems = Iterator[Problem]


def current_decision(hearings: Iterable[Hearing]) -> Hearing | None:
    """
    The decision that is in force: one under way, else the last with a result.
    """
    over = {State.REPLACED, State.CALLED_OFF}
    return max(
        (hearing for hearing in hearings if hearing.state not in over),
        # `False` sorts first: one without a result goes before all with one.
        key=lambda hearing: (hearing.state not in PAST, hearing.decided_on),
        default=None,
    )


def state_after(hearing: Hearing, act: Act) -> State:
    """
    The state after *act*. Raises `Conflict` when the hearing cannot move so.
    """
    state = MOVES.get((hearing.state, act))
    if state is None:
        possible = [each.chinese for before, each in MOVES if before is hearing.state]
        raise Conflict.because(
            f"hearing_{hearing.state.value}",
            f"听证目前“{hearing.state.chinese}”，不能登记{act.chinese}。",
            f"此时可以登记：{'、'.join(possible)}。"
            if possible
            else f"这次听证不再办理，编号 {hearing.id}。",
        )
    return state


def size_problems(number: int, terms: Terms, location: str) -> Problems:
    """
    Neither too few nor too many members, and an odd number where that is the rule
    (TL-22 note).
    """
    if not terms.members_min <= number <= terms.members_max:
        bounds = f"{terms.members_min} 至 {terms.members_max}"
        yield Problem(
            "members_out_of_bounds",
            f"听证员有 {number} 人，应为 {bounds} 人。",
            "请增减听证员。",
            location,
        )
    elif terms.members_odd and number % 2 == 0:
        yield Problem(
            "members_even",
            f"听证员有 {number} 人，应为单数。",
            "请增加或减少一人。",
            location,
        )
