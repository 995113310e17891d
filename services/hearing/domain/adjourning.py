"""
A hearing that is put off to another day, or called off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import (
    Act,
    Adjournment,
    Hearing,
    Seat,
    Terms,
    state_after,
)
from services.hearing.domain.planning import (
    clashes,
    elsewhere_is_approved,
    it_ends_after_it_starts,
    notice_is_long_enough,
)
from services.hearing.domain.terms import SeatState
from services.hearing.events import HearingAdjourned, HearingCalledOff
from shared.cases.case import Case, about, require_unmerged
from shared.errors import reject_if
from shared.rules import day_has_come, day_not_before, leader_approves


def adjourn(
    case: Case,
    planned: Hearing,
    terms: Terms,
    others: Iterable[Hearing],
    *,
    adjourned_on: date,
    reason: str,
    scheduled_on: date,
    starts: str,
    ends: str,
    place: str,
    elsewhere_approved_by: str | None = None,
) -> tuple[Hearing, HearingAdjourned]:
    """
    Put a hearing off; the participants and the public are told the new day, and the
    members who accepted are asked again: nobody accepted it. *others*: hearings to come
    of the same office and the new day.

    Raises `Conflict`, `Rejected`.
    """
    require_unmerged(case, adjourned_on)
    before = planned.scheduled_on or adjourned_on
    put_off = Adjournment(
        adjourned_on=adjourned_on, scheduled_before=before, reason=reason
    )
    hearing = replace(
        planned,
        state=state_after(planned, Act.ADJOURN),
        adjournments=(*planned.adjournments, put_off),
        scheduled_on=scheduled_on,
        starts=starts,
        ends=ends,
        place=place,
        elsewhere_approved_by=elsewhere_approved_by,
        members=tuple(_asked_again(seat) for seat in planned.members),
        # The public was told the old day.
        announced_on=None,
        announced_in=None,
    )
    reject_if(
        [
            *day_has_come(adjourned_on, terms.today, "/adjourned_on", "延期的日期"),
            *day_not_before(
                adjourned_on, planned.planned_on, "/adjourned_on", "方案的日期"
            ),
            *notice_is_long_enough(adjourned_on, scheduled_on, terms, "/scheduled_on"),
            *it_ends_after_it_starts(hearing, terms),
            *elsewhere_is_approved(hearing, terms),
            *clashes(hearing, others, terms),
        ]
    )
    return hearing, HearingAdjourned(
        **about(case, adjourned_on), hearing=hearing.id, scheduled_on=scheduled_on
    )


def _asked_again(seat: Seat) -> Seat:
    """
    The seat of a member who is invited to the new day; who declined stays away.
    """
    if seat.state is SeatState.DECLINED:
        return seat
    return replace(seat, state=SeatState.INVITED, answered_on=None, reason=None)


def call_off(
    case: Case,
    planned: Hearing,
    terms: Terms,
    *,
    called_off_on: date,
    reason: str,
    approver_post: str,
) -> tuple[Hearing, HearingCalledOff]:
    """
    Call a hearing off that was planned; the case may get another decision.

    Raises `Conflict`, `Rejected`.
    """
    hearing = replace(
        planned,
        state=state_after(planned, Act.CALL_OFF),
        called_off_on=called_off_on,
        called_off_because=reason,
    )
    reject_if(
        [
            *day_has_come(called_off_on, terms.today, "/called_off_on", "取消的日期"),
            *day_not_before(
                called_off_on, planned.planned_on, "/called_off_on", "方案的日期"
            ),
            *leader_approves(approver_post, terms.approvers, "/approver_post"),
        ]
    )
    return hearing, HearingCalledOff(
        **about(case, called_off_on), in_scope=case.in_scope, hearing=hearing.id
    )
