"""
The register of hearing members: roles and trades under numbers of the office's own,
never names (听证工作规定 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.hearing.domain.terms import Eligibility, MemberStatus
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before


@dataclass(frozen=True, kw_only=True)
class StatusChange:
    """
    A change in the register: the status since a day, and why.
    """

    status: MemberStatus
    on: date
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Member:
    """
    A member of an office's register. *number* is the office's own number for them;
    *eligibility* are the statements that were confirmed; *earlier* are the changes of
    the status before the last one, by their days.
    """

    id: str
    office: str
    number: str
    role: str
    trade: str
    term_from: date
    term_to: date
    eligibility: tuple[Eligibility, ...]
    confirmed_on: date
    status: MemberStatus = MemberStatus.ACTIVE
    status_on: date
    status_reason: str | None = None
    last_drawn_on: date | None = None
    earlier: tuple[StatusChange, ...] = ()

    def serves_on(self, day: date) -> bool:
        """
        Whether the member can hear a case on that day: within the term and, by the last
        change in the register that had come, neither suspended nor gone.
        """
        last = StatusChange(status=self.status, on=self.status_on)
        come = [each.status for each in (*self.earlier, last) if each.on <= day]
        active = not come or come[-1] is MemberStatus.ACTIVE
        return active and self.term_from <= day <= self.term_to


def register(member: Member, today: date) -> Member:
    """
    Take a member into the register. Raises `Rejected`.
    """
    reject_if(
        [
            *day_has_come(member.confirmed_on, today, "/confirmed_on", "核实日期"),
            *day_not_before(
                member.term_to,
                member.term_from,
                "/term_to",
                "任期开始的日期",
                "任期结束的日期",
            ),
            *_everything_is_confirmed(member),
        ]
    )
    return member


def change_status(
    member: Member, *, status: str, on: date, reason: str, today: date
) -> Member:
    """
    Suspend a member, take them back or end their membership, which cannot be undone.

    Raises `Conflict` once it has ended; `Rejected`.
    """
    if member.status is MemberStatus.ENDED:
        raise Conflict.because(
            "member_ended",
            f"听证员 {member.number} 已于 {member.status_on} 离册。",
            "重新聘任的，请另行登记。",
        )
    reject_if(
        [
            *day_has_come(on, today, "/on"),
            *day_not_before(on, member.status_on, "/on", "上一次变动的日期"),
        ]
    )
    before = StatusChange(
        status=member.status, on=member.status_on, reason=member.status_reason
    )
    return replace(
        member,
        status=MemberStatus(status),
        status_on=on,
        status_reason=reason,
        earlier=(*member.earlier, before),
    )


def members_serve(
    register: Iterable[Member], numbers: Iterable[str], day: date, location: str
) -> Iterator[Problem]:
    """
    The members of these numbers can hear a case on the day of the sitting, though they
    were drawn or the hearing was adjourned before (听证工作规定 7).
    """
    serving = {member.number for member in register if member.serves_on(day)}
    if gone := sorted({*numbers} - serving):
        yield Problem(
            "member_not_serving",
            f"听证员 {'、'.join(gone)} 在 {day} 任期已满、暂停履职或已离册。",
            "请登记其不能参加（谢绝），由他人替补后再通知、举行。",
            location,
        )


def _everything_is_confirmed(member: Member) -> Iterator[Problem]:
    """
    Every condition of article 7 was checked before a member hears a case.
    """
    open_ = [term for term in Eligibility if term not in member.eligibility]
    if open_:
        listed = "；".join(f"{term.value}（{term.chinese}）" for term in open_)
        yield Problem(
            "eligibility_open",
            f"听证员的条件尚未全部核实：{listed}。",
            "请逐项核实后登记；不符合条件的不得聘任。",
            "/eligibility",
        )
