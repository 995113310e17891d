"""
A hearing: its states, the moves between them, and the terms it is checked by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from shared.errors import Conflict, Problem
from shared.vocabulary import HearingDecision, Term


class State(Term):
    """The state of a hearing."""

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


@dataclass(frozen=True)
class Member:
    """
    A hearing member by trade (DY-23); no name is stored.
    """

    trade: str


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


def current_decision(hearings: Iterable[Hearing]) -> Hearing | None:
    """
    The decision that is in force: one under way, else the last with a result.
    """
    return max(
        (hearing for hearing in hearings if hearing.state is not State.REPLACED),
        key=lambda hearing: (
            hearing.state is not State.RESULTED,
            hearing.decided_on,
        ),
        default=None,
    )


def moved(hearing: Hearing, act: Act) -> State:
    """
    The state after *act*. Raises `Conflict` when the hearing cannot move so.
    """
    state = MOVES.get((hearing.state, act))
    if state is None:
        raise Conflict.because(
            f"hearing_{hearing.state.value}",
            f"听证目前“{hearing.state.chinese}”，不能登记{act.chinese}。",
            f"请先查看该听证的现状，编号 {hearing.id}。",
        )
    return state
