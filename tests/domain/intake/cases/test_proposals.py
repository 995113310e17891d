"""
A petition becomes a case: by which clauses, with which row, and when by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.cases import proposals
from services.intake.domain.cases.cases import repeated
from services.intake.domain.cases.proposals import Items
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.vocabulary import PetitionState
from tests.builders import COUNTY, codes
from tests.builders.lifecycle import PETITION

ON, TODAY = date(2021, 3, 8), date(2021, 3, 10)
POLICY = current_policy()
OURS = replace(PETITION, number=f"{COUNTY}-2021-0000001", office=COUNTY, received_on=ON)
GRASS_ROOTS = "990101"
THEIRS = replace(
    OURS,
    number=f"{GRASS_ROOTS}-2021-0000001",
    office=GRASS_ROOTS,
    programme="dy-leaders",
)
FIRST = Items(ON, ON, 0)
AGAIN = Items(date(2018, 5, 2), date(2020, 5, 6), 2)
OPINION = {"organ": "procuratorate", "final": True}


def proposal(petition, items=FIRST, accepted_on=None, **stated):
    return proposals.propose(
        petition,
        items,
        POLICY.programmes.get(petition.programme),
        POLICY.directory,
        accepted_on=accepted_on,
        stated=stated,
    )


def ids(clauses):
    return [clause.id for clause in clauses]


@pytest.mark.requirement("PY-06", "PY-47")
def test_a_proposal_names_each_clause_it_meets_fails_or_cannot_judge_yet():
    new = proposal(OURS)
    old = proposal(OURS, AGAIN)
    stated = proposal(OURS, AGAIN, scope_class=4, prior_opinions=[OPINION])

    assert (new.in_scope, new.track) == (False, "everyday")
    assert ids(new.failing) == ["PY-06.accepted", "PY-06.repeated"]
    assert ids(new.undecided) == ["PY-06.class"]
    assert ids(old.met) == ["PY-06.kind", "PY-06.accepted", "PY-06.repeated"]
    assert (old.in_scope, ids(old.undecided)) == (False, ["PY-06.class"])
    assert (stated.in_scope, stated.track, stated.repeats) == (True, "campaign", 2)


@pytest.mark.requirement("PY-06")
def test_a_repeat_that_is_accepted_now_stays_of_the_matter_that_was_accepted_then():
    """
    A-18: any acceptance in the window counts.
    """
    stated = {"scope_class": 4, "prior_opinions": [OPINION]}
    accepted = POLICY.programmes.get(OURS.programme).scope.accepted_on
    long_ago, inside = date(2014, 3, 3), date(2020, 5, 8)
    again = proposal(OURS, AGAIN, accepted_on=accepted([inside, ON]), **stated)
    old = replace(AGAIN, first_on=long_ago)
    outside = proposal(OURS, old, accepted_on=accepted([ON, long_ago]), **stated)
    then = proposal(OURS, old, accepted_on=accepted([long_ago, inside, ON]), **stated)
    edge = replace(OURS, received_on=date(2020, 6, 30))
    late = proposal(
        edge, Items(edge.received_on, edge.received_on, 0), date(2020, 7, 1)
    )

    assert (again.in_scope, again.track) == (True, "campaign")
    assert (then.in_scope, then.track) == (True, "campaign")
    assert ids(outside.failing) == ["PY-06.accepted"]
    assert "PY-06.accepted" in ids(late.failing)
    assert accepted([long_ago, ON]) == long_ago
    assert accepted([]) is None


@pytest.mark.requirement("DY-08")
def test_a_first_petition_at_the_grass_roots_becomes_a_case_by_itself():
    repeat = replace(THEIRS, repeat_of="990101-2021-0000000")
    city = replace(THEIRS, office="990100")
    tip = replace(THEIRS, case_kind="report")

    assert proposal(THEIRS).automatic == "DY-08"
    assert proposal(THEIRS).in_scope
    assert proposal(repeat).automatic is None
    assert proposal(city).automatic is None
    assert not proposal(tip).in_scope
    assert proposal(OURS).automatic is None


def opened(petition, items=FIRST, opened_on=TODAY, **stated):
    row = proposals.case_row(
        petition,
        items,
        opened_on=opened_on,
        stated=stated,
        private={"petitioner": {"name": "甄立案"}, "demand": "请求复查。"},
    )
    programme = POLICY.programmes.get(petition.programme)
    stored, _, event = proposals.open_from_petition(
        petition, row, programme, POLICY.directory, today=TODAY
    )
    return stored, event


def test_a_case_keeps_the_number_of_its_petition_and_what_a_person_states_of_it():
    row, event = opened(
        OURS, AGAIN, leader_post="检察长", difficulty="hard", team="专班"
    )

    assert event.case_number == OURS.number
    assert event.occurred_on == TODAY
    assert event.leaders == ((COUNTY, "检察长"),)
    assert (event.difficulty, event.team, event.repeats) == ("hard", "专班", 2)
    assert not event.first_petition
    assert opened(THEIRS)[1].first_petition
    assert (row["petitioner_name"], row["main_demand"]) == ("甄立案", "请求复查。")


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"opened_on": date(2021, 3, 7)}, "date_before_start"),
        ({"opened_on": date(2021, 3, 11)}, "date_in_future"),
        ({"resolve_by": date(2021, 3, 1)}, "date_before_start"),
        ({"leader_post": "院长"}, "no_such_post"),
        ({"handler_post": "书记员甲"}, "no_such_post"),
        ({"department": "无此部门"}, "no_such_department"),
    ],
)
def test_what_is_wrong_with_a_case_from_a_petition_is_said(stated, code):
    with pytest.raises(Rejected) as refused:
        opened(OURS, **stated)

    assert codes(refused) == [code]


@pytest.mark.parametrize(
    ("petition", "code"),
    [
        (replace(OURS, case_opened_on=ON), "already_a_case"),
        (replace(OURS, state=PetitionState.FORWARDED), "not_ours_to_handle"),
    ],
)
def test_what_is_a_case_or_elsewhere_becomes_none(petition, code):
    with pytest.raises(Conflict) as refused:
        opened(petition)

    assert codes(refused) == [code]


@pytest.mark.requirement("PY-05", "PY-06")
def test_only_repeats_in_the_window_of_the_programme_count():
    scope = POLICY.programmes.get("puyang-2020").scope
    case, _ = proposals.open_case(
        proposals.case_row(OURS, AGAIN, opened_on=TODAY),
        office=COUNTY,
        programme=POLICY.programmes.get("puyang-2020"),
    )
    counted, event = repeated(case, ON, counted=True, received_on=ON)
    outside, other = repeated(case, ON, counted=False, received_on=ON)

    assert scope.counts_repeat(date(2020, 6, 30))
    assert not scope.counts_repeat(date(2020, 7, 1))
    assert (counted.repeats, event.counted) == (3, True)
    assert (outside.repeats, other.counted) == (2, False)
