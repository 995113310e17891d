"""
Where a petition goes: what the programme suggests, and what a person may decide.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions.appeals import appeal_problems
from services.intake.domain.petitions.routing import (
    RouteDecision,
    decide_route,
    suggest,
)
from shared.errors import Rejected
from shared.policy.current import current_policy
from shared.vocabulary import Appellant, Category
from tests.builders import CITY, COUNTY, NEIGHBOUR, codes
from tests.builders.lifecycle import PETITION

ON, TODAY = date(2023, 3, 8), date(2023, 3, 10)
POLICY = current_policy()
MEIXIAN = replace(PETITION, office="610326", programme="meixian", received_on=ON)
PROVINCE = replace(PETITION, office="990000", programme="dy-leaders", received_on=ON)
DISTRICT = replace(PETITION, office="640104800", programme="xq-2020", received_on=ON)
PUYANG = replace(PETITION, office=COUNTY, programme="puyang-2020")
SUBCOUNTY = replace(PROVINCE, office="990101")
CENTRE, LETTERS, FIRST = "12309检察服务中心", "控告申诉检察部", "第一检察部"
CRIME, NEXT = "刑事检察部", NEIGHBOUR
UP, OWN, LATE = "TL-29.victim", "TL-29.not_prosecuted", "TL-29.late"
VICTIM, OTHER = Appellant.VICTIM, Appellant.NOT_PROSECUTED
APPEAL = {"category": Category.CLAIM, "case_kind": "criminal_appeal_procuratorate"}


def suggested(petition, **changes):
    petition = replace(petition, **changes)
    programme = POLICY.programmes.get(petition.programme)
    return suggest(petition, programme, POLICY.directory, POLICY.calendar)


def decided(petition, **asked):
    usual = {"office": None, "department": None, "organ": None, "reason": None}
    decision = RouteDecision(
        **{"id": "r1", "petition": petition.number, "decided_on": TODAY, **usual}
        | {"rule": None, "as_suggested": False, **asked}
    )
    directory = POLICY.directory
    return decide_route(
        petition, decision, suggested(petition), directory=directory, today=TODAY
    )


@pytest.mark.requirement("MX-09")
@pytest.mark.parametrize(
    ("category", "case_kind", "rule", "to"),
    [
        ("suggestion", "suggestion", "MX-09.suggestion", CENTRE),
        ("accusation", "complaint", "MX-09.complaint", CENTRE),
        ("accusation", "report", "MX-09.accusation", "有管理权限的纪检监察机关"),
        ("claim", "criminal_appeal_court", "MX-09.criminal", "第一检察部"),
        ("claim", "civil_supervision", "MX-09.civil", "第二检察部"),
        ("claim", "judicial_aid", "MX-09.claim", CENTRE),
    ],
)
def test_each_of_the_three_categories_goes_its_own_way(category, case_kind, rule, to):
    found = suggested(MEIXIAN, category=Category(category), case_kind=case_kind)

    assert (found.rule, found.department or found.organ) == (rule, to)
    assert found.office == (None if found.organ else "610326")
    assert found.reason
    assert "MX-09" in found.source


@pytest.mark.requirement("DY-11")
def test_letters_and_online_petitions_go_to_the_centres_of_the_province():
    letter, online = suggested(PROVINCE), suggested(PROVINCE, channel="online")
    handed = suggested(PROVINCE, origin="handed_by_spp")
    below = suggested(PROVINCE, office="990101")

    assert letter.department == "群众来信处理中心"
    assert online.department == "网络信访处理中心"
    assert handed.department == "群众信访督办中心"
    assert (below.office, below.department) == ("990101", "控告申诉检察部")
    assert suggested(PROVINCE, channel="visit") is None


@pytest.mark.requirement("XQ-34", "XQ-56")
def test_accusations_and_law_suits_leave_the_joint_conference():
    assert suggested(DISTRICT, case_kind="accusation").organ == "纪检监察机关"
    assert suggested(DISTRICT, case_kind="law_and_court").organ == "有管辖权的政法机关"
    assert suggested(DISTRICT, case_kind="claim") is None


def test_a_department_that_the_office_does_not_have_is_not_suggested():
    """
    The rules of a programme cover offices with other departments.
    """
    other = next(o for o in POLICY.directory.offices() if o.kind == "court")

    assert suggested(MEIXIAN, office=other.code, category=Category.SUGGESTION) is None


def test_who_names_nothing_follows_the_suggestion():
    confirmed = decided(MEIXIAN)
    named = decided(MEIXIAN, department=CENTRE)

    assert confirmed.as_suggested
    assert confirmed == replace(named, reason=None)
    assert (confirmed.rule, confirmed.office) == ("MX-09.claim", "610326")


def test_another_way_needs_a_reason_and_is_kept_beside_the_rule():
    with pytest.raises(Rejected) as refused:
        decided(MEIXIAN, department="第三检察部")
    other = decided(MEIXIAN, department="第三检察部", reason="由该部办理原案。")
    outside = decided(MEIXIAN, organ="县公安局", reason="属公安机关管辖。")

    assert codes(refused) == ["reason_missing"]
    assert (other.rule, other.as_suggested) == ("MX-09.claim", False)
    assert (outside.office, outside.organ) == (None, "县公安局")


def test_all_that_is_wrong_with_a_decision_is_said_at_once():
    accused = replace(MEIXIAN, category=Category.ACCUSATION, accused_office="640104800")
    with pytest.raises(Rejected) as refused:
        decided(
            accused,
            decided_on=date(2023, 3, 7),
            office="640104800",
            department="没有的部门",
            organ="县公安局",
        )
    with pytest.raises(Rejected) as nowhere:
        decided(replace(PROVINCE, channel="visit"))

    assert codes(refused) == ["date_before_start", "one_receiver", "reason_missing"]
    assert codes(nowhere) == ["route_missing", "reason_missing"]


@pytest.mark.parametrize(
    ("office", "department", "code"),
    [
        ("640104800", "信联办", "accused_office"),
        ("610326", "没有的部门", "no_such_department"),
        ("000000", "信联办", "no_such_office"),
    ],
)
def test_it_goes_to_an_office_that_there_is_and_that_is_not_accused(
    office, department, code
):
    accused = replace(MEIXIAN, category=Category.ACCUSATION, accused_office="640104800")
    with pytest.raises(Rejected) as refused:
        decided(accused, office=office, department=department, reason="如前所述。")

    assert codes(refused) == [code]


@pytest.mark.requirement("TL-29")
@pytest.mark.parametrize(
    ("petition", "decided", "appellant", "served", "received", "rule", "office", "to"),
    [
        # Seven days from 28 September end in the holidays, on 9 October (TL-29).
        (PUYANG, COUNTY, VICTIM, (2020, 9, 28), (2020, 10, 9), UP, CITY, FIRST),
        (PUYANG, COUNTY, OTHER, (2020, 9, 28), (2020, 10, 9), OWN, COUNTY, FIRST),
        (PUYANG, COUNTY, VICTIM, (2020, 9, 28), (2020, 10, 10), LATE, COUNTY, LETTERS),
        (PUYANG, COUNTY, OTHER, (2020, 9, 28), (2020, 10, 10), LATE, COUNTY, LETTERS),
        # What another county decided goes there, or to the city above both.
        (PUYANG, NEXT, VICTIM, (2020, 9, 28), (2020, 10, 9), UP, CITY, FIRST),
        (PUYANG, NEXT, VICTIM, (2020, 9, 28), (2020, 10, 10), LATE, NEXT, LETTERS),
        (PUYANG, CITY, OTHER, (2020, 9, 28), (2020, 10, 9), OWN, CITY, FIRST),
        (MEIXIAN, "610326", VICTIM, (2023, 3, 1), (2023, 3, 8), UP, "610300", FIRST),
        (MEIXIAN, "610326", OTHER, (2023, 2, 28), (2023, 3, 8), LATE, "610326", CENTRE),
        (SUBCOUNTY, "990101", VICTIM, (2023, 3, 1), (2023, 3, 8), UP, "990100", CRIME),
        (SUBCOUNTY, "990101", OTHER, (2023, 3, 1), (2023, 3, 8), OWN, "990101", CRIME),
    ],
)
def test_an_appeal_against_non_prosecution_goes_where_the_decision_was_made_or_above(
    petition, decided, appellant, served, received, rule, office, to
):
    found = suggested(
        petition,
        received_on=date(*received),
        non_prosecution_office=decided,
        appellant=appellant,
        non_prosecution_served_on=date(*served),
        **APPEAL,
    )

    assert (found.rule, found.office, found.department) == (rule, office, to)
    assert suggested(PUYANG, **APPEAL) is None


@pytest.mark.requirement("TL-29")
def test_an_appeal_that_was_posted_in_time_is_in_time():
    """
    期满前交邮的，不算过期（刑事诉讼法第一百零五条）.
    """
    late = {
        "received_on": date(2020, 10, 12),
        "non_prosecution_office": COUNTY,
        "appellant": VICTIM,
        "non_prosecution_served_on": date(2020, 9, 28),
        **APPEAL,
    }

    assert suggested(PUYANG, **late).rule == LATE
    assert suggested(PUYANG, appealed_on=date(2020, 10, 9), **late).rule == UP


@pytest.mark.requirement("TL-29")
def test_an_appeal_says_who_decided_who_appeals_and_when_it_was_served():
    received, served = date(2020, 10, 9), date(2020, 9, 28)
    whole = {
        "non_prosecution_office": COUNTY,
        "non_prosecution_served_on": served,
        "appellant": VICTIM,
    }

    def found(category="claim", **said):
        said = {"category": category, **said}
        problems = appeal_problems(said, received, POLICY.directory)
        return [(each.code, each.location) for each in problems]

    assert found() == found(**whole) == found(**whole, appealed_on=received) == []
    assert found("accusation") == []
    assert found("accusation", **whole) == [
        ("appeal_in_accusation", f"/{each}") for each in whole
    ]
    assert found(appealed_on=received) == [("required", f"/{each}") for each in whole]
    assert found(**whole | {"non_prosecution_office": "000000"}) == [
        ("no_such_office", "/non_prosecution_office")
    ]
    assert found(**whole, appealed_on=date(2020, 9, 27)) == [
        ("date_before_start", "/non_prosecution_served_on")
    ]
    assert found(**whole, appealed_on=date(2020, 10, 10)) == [
        ("date_before_start", "/appealed_on")
    ]
