"""
From sums to a return: rows, rates, shortfalls, the balance, and what signing fixes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.casework.drafting import goal_of, lines_of
from services.reporting.domain.baselines import lists_in_figures
from services.reporting.domain.figures import (
    FiguresRequest,
    Goal,
    Line,
    Unbalanced,
    checksum,
    compute,
    rate_text,
    short_by,
)
from services.reporting.domain.measures import registry
from services.reporting.domain.returns import is_overtaken, message_ids
from services.reporting.schemas.figures import FiguresView
from shared.numerals import yuan
from shared.policy.current import current_policy
from shared.policy.directory import Directory, Office, Standing

ASKED = FiguresRequest(
    "puyang-2020", "410900", date(2020, 12, 31), datetime(2021, 1, 5, tzinfo=UTC)
)
NAMES = ("office", "name")
LINES = (
    Line("410900", "濮阳市院本级", ("410900",)),
    Line("410922", "清丰县院", ("410922",)),
    Line("410923", "南乐县院", ("410923", "410929")),
)
SUMS = {
    ("410922", "base"): 31,
    ("410922", "resolved"): 9,
    ("410922", "ended"): 2,
    ("410923", "base"): 10,
    ("410929", "base"): 5,
    ("410929", "resolved"): 5,
    ("410922", "aid_yuan"): 1_200_050,
    ("410922", "concluded"): 4,
}
PERSONS = {
    ("410922", "aid_persons"): 2,
    ("410923", "aid_persons"): 1,
    (None, "aid_persons"): 2,
}


def figures(
    *,
    sums=SUMS,
    listed=None,
    persons=PERSONS,
    lines=LINES,
    ended_counts=False,
    percent=30,
):
    return compute(
        ASKED,
        lines,
        sums=sums,
        listed=listed,
        persons=persons,
        goal=Goal(date(2020, 12, 31), percent, ended_counts),
        registry=registry(),
    )


def test_each_office_below_has_a_row_with_its_whole_subtree():
    rows = {row["office"]: row for row in figures()["rows"]}

    assert rows["410923"]["base"] == 15
    assert rows["410923"]["resolved"] == 5
    assert rows["410923"]["rate"] == "33.3%"


def test_rows_of_zero_are_kept():
    own = figures()["rows"][0]

    assert own["name"] == "濮阳市院本级"
    assert own["base"] == 0
    assert own["rate"] == "—"
    assert own["short_by"] == 0
    assert own["aid_yuan"] == "0.00"


def test_the_total_is_the_sum_and_its_rate_is_made_from_summed_counts():
    total = figures()["total"]

    assert total["base"] == 46
    assert total["resolved"] == 14
    assert total["rate"] == "30.4%"
    assert total["target"] == 30
    assert total["short_by"] == 0
    assert total["aid_yuan"] == "12000.50"


def test_without_a_rate_to_reach_nobody_is_short_and_the_rate_stands_alone():
    # no target is not a target of nought per cent.
    found = figures(percent=None)

    assert found["milestone"]["target"] is None
    assert (found["total"]["target"], found["total"]["short_by"]) == (None, None)
    assert found["total"]["rate"] == "30.4%"


@pytest.mark.requirement("XQ-06", "XQ-07")
@pytest.mark.parametrize(
    ("programme", "year", "percent"),
    [
        ("puyang-2020", 2020, 30),
        ("puyang-2020", 2022, 100),
        # 95 cases are to reach 65 %, the others 100 % two years later.
        ("xq-2020", 2020, None),
        ("xq-2020", 2022, 100),
        ("dy-leaders", 2022, None),
        ("meixian", 2022, None),
        ("jiaozuo-2021", 2022, None),
    ],
)
def test_a_return_has_the_rate_that_all_its_cases_are_to_reach(
    programme, year, percent
):
    # XQ-06, XQ-07.
    goal = goal_of(current_policy().programmes.get(programme), date(year, 12, 31))

    assert goal.percent == percent


@pytest.mark.requirement("DY-16", "JZ-04", "XQ-06", "XQ-07")
@pytest.mark.parametrize(
    ("programme", "lists"),
    [
        # The list that governs Puyang's rate has columns of its own.
        ("puyang-2020", []),
        ("xq-2020", ["handed95", "others"]),
        ("dy-leaders", ["spp", "committee"]),
        ("jiaozuo-2021", ["opening"]),
        ("meixian", []),
    ],
)
def test_the_figures_have_the_lists_of_a_programme_that_can_be_frozen(programme, lists):
    found = lists_in_figures(current_policy().programmes.get(programme))

    assert [baseline.id for baseline in found] == lists


def test_a_person_aided_by_two_offices_is_one_person_above_them():
    found = figures()

    assert sum(row["aid_persons"] for row in found["rows"]) == 3
    assert found["total"]["aid_persons"] == 2


def test_lawful_endings_count_towards_the_target_only_if_the_offices_say_so():
    without, counted = figures()["rows"][1], figures(ended_counts=True)["rows"][1]

    assert (without["rate"], without["short_by"]) == ("29.0%", 1)
    assert (counted["rate"], counted["short_by"]) == ("35.5%", 0)
    assert counted["resolved"] == 9


def test_the_frozen_list_governs_the_rate_and_the_rate_live_stands_beside_it():
    # 122 of 223 on the list, 122 of 227 as the cases stand.
    one = (Line("410922", "清丰县院", ("410922",)),)
    live = {("410922", "base"): 227, ("410922", "resolved"): 124}
    listed = {("410922", "base"): 223, ("410922", "resolved"): 122}

    found = figures(sums=live, listed=listed, lines=one, persons={}, percent=55)
    row = found["rows"][0]

    assert (row["base"], row["resolved"], row["rate_live"]) == (227, 124, "54.6%")
    assert (row["base_frozen"], row["resolved_frozen"]) == (223, 122)
    assert (row["rate"], row["short_by"]) == ("54.7%", 1)
    assert {name: found["total"][name] for name in row if name not in NAMES} == {
        name: value for name, value in row.items() if name not in NAMES
    }


def test_as_long_as_no_list_is_frozen_the_rate_is_that_of_all_cases():
    row = figures()["rows"][1]

    assert (row["base_frozen"], row["resolved_frozen"]) == (None, None)
    assert row["rate"] == row["rate_live"] == "29.0%"


def test_figures_whose_rows_do_not_make_the_whole_are_not_published():
    with pytest.raises(Unbalanced, match="base"):
        figures(lines=LINES[:2])
    with pytest.raises(Unbalanced, match="base"):
        figures(lines=(*LINES, LINES[1]))
    with pytest.raises(Unbalanced, match="aid_persons"):
        figures(persons={(None, "aid_persons"): 1})


def test_figures_fit_the_answer_the_interface_promises():
    found = figures()
    answer = FiguresView().dump(found)

    assert answer.pop("labels")["programme"]
    assert answer == found


LISTED = {("410922", "base"): 30, ("410922", "resolved"): 9}


def overtaken(signed, *, sums=SUMS, listed=LISTED):
    return is_overtaken(signed, LINES, sums=sums, listed=listed, ended_counts=False)


def test_a_return_with_which_the_ledger_agrees_is_not_overtaken():
    assert not overtaken(figures(listed=LISTED))
    assert not overtaken(figures(), listed=None)
    # Who was aided does not follow from sums, and changes only with the money.
    assert not overtaken(figures(listed=LISTED, persons={(None, "aid_persons"): 0}))


@pytest.mark.parametrize(
    "measure", ["base", "resolved", "ended", "aid_yuan", "overdue"]
)
def test_a_return_is_overtaken_when_a_sum_is_another(measure):
    key = ("410929", measure)

    assert overtaken(figures(listed=LISTED), sums={**SUMS, key: SUMS.get(key, 0) + 1})


def test_a_return_is_overtaken_when_only_the_rate_on_the_list_is_another():
    # One case of the list flowed back and one that is on no list was resolved: the
    # sums of all cases are what they were.
    fewer = {**LISTED, ("410922", "resolved"): 8}

    assert overtaken(figures(listed=LISTED), listed=fewer)


def test_a_return_is_overtaken_when_its_list_was_frozen_later():
    assert overtaken(figures(), listed=LISTED)


def test_the_same_figures_have_the_same_checksum():
    assert checksum(figures()) == checksum(dict(reversed(figures().items())))
    assert checksum(figures()) != checksum(figures(ended_counts=True))


@pytest.mark.parametrize(
    ("base", "resolved", "percent", "missing"),
    [
        (95, 62, 100, 33),
        (95, 81, 100, 14),
        (31, 9, 30, 1),
        (95, 61, 65, 1),
        (95, 62, 65, 0),
        (95, 80, 85, 1),
        (95, 81, 85, 0),
        (10, 3, 30, 0),
        (0, 0, 30, 0),
    ],
)
def test_short_by_is_counted_in_whole_cases(base, resolved, percent, missing):
    assert short_by(base, resolved, percent) == missing


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 100))
def test_short_by_is_the_smallest_number_that_reaches_the_target(base, done, percent):
    missing = short_by(base, done, percent)

    assert missing == max(0, ceil(Fraction(percent * base, 100)) - done)
    assert (done + missing) * 100 >= percent * base


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(1, 3, "33.3%"), (2, 3, "66.7%"), (1, 8, "12.5%"), (1, 2000, "0.1%"),
     (5, 5, "100.0%"), (0, 7, "0.0%"), (0, 0, "—")],
)  # fmt: skip
def test_a_rate_is_said_with_one_decimal_and_a_dash_for_nothing(part, whole, said):
    assert rate_text(part, whole) == said


def test_fen_are_said_in_yuan():
    assert yuan(1_200_005) == "12000.05"


def office(code, *parents):
    return Office(
        code=code,
        name=f"院{code}",
        short_name=code,
        level="county",
        kind="procuratorate",
        parent=parents[-1].code if parents else None,
        valid_from=None,
        valid_to=None,
        mail=(),
        posts={},
        departments=(),
        parents=parents,
    )


def test_a_county_merged_in_mid_year_stands_under_its_successor_once():
    directory = Directory(
        [
            office("1"),
            office("11", Standing("1")),
            office(
                "12",
                Standing("1", to=date(2021, 6, 30)),
                Standing("11", from_=date(2021, 7, 1)),
            ),
        ]
    )

    before = lines_of(directory, "1", date(2021, 6, 30))
    after = lines_of(directory, "1", date(2021, 7, 1))

    assert [(line.office, line.members) for line in before] == [
        ("1", ("1",)),
        ("11", ("11",)),
        ("12", ("12",)),
    ]
    assert [(line.office, line.members) for line in after] == [
        ("1", ("1",)),
        ("11", ("11", "12")),
    ]


def test_an_office_with_none_below_is_its_only_row():
    directory = Directory([office("1")])

    assert [line.name for line in lines_of(directory, "1", date(2021, 1, 1))] == ["1"]


def test_a_message_id_is_the_same_at_every_attempt_and_differs_by_recipient():
    recipients = ["a@henan.jcy.invalid", "b@henan.jcy.invalid"]
    first = message_ids("puyang-1", recipients, "returns@jianjian.invalid")
    again = message_ids("puyang-1", recipients, "returns@jianjian.invalid")

    assert first == again
    assert len(set(first.values())) == 2
    assert all(each.endswith("@jianjian.invalid>") for each in first.values())
    assert "a@" not in first["a@henan.jcy.invalid"]
