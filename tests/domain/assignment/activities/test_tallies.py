"""
Tallies: acts counted, summed, looked for where missing, and matters gone in circles.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.activities.tallies import (
    NUMBERS_SHOWN,
    Recorded,
    Row,
    done_in_full,
    numbers_shown,
    span_problems,
    tally_rows,
    without_body,
)
from shared.policy.current import current_policy

COUNTY, OTHER = "410922", "410923"


def tallies_of(code):
    programme = current_policy().programmes.get(code)
    acts = {act.id: act for act in programme.every_act()}
    return {each.id: each for each in programme.tallies}, acts


def rows(
    code,
    name,
    *recorded,
    offices=(COUNTY, OTHER),
    cases=None,
    done=None,
    lacking=None,
    departments=None,
):
    tallies, acts = tallies_of(code)
    return tally_rows(
        tallies[name],
        recorded,
        acts=acts,
        offices=offices,
        cases=cases or {},
        done=done or {},
        lacking=lacking or {},
        departments=departments or {},
    )


def done(act, number="一号", office=COUNTY, times=1, amount=0, *, value=""):
    return Recorded(office, number, act, times, amount, value)


@pytest.mark.requirement("PY-25")
def test_acts_are_counted_by_office_over_all_matters():
    # PY-25.
    found = rows(
        "puyang-2020",
        "guidance",
        done("guided", times=2),
        done("guided", "二号"),
        done("guided", "三号", OTHER),
        done("contacted", "四号"),
    )

    assert found == [Row(COUNTY, acts=3), Row(OTHER, acts=1)]


def test_a_tally_is_parted_only_by_what_it_asks_for():
    # Another tally of the same act is parted by the role of third parties.
    found = rows("puyang-2020", "counselling", done("counselled", value="lawyer"))

    assert found == [Row(COUNTY, acts=1, parts={})]


@pytest.mark.requirement("PY-56")
def test_the_counts_that_acts_state_are_added_up():
    # PY-56: heads of the staff.
    [row] = rows("puyang-2020", "staff", done("staff_assigned", amount=7))

    assert (row.acts, row.amount) == (1, 7)
    assert row.numbers == ["一号"]


@pytest.mark.requirement("PY-27")
def test_an_office_that_recorded_nothing_is_missing():
    # PY-27.
    acts = done("staff_assigned", "puyang-2020/410922/acts")
    found = rows("puyang-2020", "nil_screening", acts)
    formed = without_body((COUNTY, OTHER), {COUNTY})

    assert {row.office: row.missing for row in found} == {COUNTY: 1, OTHER: 1}
    assert {row.office: row.missing for row in formed} == {OTHER: 1}


@pytest.mark.requirement("JZ-05")
def test_of_the_cases_those_in_scope_without_the_act_are_missing():
    # JZ-05; in how many of its cases in scope an office did it is counted before.
    court = "410825900"
    [row] = rows(
        "jiaozuo-2021",
        "unread",
        done("case_read", "", court, times=4),
        offices=[court],
        cases={court: 5},
        done={(court, "case_read"): 2, (OTHER, "case_read"): 1},
        lacking={court: ["四号", "五号", "六号"], OTHER: ["七号"]},
    )

    assert (row.acts, row.missing) == (4, 3)
    assert row.numbers == ["四号", "五号", "六号"]


@pytest.mark.requirement("DY-32")
@pytest.mark.parametrize(("times", "matters"), [(2, 0), (3, 1), (5, 1)])
def test_a_matter_handed_on_three_times_goes_in_circles(times, matters):
    # DY-32; three is the file's number.
    found = rows(
        "dy-leaders",
        "hand_offs",
        done("handed_on", "一号", "990101", times),
        done("handed_on", "二号", "990101"),
        offices=["990101"],
    )

    assert [row.acts for row in found] == [1] * matters
    assert [row.numbers for row in found] == [["一号"]] * matters


@pytest.mark.parametrize(
    ("offices", "shown"), [(0, 100), (1, 100), (10, 100), (172, 5), (3_000, 1)]
)
def test_of_many_offices_fewer_cases_of_each_are_named(offices, shown):
    assert numbers_shown(offices) == shown


def test_a_list_names_no_more_than_so_many_matters_but_counts_all():
    first, *others = (f"{n:04}" for n in range(NUMBERS_SHOWN + 5))
    many = Recorded(
        *(COUNTY, "", "contacted", NUMBERS_SHOWN + 4, 0), numbers=tuple(others)
    )
    [row] = rows("puyang-2020", "contacts", many, done("contacted", first))

    assert row.acts == NUMBERS_SHOWN + 5
    assert row.numbers == [first, *others][:NUMBERS_SHOWN]


@pytest.mark.parametrize(
    ("to", "faults"),
    [
        (date(2020, 10, 31), ["dates_inverted"]),
        (date(2020, 11, 1), []),
        (date(2020, 11, 30), []),
        (date(2020, 12, 1), ["span_too_long"]),
    ],
)
def test_a_query_counts_no_more_days_than_it_may(to, faults):
    found = span_problems(date(2020, 11, 1), to, 30)

    assert [each.code for each in found] == faults


@pytest.mark.requirement("PY-25")
def test_guidance_is_counted_by_the_guiding_department_too():
    found = rows(
        "puyang-2020",
        "guidance",
        done("guided", times=2, value="第一检察部"),
        done("guided", "二号", value="第二检察部"),
        done("guided", "三号", OTHER, value="第一检察部"),
    )

    assert [row.parts for row in found] == [
        {"第一检察部": 2, "第二检察部": 1},
        {"第一检察部": 1},
    ]


@pytest.mark.requirement("PY-36")
def test_departments_that_fed_nothing_back_are_counted_one_by_one():
    first, second, third = "第一检察部", "第二检察部", "第三检察部"
    of = {COUNTY: {first: (f"{first}主任",), second: (), third: ()}}
    found = rows(
        "puyang-2020",
        "ledgers",
        done("ledger_fed_back", value=f"{first}主任"),
        done("ledger_fed_back", value=third),
        departments=of,
    )

    assert [(row.missing, row.departments) for row in found] == [(1, [second])]


@pytest.mark.requirement("JZ-08")
def test_the_log_of_receptions_is_compared_with_what_was_entered():
    # 40 received and 30 entered are 10 apart, not 70.
    court, other = "410825900", "410822900"
    found = rows(
        "jiaozuo-2021",
        "entry_match",
        done("received", office=court, amount=40),
        done("entered", office=court, amount=30),
        done("received", office=other, amount=5),
        done("entered", office=other, amount=5),
        offices=(court, other),
    )

    assert [(row.office, row.amount, row.missing) for row in found] == [
        (court, 40, 10),
        (other, 5, 0),
    ]


@pytest.mark.requirement("XQ-50")
def test_what_was_solved_is_counted_by_the_level_that_solved_it():
    office = "640104"
    [row] = rows(
        "xq-2020",
        "levels",
        done("solved_at_level", office=office, times=3, value="村居"),
        done("solved_at_level", "二号", office, value="镇街"),
        offices=(office,),
    )

    assert (row.acts, row.parts) == (4, {"村居": 3, "镇街": 1})


@pytest.mark.requirement("MX-28")
def test_a_closing_is_complete_when_all_three_that_it_brings_are_done():
    """
    MX-28: of two closings of one case the second still lacks one.
    """
    found = [(COUNTY, "一号", True), (COUNTY, "一号", False), (OTHER, "二号", True)]

    assert done_in_full(found, (COUNTY, OTHER, "410926")) == [
        Row(COUNTY, acts=1, missing=1, numbers=["一号"], parts={"齐全": 1}),
        Row(OTHER, acts=1, parts={"齐全": 1}),
    ]
