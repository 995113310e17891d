"""
The members of a hearing: drawn from the register by rotation or by lot, and replaced in
the same way when they decline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from services.hearing.domain.hearing import (
    Act,
    DeclaredConflict,
    Draw,
    Hearing,
    Problems,
    Seat,
    Terms,
    size_problems,
    state_after,
)
from services.hearing.domain.members import Member
from services.hearing.domain.planning import at_the_same_time, busy_members
from services.hearing.domain.terms import DrawMethod, SeatState
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before, text_is_given


@dataclass(frozen=True, kw_only=True)
class Pool:
    """
    Who could be drawn: the *register* of the office, and the hearings to come of the
    same day, whose members are busy.
    """

    register: Collection[Member]
    others: Collection[Hearing]

    def free(
        self, hearing: Hearing, conflicts: Iterable[DeclaredConflict]
    ) -> list[Member]:
        """
        The members who serve on the day, are in no conflict with the case, were not
        drawn for the hearing before and are at no other hearing at that time.
        """
        day = hearing.scheduled_on or date.max
        barred = {conflict.member for conflict in conflicts}
        # Also those who declined: they are not asked twice.
        barred |= {seat.number for seat in hearing.members}
        barred |= busy_members(at_the_same_time(hearing, self.others))
        return [
            member
            for member in self.register
            if member.serves_on(day) and member.number not in barred
        ]


def in_order(method: DrawMethod, seed: str, members: Iterable[Member]) -> list[Member]:
    """
    Return *members* in the order in which they are drawn. By rotation: those who were
    drawn longest ago come first. By lot: in the order of SHA-256 of `seed/number`, so
    that anybody can draw again.
    """
    if method is DrawMethod.LOT:
        return sorted(members, key=lambda member: lot(seed, member.number))
    return sorted(members, key=lambda m: (m.last_drawn_on or date.min, m.number))


def lot(seed: str, number: str) -> str:
    return hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()


def draw(
    hearing: Hearing,
    terms: Terms,
    pool: Pool,
    *,
    size: int,
    method: DrawMethod,
    seed: str,
    conflicts: Iterable[DeclaredConflict] = (),
) -> tuple[Hearing, tuple[Member, ...]]:
    """
    Draw as many members as are missing to *size*; also returns whom.

    Raises `Conflict` if the register has too few; `Rejected`.
    """
    state = state_after(hearing, Act.DRAW)
    coming = [seat for seat in hearing.members if seat.state != SeatState.DECLINED]
    reject_if(
        [*size_problems(size, terms, "/size"), *_some_are_missing(len(coming), size)]
    )
    # A conflict that was declared holds for every later draw.
    conflicts = (*_conflicts_of(hearing), *conflicts)
    free = pool.free(hearing, conflicts)
    missing = size - len(coming)
    if len(free) < missing:
        raise Conflict.because(
            "too_few_members",
            f"还需抽取 {missing} 名听证员，可抽取的只有 {len(free)} 名。",
            "请在名册中增加听证员，或更改听证时间、人数。",
            "/size",
        )
    record = Draw(
        drawn_on=terms.today,
        method=method,
        seed=seed if method is DrawMethod.LOT else "",
        conflicts=conflicts,
    )
    return _seated(replace(hearing, state=state), record, free, missing)


def answer(
    hearing: Hearing,
    terms: Terms,
    pool: Pool,
    *,
    member: str,
    accepted: bool,
    answered_on: date,
    reason: str | None,
    seed: str,
) -> tuple[Hearing, tuple[Member, ...]]:
    """
    Record what a member answered. For one who declines another is drawn in the same
    way, if there is one; also returns whom.

    Raises `Conflict`, `Rejected`.
    """
    state = state_after(hearing, Act.ANSWER)
    seats = {seat.number: seat for seat in hearing.members}
    reject_if(_the_answer_can_be(hearing, terms, seats.get(member), answered_on))
    if not accepted:
        reject_if(text_is_given(reason, "/reason", "reason_missing", "谢绝的理由"))
    seats[member] = replace(
        seats[member],
        state=SeatState.ACCEPTED if accepted else SeatState.DECLINED,
        answered_on=answered_on,
        reason=reason,
    )
    answered = replace(hearing, state=state, members=tuple(seats.values()))
    if accepted:
        return answered, ()
    free = pool.free(answered, _conflicts_of(hearing))
    if not free:
        return answered, ()
    record = replace(
        hearing.draws[-1],
        drawn_on=terms.today,
        seed=seed if hearing.draws[-1].method is DrawMethod.LOT else "",
    )
    return _seated(answered, record, free, 1)


def _seated(
    hearing: Hearing, record: Draw, free: Iterable[Member], number: int
) -> tuple[Hearing, tuple[Member, ...]]:
    """
    The hearing with *number* more of the *free* members, and these members as they now
    stand in the register. *record* is the draw, without who was drawn.
    """
    # The whole order is kept with the draw, so that anybody can check who was next.
    order = in_order(record.method, record.seed, free)
    drawn = order[:number]
    record = replace(
        record,
        pool=tuple(member.number for member in order),
        drawn=tuple(member.number for member in drawn),
    )
    seats = (
        Seat(
            number=member.number,
            role=member.role,
            trade=member.trade,
            state=SeatState.INVITED,
        )
        for member in drawn
    )
    changed = replace(
        hearing,
        members=(*hearing.members, *seats),
        draws=(*hearing.draws, record),
    )
    return changed, tuple(replace(m, last_drawn_on=record.drawn_on) for m in drawn)


def _conflicts_of(hearing: Hearing) -> tuple[DeclaredConflict, ...]:
    """
    The conflicts that were declared so far.
    """
    return hearing.draws[-1].conflicts if hearing.draws else ()


def _some_are_missing(coming: int, size: int) -> Problems:
    if coming >= size:
        yield Problem(
            "panel_complete",
            f"已有 {coming} 名听证员，不少于 {size} 名。",
            "请核对人数；有人谢绝后再抽取。",
            "/size",
        )


def _the_answer_can_be(
    hearing: Hearing, terms: Terms, seat: Seat | None, answered_on: date
) -> Problems:
    if seat is None:
        numbers = "、".join(each.number for each in hearing.members)
        yield Problem(
            "no_such_member",
            "这名听证员没有被抽取参加本场听证。",
            f"可填：{numbers}。" if numbers else "请先抽取听证员。",
            "/member",
        )
    elif seat.state is SeatState.DECLINED:
        yield Problem(
            "member_declined",
            f"听证员 {seat.number} 已于 {seat.answered_on} 谢绝。",
            "请核对编号。",
            "/member",
        )
    yield from day_has_come(answered_on, terms.today, "/answered_on", "答复日期")
    yield from day_not_before(
        answered_on,
        hearing.day_fixed_on,
        "/answered_on",
        "方案（延期）的日期",
        "答复日期",
    )
