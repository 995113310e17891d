"""
Duplicates: found, merged, and parted again.
"""

from __future__ import annotations

import pytest

from tests.builders import CITY, COUNTY, NEIGHBOUR, new_number
from tests.service.asking import a_row, all_items, as_json, at, refused


def two_of_one_matter(desk):
    one, other = new_number(), new_number("濮检交")
    original = {"original_case_no": new_number("清刑初"), "petitioner_name": "甄重件"}
    job = desk.push(as_json(a_row(one, **original), a_row(other, **original)))
    assert job["rows_kept"] == 2
    return one, other


@pytest.mark.requirement("PY-19")
def test_cases_of_one_person_and_one_original_case_are_named_as_duplicates(
    as_office, desk
):
    numbers = two_of_one_matter(desk)
    found = list(all_items(as_office(COUNTY), "intake", "/duplicates"))

    (pair,) = [item for item in found if set(item["numbers"]) == set(numbers)]
    assert pair["why"][0] == "姓名相同"
    assert "原案号相同（不计括号和写法）" in pair["why"]
    assert pair["score"] == sum(each["points"] for each in pair["evidence"])


@pytest.mark.requirement("PY-19")
def test_a_merged_duplicate_counts_no_more_and_an_unmerged_one_again(
    as_office, desk, announced, eventually
):
    number, into = two_of_one_matter(desk)
    clerk = as_office(COUNTY)
    body = {"into": into, "merged_on": "2020-11-05", "reason": "同一信访事项。"}
    merged = clerk.post("intake", at("cases", number, "merge"), body)
    eventually(lambda: len(desk.entries(number, "base")) == 2)

    assert merged.status_code == 200
    assert merged.json()["merged_into"] == into
    assert desk.entries(number, "base") == [("2020-11-02", 1), ("2020-11-05", -1)]
    assert desk.entries(number, "repeats") == [("2020-11-02", 3), ("2020-11-05", -3)]
    assert clerk.get("intake", at("cases", number)).json()["merged_on"] == "2020-11-05"

    body = {"unmerged_on": "2020-11-09", "reason": "经核实不是同一事项。"}
    restored = clerk.post("intake", at("cases", number, "unmerge"), body)
    eventually(lambda: len(desk.entries(number, "base")) == 3)

    assert restored.status_code == 200
    assert restored.json()["merged_into"] is None
    assert desk.entries(number, "base")[2] == ("2020-11-09", 1)
    assert announced("intake", number) == [
        "intake.case_opened",
        "intake.case_merged",
        "intake.case_unmerged",
    ]


@pytest.mark.requirement("PY-19")
def test_cases_of_two_offices_are_merged_and_unmerged_by_who_sees_both(
    as_office, desk, eventually
):
    (number,) = desk.cases()
    there = {"by": as_office(NEIGHBOUR), "reporting_office": "南乐县人民检察院"}
    (into,) = desk.cases(**there)
    merge = {"into": into, "merged_on": "2020-11-05", "reason": "同一信访事项。"}
    unmerge = {"unmerged_on": "2020-11-09", "reason": "经核实不是同一事项。"}

    def told(office, way, body):
        return as_office(office).post("intake", at("cases", number, way), body)

    refused(told(COUNTY, "merge", merge), 404)
    assert told(CITY, "merge", merge).status_code == 200
    refused(told(COUNTY, "unmerge", unmerge), 404)
    assert told(CITY, "unmerge", unmerge).status_code == 200
    eventually(lambda: len(desk.entries(number, "base")) == 3)
    assert [each for _, each in desk.entries(number, "base")] == [1, -1, 1]
    kept = desk.entries(into, "base", office=NEIGHBOUR)
    assert [each for _, each in kept] == [1]


def test_the_duties_of_a_merged_case_are_released_and_come_back(
    as_office, desk, eventually
):
    number, into = two_of_one_matter(desk)
    clerk = as_office(COUNTY)

    def states():
        found = clerk.get("assignment", at("cases", number))
        return found.is_success and {d["state"] for d in found.json()["duties"]}

    eventually(lambda: states() == {"open"})
    body = {"into": into, "merged_on": "2020-11-05", "reason": "同一信访事项。"}
    clerk.post("intake", at("cases", number, "merge"), body)
    eventually(lambda: states() == {"released"})
    body = {"unmerged_on": "2020-11-09", "reason": "不是同一事项。"}
    clerk.post("intake", at("cases", number, "unmerge"), body)

    eventually(lambda: states() == {"open"})
