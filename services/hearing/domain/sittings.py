"""
The sitting: the hearing as it took place.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import Act, Hearing, Problems, Terms, moved
from services.hearing.events import HearingHeld
from shared.case import Case, about, require_unmerged
from shared.errors import Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before


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
        state=moved(scheduled, Act.SIT),
        held_on=held_on,
        members_present=members_present,
    )
    reject_if(check_rules(SITTING, hearing, terms))
    return hearing, HearingHeld(
        **about(case, held_on),
        in_scope=case.in_scope,
        hearing=hearing.id,
    )
