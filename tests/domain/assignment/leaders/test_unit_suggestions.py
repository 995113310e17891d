"""
Which units are suggested for a case, by its topic and by places (XQ-15, XQ-32).
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.leaders.unit_suggestions import (
    UnitQuestion,
    suggest,
    without_unit,
)
from shared.policy.current import current_policy

POLICY = current_policy()
DISTRICT = POLICY.programmes.get("xq-2020")
ON = date(2020, 11, 20)
HOUSING, SUB_DISTRICT, OTHER = "640104801", "640104002", "640105800"


def suggested(topic=None, accused=None, **areas):
    asked = UnitQuestion(topic, areas, accused)
    found = suggest(asked, DISTRICT, POLICY.directory, ON)
    return [(unit.office, unit.role) for unit in found]


def nobody_for(**areas):
    found = without_unit(UnitQuestion(None, areas), DISTRICT, POLICY.directory, ON)
    return [each.title for each in found]


@pytest.mark.requirement("XQ-15", "XQ-32")
def test_who_is_in_charge_of_the_topic_leads_and_the_places_help():
    assert suggested(
        "unfinished_buildings",
        event=SUB_DISTRICT,
        residence="640104003",
        registration="640105",
    ) == [
        (HOUSING, "lead"),
        (SUB_DISTRICT, "co_handling"),
        ("640104003", "co_handling"),
        (OTHER, "cooperating"),
    ]


@pytest.mark.requirement("XQ-15")
def test_the_place_of_the_event_leads_where_nobody_is_in_charge_of_the_topic():
    assert suggested("resettlement_policy", event=SUB_DISTRICT) == [
        (SUB_DISTRICT, "lead")
    ]
    assert suggested(residence="640104003") == [("640104003", "co_handling")]


@pytest.mark.requirement("XQ-15")
def test_each_suggestion_says_why_and_by_which_document():
    asked = UnitQuestion("title_deeds", {"event": SUB_DISTRICT})
    lead, helps = suggest(asked, DISTRICT, POLICY.directory, ON)

    assert lead.reason == "谁主管、谁负责：无法办理房产证由兴庆区自然资源部门主管。"
    assert helps.reason == "属地管理：事发地属兴庆区解放西街街道。"
    assert lead.source == "XQ-15, XQ-32"


@pytest.mark.requirement("XQ-32")
def test_a_unit_has_one_part_and_places_of_one_area_make_one_unit():
    everywhere = dict.fromkeys(("event", "residence", "registration"), SUB_DISTRICT)

    assert suggested(**everywhere) == [(SUB_DISTRICT, "lead")]


@pytest.mark.requirement("XQ-32")
def test_of_a_sub_district_that_has_no_office_here_its_county_answers():
    assert suggested(registration="640105003") == [(OTHER, "cooperating")]
    assert nobody_for(registration="110101", event=SUB_DISTRICT) == ["户籍地"]


@pytest.mark.requirement("XQ-32")
def test_for_a_village_its_sub_district_answers():
    assert suggested(event=f"{SUB_DISTRICT}201") == [(SUB_DISTRICT, "lead")]


def test_who_is_accused_is_not_suggested_nor_who_stands_below():
    assert suggested("title_deeds", "640104802", event=SUB_DISTRICT) == [
        (SUB_DISTRICT, "lead")
    ]
    assert suggested("title_deeds", "640104800", event=SUB_DISTRICT) == []
