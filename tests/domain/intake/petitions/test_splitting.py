"""
An accusation and a claim in one letter become two petitions (A-49).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions.petitions import Petition, registered
from services.intake.domain.petitions.splitting import check_split, split
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.vocabulary import Appellant, Category, PetitionState
from tests.builders import CITY, COUNTY, NEIGHBOUR, codes, places

DAY, TODAY = date(2020, 11, 20), date(2020, 11, 24)
PETITION = Petition(
    number="410900-2020-0000007",
    office=CITY,
    programme="puyang-2020",
    received_on=DAY,
    channel="letter",
    category=Category.CLAIM,
    case_kind="complaint",
    repeat_of="410900-2020-0000001",
    origin="own_screening",
)
CLAIM = {"category": "claim", "case_kind": "complaint", "demand": "请求复查。"}
ACCUSATION = {
    **CLAIM,
    "category": "accusation",
    "accused_office": COUNTY,
    "demand": "检举办案人员。",
}
BODY = {"split_on": TODAY, "part": ACCUSATION, "remaining": CLAIM, "reason": "两事。"}


def checked(petition=PETITION, had_by=(CITY,), **changes):
    policy = current_policy()
    words = policy.programmes.get("puyang-2020").words
    body = {**BODY, **changes}
    check_split(
        petition,
        body,
        words,
        policy.directory,
        had_by=had_by,
        progress_only=None,
        today=TODAY,
    )


def test_each_part_is_a_petition_with_its_own_clocks_and_secrecy():
    checked()
    found = split(PETITION, BODY, "410900-2020-0000008", TODAY)
    part, remaining = found.part, found.remaining

    assert (part.category, part.accused_office) == (Category.ACCUSATION, COUNTY)
    assert (remaining.category, remaining.accused_office) == (Category.CLAIM, None)
    assert (part.repeat_of, part.received_on) == (None, DAY)
    assert (part.split_from, remaining.split_into) == (PETITION.number, part.number)
    assert remaining.repeat_of == PETITION.repeat_of
    assert registered(part).part is True
    assert registered(part).occurred_on == DAY


def test_an_appeal_stays_with_the_claim():
    appeal = {"non_prosecution_office": COUNTY, "appellant": Appellant.VICTIM}
    appealed = replace(PETITION, non_prosecution_served_on=DAY, **appeal)
    found = split(appealed, BODY, "410900-2020-0000008", TODAY)

    assert found.remaining.appellant is Appellant.VICTIM
    assert found.part.appellant is found.part.non_prosecution_served_on is None


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"remaining": ACCUSATION}, {("one_accusation", "/part/category")}),
        ({"part": CLAIM}, {("one_accusation", "/part/category")}),
        (
            {"part": {**ACCUSATION, "accused_office": CITY}},
            {("accused_office", "/part/accused_office")},
        ),
        (
            {"part": {**ACCUSATION, "case_kind": "x", "demand": "检举**。"}},
            {("not_in_list", "/part/case_kind"), ("masked_value", "/part/demand")},
        ),
        ({"split_on": date(2020, 11, 19)}, {("date_before_start", "/split_on")}),
    ],
)
def test_what_is_wrong_with_a_split_is_said_at_once(changes, faults):
    with pytest.raises(Rejected) as refused:
        checked(**changes)

    assert places(refused) == faults


def test_what_the_accused_office_had_before_cannot_remain_an_accusation():
    with pytest.raises(Rejected) as refused:
        checked(had_by=(CITY, COUNTY), part=CLAIM, remaining=ACCUSATION)

    assert codes(refused) == ["accused_office"]
    checked(had_by=(CITY, NEIGHBOUR), part=CLAIM, remaining=ACCUSATION)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"split_into": "410900-2020-0000008"}, "already_split"),
        ({"split_from": "410900-2020-0000006"}, "already_split"),
        ({"state": PetitionState.FORWARDED}, "not_to_be_split"),
        ({"case_opened_on": DAY}, "not_to_be_split"),
    ],
)
def test_what_is_no_whole_petition_any_more_is_not_split(changes, code):
    with pytest.raises(Conflict) as refused:
        checked(replace(PETITION, **changes))

    assert codes(refused) == [code]
