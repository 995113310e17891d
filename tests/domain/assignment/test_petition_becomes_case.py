"""
A matter that was first a petition and then a case, and its petitions after a closing.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.closings.flow_back import repeats_after_closing
from services.assignment.domain.facts.leaders import LeaderRecused
from services.assignment.domain.facts.received import (
    CaseRepeated,
    CaseRepeatWithdrawn,
    PetitionCorrected,
)
from services.assignment.domain.matter import Matter
from services.assignment.domain.recompute import recompute
from shared.matter_numbers import ForeignMatter, require_owner
from shared.policy.current import current_policy
from tests.builders import an_envelope
from tests.builders.facts import happened, named, opened, registered, replied

OFFICE, NUMBER = "990101", "990101-2021-0000001"
OF = {"office": OFFICE, "programme": "dy-leaders"}
CAME, CASE, LED = date(2021, 3, 1), date(2021, 3, 3), date(2021, 3, 9)
PETITION = registered(CAME, channel="letter", **OF)
FIRST = opened(CASE, first_petition=True, handed=False, difficulty="ordinary", **OF)


def after(*facts):
    matter = Matter(NUMBER)
    for index, fact in enumerate(facts):
        matter = recompute(matter, {str(index): fact}, current_policy()).matter
    return matter


@pytest.mark.requirement("DY-08")
def test_a_petition_that_becomes_a_case_owes_both_whatever_comes_first():
    leader = named(LED, (OFFICE, "检察长"), department="控告申诉检察部")
    facts = (PETITION, FIRST, replied(date(2021, 3, 4)), leader)
    found = [after(*order) for order in itertools.permutations(facts)]
    duties = [
        {duty.kind: (duty.due_on, duty.state) for duty in matter.duties.values()}
        for matter in found
    ]

    assert duties[0]["procedural_reply"] == (date(2021, 3, 8), "discharged")
    assert duties[0]["three_month_answer"] == (date(2021, 6, 1), "open")
    assert duties[0]["leader_named"] == (date(2021, 3, 10), "discharged")
    assert all(each == duties[0] for each in duties)
    for matter in found:
        assert (matter.is_case, matter.in_scope, matter.opened_on) == (True, True, CAME)
        assert matter.is_led


HANDLER, OTHER = "检察官助理", "第五检察部主任"
BY_HAND = replace(PETITION, handler_post=HANDLER)
CORRECTED = PetitionCorrected(
    on=LED,
    correction=1,
    received_on=CAME,
    channel="letter",
    category="claim",
    case_kind="complaint",
    first=True,
    handler_post=OTHER,
)
RECUSED = LeaderRecused(
    on=LED, leader_office=OFFICE, post=HANDLER, lifted=False, own=True
)
NAMED = named(LED, handler_post=OTHER)
AWAY_AND_BACK = [
    happened("matter.case_moved", LED, from_office=a, to_office=b, reason="batch")
    for a, b in ((OFFICE, "990102"), ("990102", OFFICE))
]


@pytest.mark.parametrize(
    ("facts", "handler"),
    [
        ((BY_HAND,), HANDLER),
        ((BY_HAND, CORRECTED), OTHER),
        ((BY_HAND, FIRST), HANDLER),
        ((BY_HAND, FIRST, NAMED), OTHER),
        ((BY_HAND, FIRST, RECUSED), None),
        ((BY_HAND, FIRST, NAMED, replace(RECUSED, post=OTHER)), None),
        ((BY_HAND, FIRST, NAMED, *AWAY_AND_BACK), None),
        ((BY_HAND, FIRST, *AWAY_AND_BACK), HANDLER),
    ],
)
def test_who_handles_a_petition_handles_its_case_until_another_is_named(facts, handler):
    matter = after(*facts)
    owed = matter.duties.values()

    assert matter.handler_post == handler
    assert {each.handler_post for each in owed if each.office == OFFICE} == {handler}
    assert {each.handler_post for each in owed if each.office != OFFICE} <= {None}


def test_a_petition_is_no_case_of_another_office():
    with pytest.raises(ForeignMatter):
        after(PETITION, replace(FIRST, office="990102"))


def test_an_event_of_a_case_may_be_about_a_petition_of_its_office_only():
    ours = an_envelope("intake.case_opened", case_number=NUMBER, office=OFFICE)
    theirs = an_envelope("intake.case_opened", case_number=NUMBER, office="990102")

    require_owner(ours, None)
    with pytest.raises(ForeignMatter):
        require_owner(theirs, None)


def closed(on):
    return happened("matter.case_resolved", on, in_scope=True)


def reopened(on):
    return happened("matter.case_reopened", on, in_scope=True, was="resolved")


@pytest.mark.requirement("XQ-44", "S28")
@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ((), []),
        ((closed(date(2021, 4, 1)),), [1]),
        ((closed(date(2021, 5, 1)),), []),
        ((closed(date(2021, 5, 2)),), []),
        ((closed(date(2021, 4, 1)), reopened(date(2021, 4, 9))), []),
        ((closed(date(2021, 4, 1)), reopened(date(2021, 5, 1))), [1]),
        (
            (
                closed(date(2021, 3, 20)),
                reopened(date(2021, 4, 1)),
                closed(date(2021, 4, 9)),
            ),
            [1],
        ),
    ],
)
def test_a_petition_after_the_closing_is_one_until_the_case_is_reopened(facts, days):
    repeat = CaseRepeated(on=date(2021, 5, 1), counted=True)
    found = repeats_after_closing([FIRST, *facts, repeat])

    assert [each.on.day for each in found] == days


def test_a_petition_that_is_no_repeat_after_all_is_none_after_the_closing():
    day, ended = date(2021, 5, 1), closed(date(2021, 4, 1))
    repeat = CaseRepeated(on=day, counted=True)
    withdrawn = CaseRepeatWithdrawn(on=date(2021, 5, 6), repeated_on=day)
    facts = [FIRST, ended, repeat, repeat, withdrawn]

    assert [each.on for each in repeats_after_closing(facts)] == [day]


def test_a_restored_repeat_that_came_before_the_closing_does_not_flow_back():
    came, gone, back = date(2021, 3, 20), date(2021, 3, 25), date(2021, 5, 6)
    repeat = CaseRepeated(on=came, received_on=came, counted=True)
    withdrawn = CaseRepeatWithdrawn(on=gone, repeated_on=came, received_on=came)
    restored = CaseRepeated(on=back, received_on=came, counted=True)
    new = CaseRepeated(on=back, received_on=back, counted=True)
    of = {"office": "640104002", "programme": "xq-2020"}
    case, ended = opened(date(2020, 11, 16), **of), closed(date(2021, 4, 1))

    assert not list(repeats_after_closing([case, repeat, withdrawn, ended, restored]))
    for each, standing in ((restored, "resolved"), (new, "open")):
        matter = recompute(after(case, ended), {"again": each}, current_policy()).matter
        assert matter.standing == standing


@pytest.mark.requirement("XQ-44")
def test_a_petition_after_the_closing_is_to_be_followed_up():
    of = {"office": "640104002", "programme": "xq-2020"}
    case = opened(date(2020, 11, 16), handed=False, difficulty="ordinary", **of)
    repeat = CaseRepeated(on=date(2021, 5, 6), counted=False)
    facts = (case, closed(date(2021, 4, 1)), repeat)
    matter = after(
        *facts, happened("matter.act_recorded", repeat.on, act="followed_up")
    )
    (duty,) = (d for d in after(*facts).duties.values() if d.kind == "follow_up")
    (done,) = (d for d in matter.duties.values() if d.kind == "follow_up")

    assert (duty.opened_on, duty.due_on) == (date(2021, 5, 6), date(2021, 5, 13))
    assert done.state == "discharged"


@pytest.mark.requirement("S28")
@pytest.mark.parametrize(
    "code", ["puyang-2020", "jiaozuo-2021", "meixian", "dy-leaders"]
)
def test_a_petition_after_the_closing_asks_whether_the_case_is_reopened(code):
    office = current_policy().programmes.get(code).hub
    of = {"office": office, "programme": code}
    came = date(2021, 5, 6)
    case = opened(CASE, handed=False, difficulty="ordinary", **of)
    facts = (case, closed(date(2021, 4, 1)), CaseRepeated(on=came, counted=True))

    def decision(*more):
        duties = after(*facts, *more).duties.values()
        (duty,) = (each for each in duties if each.kind == "reopening_decision")
        return duty

    assert (decision().office, decision().opened_on) == (office, came)
    assert (decision().due_on, decision().state) == (date(2021, 5, 13), "open")
    refused = happened("matter.act_recorded", came, act="not_reopened")
    for end in (reopened(came), refused):
        assert decision(end).state == "discharged"
    mistaken = CaseRepeatWithdrawn(on=date(2021, 5, 8), repeated_on=came)
    for earlier in ((), (refused,)):
        never_owed = decision(*earlier, mistaken)
        assert (never_owed.state, never_owed.state_on) == ("released", came)
