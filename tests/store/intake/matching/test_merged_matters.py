"""
What comes in about a case that was merged into another repeats that one (PY-19).
"""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.endpoints.cases.cases import merge_case, unmerge_case
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.store import CountedRepeats
from tests.builders import a_registration
from tests.store.offices import TODAY
from tests.store.registering import NUMBER, row
from tests.store.test_lock_order import ask

OTHER, THIRD = "清检信〔2020〕8002号", "清检信〔2020〕8003号"
WHO = {"name": "李重来", "id_no": "999999194605021872"}
ORIGINAL = {"original_case_no": "（2019）豫0922刑初8021号"}
MERGED, CAME, PARTED = date(2021, 3, 1), date(2021, 3, 5), date(2021, 3, 10)


def push(office):
    office.push(
        row(petitioner_name=WHO["name"], id_no=WHO["id_no"], **ORIGINAL),
        {**row(petitioner_name="甄另案"), "case_no": OTHER},
        {**row(petitioner_name="甄三案"), "case_no": THIRD},
    )


def merge(office, number, into):
    body = {"into": into, "merged_on": MERGED, "reason": "同一信访事项。"}
    ask(office.session, merge_case, number, today=TODAY, **body)


def came(office):
    body = a_registration(CAME) | {"petitioner": WHO, **ORIGINAL}
    query = {"proposals": False}
    answer = ask(
        office.session, register_petition, None, query=query, today=TODAY, **body
    )
    return answer[1]["number"]


def repeats(office):
    counted = CountedRepeats(office.session)
    return {each: counted.numbers_of_case(each) for each in (NUMBER, OTHER, THIRD)}


@pytest.mark.requirement("PY-19", "PY-05")
def test_a_letter_about_a_merged_case_repeats_the_case_it_is_one_matter_with(office):
    push(office)
    merge(office, NUMBER, OTHER)
    merge(office, OTHER, THIRD)
    number = came(office)

    assert repeats(office) == {NUMBER: [], OTHER: [], THIRD: [number]}


@pytest.mark.requirement("PY-19", "PY-05")
def test_what_came_while_a_case_was_merged_repeats_that_case_once_it_is_parted(office):
    push(office)
    merge(office, NUMBER, OTHER)
    number = came(office)
    together = repeats(office)
    body = {"unmerged_on": PARTED, "reason": "经核实不是同一事项。"}
    shown = ask(office.session, unmerge_case, NUMBER, today=TODAY, **body)

    assert shown["merged_into"] is None
    assert together == {NUMBER: [], OTHER: [number], THIRD: []}
    assert repeats(office) == {NUMBER: [number], OTHER: [], THIRD: []}


@pytest.mark.requirement("PY-19", "PY-05")
def test_of_a_chain_of_merges_the_last_case_loses_what_repeats_the_parted_one(office):
    push(office)
    merge(office, NUMBER, OTHER)
    merge(office, OTHER, THIRD)
    number = came(office)
    body = {"unmerged_on": PARTED, "reason": "经核实不是同一事项。"}
    ask(office.session, unmerge_case, NUMBER, today=TODAY, **body)

    assert repeats(office) == {NUMBER: [number], OTHER: [], THIRD: []}
