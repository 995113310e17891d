"""
Hearing members: the register, and how they are drawn, answer and are replaced.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.hearing.domain import members, panels
from services.hearing.domain.hearing import DeclaredConflict
from services.hearing.domain.panels import Pool, lot
from services.hearing.domain.terms import (
    DrawMethod,
    Eligibility,
    MemberStatus,
    SeatState,
)
from shared.errors import Conflict, Rejected
from tests.builders import places
from tests.builders.hearing_states import (
    INVITED,
    PLANNED,
    SITS,
    TERMS,
    TODAY,
    a_member,
    a_seat,
    on,
)

FIVE = tuple(
    a_member(number, last_drawn_on=day)
    for number, day in (
        ("1", date(2021, 3, 1)),
        ("2", None),
        ("3", date(2021, 1, 5)),
        ("4", date(2021, 2, 5)),
        ("5", None),
    )
)


def draw(hearing=PLANNED, register=FIVE, *, others=(), **changes):
    asked = {"size": 3, "method": DrawMethod.ROTATION, "seed": "s", **changes}
    return panels.draw(hearing, TERMS, Pool(register=register, others=others), **asked)


def numbers(hearing):
    return [seat.number for seat in hearing.members]


def test_by_rotation_come_those_who_were_drawn_longest_ago():
    hearing, drawn = draw()

    assert numbers(hearing) == ["2", "5", "3"]
    assert {member.last_drawn_on for member in drawn} == {TODAY}
    assert hearing.draws[0].pool == ("2", "5", "3", "4", "1")


def test_a_lot_can_be_drawn_again_from_its_seed():
    hearing, _ = draw(method=DrawMethod.LOT, seed="abc")
    (record,) = hearing.draws

    assert record.seed == "abc"
    assert list(record.pool) == sorted(record.pool, key=lambda n: lot("abc", n))
    assert set(record.pool) == {"1", "2", "3", "4", "5"}
    assert tuple(numbers(hearing)) == record.drawn == record.pool[:3]


def test_who_may_not_or_cannot_hear_the_case_is_not_drawn():
    busy = replace(INVITED, id="h9", members=(a_seat("2"),))
    elsewhere = replace(busy, members=(a_seat("5"),), starts="14:00", ends="15:00")
    register = (
        *FIVE,
        a_member("6", status=MemberStatus.SUSPENDED),
        a_member("7", term_to=date(2021, 3, 14)),
        a_member("8", term_from=date(2021, 3, 16)),
        a_member("9"),
    )

    hearing, _ = draw(
        register=register,
        others=[busy, elsewhere],
        conflicts=[DeclaredConflict(member="9", reason="与信访人有利害关系")],
    )

    assert hearing.draws[0].pool == ("5", "3", "4", "1")


def test_a_register_with_too_few_is_named():
    with pytest.raises(Conflict) as refused:
        draw(register=FIVE[:2])

    assert refused.value.code == "too_few_members"


@pytest.mark.parametrize(
    ("size", "code"),
    [
        (2, "members_out_of_bounds"),
        (4, "members_even"),
        (8, "members_out_of_bounds"),
    ],
)
def test_a_panel_has_three_to_seven_members_and_an_odd_number(size, code):
    with pytest.raises(Rejected) as refused:
        draw(size=size)

    assert places(refused) == {(code, "/size")}


def answer(hearing, member, *, accepted=False, register=FIVE, reason="出差"):
    return panels.answer(
        hearing,
        on(date(2021, 3, 10)),
        Pool(register=register, others=()),
        member=member,
        accepted=accepted,
        answered_on=date(2021, 3, 9),
        reason=reason,
        seed="t",
    )


def test_for_who_declines_another_is_drawn_in_the_same_way():
    hearing, _ = draw(conflicts=[DeclaredConflict(member="4", reason="回避")])
    hearing, _ = answer(hearing, "2", accepted=True, reason=None)
    hearing, drawn = answer(hearing, "5")

    assert [member.number for member in drawn] == ["1"]
    assert numbers(hearing) == ["2", "5", "3", "1"]
    states = [seat.state for seat in hearing.members]
    assert states == [
        SeatState.ACCEPTED,
        SeatState.DECLINED,
        SeatState.INVITED,
        SeatState.INVITED,
    ]
    hearing, nobody = answer(hearing, "3")
    assert nobody == ()
    with pytest.raises(Rejected) as refused:
        answer(hearing, "3")
    assert places(refused) == {("member_declined", "/member")}


def test_who_declines_says_why_and_who_was_not_drawn_answers_nothing():
    hearing, _ = draw()

    with pytest.raises(Rejected) as refused:
        answer(hearing, "2", reason=" ")
    assert places(refused) == {("reason_missing", "/reason")}
    with pytest.raises(Rejected) as refused:
        answer(hearing, "4")
    assert places(refused) == {("no_such_member", "/member")}


def test_a_panel_that_is_complete_draws_nobody():
    with pytest.raises(Rejected) as refused:
        draw(draw()[0])

    assert places(refused) == {("panel_complete", "/size")}


# -- the register


def test_a_member_is_registered_with_every_condition_confirmed():
    member = a_member("1")

    assert members.register(member, SITS) == member
    with pytest.raises(Rejected) as refused:
        members.register(
            replace(
                member,
                eligibility=(Eligibility.FIT,),
                confirmed_on=date.max,
                term_to=date(2019, 1, 1),
            ),
            SITS,
        )
    assert places(refused) == {
        ("eligibility_open", "/eligibility"),
        ("date_in_future", "/confirmed_on"),
        ("date_before_start", "/term_to"),
    }


def test_a_membership_is_suspended_taken_up_again_and_ends_for_good():
    def change(member, status, day):
        return members.change_status(
            member, status=status, on=day, reason="换届", today=SITS
        )

    suspended = change(a_member("1"), "suspended", date(2021, 1, 1))
    back = change(suspended, "active", date(2021, 2, 1))
    ended = change(back, "ended", date(2021, 3, 1))

    assert [m.serves_on(SITS) for m in (suspended, back, ended)] == [False, True, False]
    with pytest.raises(Conflict) as refused:
        change(ended, "active", SITS)
    assert refused.value.code == "member_ended"
    with pytest.raises(Rejected):
        change(back, "ended", date(2021, 1, 1))


@pytest.mark.requirement("DY-23")
def test_who_was_suspended_for_some_days_served_before_and_serves_after_them():
    changes = (("suspended", date(2021, 1, 5)), ("active", date(2021, 2, 1)))
    member = a_member("1")
    for status, day in changes:
        member = members.change_status(
            member, status=status, on=day, reason="借调", today=SITS
        )
    days = [date(2021, 1, 4), date(2021, 1, 5), date(2021, 1, 31), date(2021, 2, 1)]

    assert [member.serves_on(day) for day in days] == [True, False, False, True]
    assert member.earlier[-1].reason == "借调"
