"""
The demonstration's data: the ledgers are as the story needs them, the product reads
them as the judge does, and the judge is independent, notices every difference, and
gives the figures that were counted by hand.
"""

from __future__ import annotations

import ast
import copy
import io
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook
from stdnum.cn import ric

from deploy.demo import compare, expected, invented
from deploy.demo.actions.intake import corrected
from deploy.demo.expected import book, days, figures, ledgers
from services.intake.domain.cases.cases import open_case
from services.intake.ledger.cells import Context
from services.intake.ledger.form import load_form
from services.intake.ledger.reading import read_ledger
from shared.policy.directory import Directory
from shared.policy.loading import load_programmes

DEPLOY = Path(compare.__file__).parents[1]
DEMO = DEPLOY / "demo"
STORY = yaml.load((DEMO / "story.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
RETURNS = json.loads((DEMO / "expected.json").read_text(encoding="utf-8"))
DIRECTORY = Directory.load(DEPLOY / "directory")
LEDGERS = sorted(path.name for path in (DEMO / "ledgers").iterdir())
ACTIONS = [
    (day["day"], action)
    for day in STORY["days"]
    for step in day["steps"]
    for action in step
]
YEAR_ENDS = ("2020-12-31", "2021-12-31", "2022-12-31")


def actions(*verbs):
    return [(on, action) for on, action in ACTIONS if action["do"] in verbs]


def totals(figure):
    return [found["total"][figure] for found in RETURNS["city"].values()]


def line(on, office):
    [row] = [r for r in RETURNS["city"][on]["rows"] if r["office"] == office]
    return row


@pytest.fixture(scope="module")
def rows():
    """
    Every row that the story pushes, as the judge reads it.
    """
    return [
        row
        for _, action in actions("push")
        for row in ledgers.rows(DEMO / "ledgers" / action["file"])
    ]


@pytest.fixture(scope="module")
def whole_book():
    return figures.book_of(STORY)


# -- the ledgers


def test_no_person_of_the_ledgers_can_exist(rows):
    for row in rows:
        number = ledgers.plain(row["证件号码"])

        assert number.startswith(invented.NO_REGION)
        assert number[-1] == ric.calc_check_digit(number)
        assert ric.get_birth_date(number).year >= 1945
        assert ledgers.plain(row["联系电话"]).startswith("0393-00")


def test_an_invented_identity_number_can_be_made_for_the_next_story():
    number = invented.id_number(date(1960, 2, 3), 901)

    assert number == "99999919600203901X"
    assert number[-1] == ric.calc_check_digit(number)


def test_exactly_one_case_stands_in_two_ledgers(rows):
    keys = [
        (ledgers.plain(row["证件号码"]), ledgers.plain(row["原案号/原处理文书"]))
        for row in rows
    ]

    twice = {key for key in keys if keys.count(key) > 1}

    assert len(twice) == 1
    assert sum(key in twice for key in keys) == 2


def test_all_ways_of_writing_a_date_and_full_width_digits_occur(rows):
    written = {str(row["登记受理日期"]) for row in rows}

    for mark in ("年", "-", "/", ":", "２０"):
        assert any(mark in each for each in written), mark


@pytest.mark.parametrize("name", LEDGERS)
def test_the_product_reads_every_row_that_the_judge_can_read(name):
    if name.endswith(("gbk.csv", ".json")):  # copies in other formats
        name_of_original = name.split(".")[0].removesuffix("-gbk") + ".xlsx"
    else:
        name_of_original = name
    wanted = list(ledgers.rows(DEMO / "ledgers" / name_of_original))
    unreadable = {
        ledgers.number_of(row["案件编号"]) for row in wanted if not is_readable(row)
    }

    read = read_all((DEMO / "ledgers" / name).read_bytes(), name)

    assert len(read) == len(wanted)
    assert {row.values["case_no"] for row in read if row.problems} == unreadable


def is_readable(row):
    try:
        ledgers.in_scope(row)
    except ValueError:
        return False
    return True


def test_the_wrong_row_with_its_cells_put_right_is_read_without_fault():
    [(_, action)] = actions("push_corrected")
    workbook = load_workbook(DEMO / "ledgers" / action["file"])
    sheet = workbook.active
    for number in range(sheet.max_row, 4, -1):
        if str(sheet.cell(number, 4).value).strip() != action["case"]:
            sheet.delete_rows(number)
    out = io.BytesIO()
    workbook.save(out)

    [row] = read_all(
        corrected(out.getvalue(), action["case"], action["cells"]), "更正.xlsx"
    )

    assert not row.problems


def test_the_programme_and_the_judge_agree_on_the_scope_of_every_row(rows):
    programme = load_programmes(DEPLOY / "programmes", DIRECTORY).get("puyang-2020")
    inside = {
        ledgers.number_of(row["案件编号"])
        for row in rows
        if is_readable(row) and ledgers.in_scope(row)
    }
    taken = set()
    for _, action in actions("push"):
        content = (DEMO / "ledgers" / action["file"]).read_bytes()
        for row in read_all(content, action["file"]):
            office = row.values["reporting_office"]
            if not row.problems:
                case, _ = open_case(row.values, office=office, programme=programme)
                if case.in_scope:
                    taken.add(case.number)

    assert taken == inside


def read_all(content, name):
    names = {office.name: office.code for office in DIRECTORY.offices()}
    form = load_form(DEPLOY / "forms" / "annex2.yaml")
    context = Context(date(2021, 5, 1), names.get)
    source = io.BytesIO(content)
    return list(read_ledger(source, filename=name, form=form, context=context))


def test_leaders_and_departments_of_the_ledgers_are_in_the_directory(rows):
    city = DIRECTORY.office("410900")
    for row in rows:
        office = DIRECTORY.office(book.OFFICES[ledgers.plain(row["填报单位"])])
        leader, department, upper = (
            ledgers.plain(row[title])
            for title in ("本院包案领导", "责任部门", "上级包案领导")
        )

        assert not leader or leader in office.posts
        assert not department or department in office.departments
        assert not upper or upper in city.posts


# -- the story


def test_the_story_goes_from_november_2020_to_the_end_of_2022_on_working_days():
    told = [day["day"] for day in STORY["days"]]

    assert told == sorted(set(told))
    assert (told[0].isoformat()[:7], told[-1].isoformat()) == ("2020-11", "2022-12-31")
    assert all(days.works(day) for day in told[:-1])


def test_a_case_is_closed_only_with_a_decision_on_its_hearing():
    decided = {action["case"]: on for on, action in actions("decide_hearing")}

    assert all(decided[action["case"]] <= on for on, action in actions("close"))


def test_every_case_of_the_base_is_closed_and_two_of_them_twice():
    closed = [action["case"] for _, action in actions("close")]
    [returned] = [a["case"] for _, a in actions("review") if a["verdict"] == "returned"]
    reopened = [action["case"] for _, action in actions("reopen")]

    assert len(set(closed)) == totals("base")[-1]
    assert {case for case in closed if closed.count(case) > 1} == {
        returned,
        reopened[1],
    }


def test_hearings_are_announced_three_days_ahead_with_three_to_seven_members():
    announced = actions("schedule_hearing")

    assert len(announced) == len(actions("sit")) == 2
    for on, action in announced:
        assert (action["scheduled_on"] - on).days >= 3
        assert 3 <= len(action["members"]) <= 7


def test_the_city_freezes_its_list_and_signs_on_the_day_of_the_last_reviews():
    [(on, _)] = actions("freeze")

    assert on == date(2020, 12, 31)
    assert len([day for day, _ in actions("review") if day == on]) > 20


# -- the judge: independent, and noticing everything


def test_the_committed_figures_are_the_ones_computed_from_ledgers_and_story():
    assert figures.expected() == RETURNS


def test_the_judge_imports_nothing_but_what_reads_its_files():
    for file in Path(expected.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = {
            name
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if name.partition(".")[0] not in sys.stdlib_module_names
            and not name.startswith("deploy.demo.expected")
        }

        assert imported <= {"openpyxl", "yaml"}, file


def cells(value, place=()):
    """
    The place of every single value in nested returns.
    """
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from cells(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from cells(part, (*place, number))
    else:
        yield place


def changed(returns, place):
    """
    The returns with another value in one place.
    """
    other = copy.deepcopy(returns)
    *way, last = place
    part = other
    for step in way:
        part = part[step]
    value = part[last]
    part[last] = value + 1 if isinstance(value, int) else f"{value}0"
    return other


def noticed(returns):
    return compare.all_differences(returns["city"], returns["province"])


def test_the_expected_returns_are_as_expected():
    assert noticed(RETURNS) == []


@pytest.mark.parametrize("level", ["city", "province"])
@pytest.mark.parametrize("on", YEAR_ENDS)
def test_another_value_in_any_cell_is_noticed(level, on):
    places = list(cells(RETURNS[level][on], (level, on)))

    assert len(places) > 50
    for place in places:
        assert len(noticed(changed(RETURNS, place))) >= 1, place


@pytest.mark.parametrize("level", ["city", "province"])
def test_a_missing_and_an_extra_return_are_noticed(level):
    for on in YEAR_ENDS:
        without = {
            **RETURNS,
            level: {k: v for k, v in RETURNS[level].items() if k != on},
        }

        assert len(noticed(without)) == 1
    one_more = {**RETURNS[level], "2023-12-31": RETURNS[level]["2022-12-31"]}

    assert len(noticed({**RETURNS, level: one_more})) == 1


def test_no_returns_at_all_are_six_differences():
    assert len(compare.all_differences({}, {})) == 6


def test_lines_that_change_places_or_are_missing_or_too_many_are_noticed():
    rows = RETURNS["city"]["2021-12-31"]["rows"]
    for wrong in ([rows[1], rows[0], *rows[2:]], rows[:-1], [*rows, rows[0]]):
        other = copy.deepcopy(RETURNS)
        other["city"]["2021-12-31"]["rows"] = wrong

        assert noticed(other)


@pytest.mark.parametrize("swapped", ["name", "office"])
def test_swapped_names_and_swapped_offices_are_noticed(swapped):
    other = copy.deepcopy(RETURNS)
    first, second = other["city"]["2021-12-31"]["rows"][1:3]
    first[swapped], second[swapped] = second[swapped], first[swapped]

    assert len(noticed(other)) == 2


def test_an_action_without_a_meaning_is_refused():
    recorder = book.Recorder(DEMO / "ledgers")

    with pytest.raises(LookupError):
        recorder.record({"do": "forget", "by": "410900 clerk"}, date(2021, 1, 4))


# -- the figures, by hand: 194 own + 30 handed - 1 merged, then 4 of the supplement


def test_the_live_list_is_what_the_ledgers_hold():
    assert totals("base") == [223, 227, 227]


def test_the_rate_is_measured_on_the_frozen_list_with_the_rate_live_beside_it():
    assert totals("rate") == ["32.3%", "54.7%", "98.7%"]
    assert totals("rate_live") == ["32.3%", "53.7%", "98.7%"]
    assert line("2021-12-31", "410928")["rate"] == "62.2%"
    assert line("2021-12-31", "410928")["rate_live"] == "57.1%"


def test_the_city_reaches_the_first_two_milestones_with_one_county_short_each_time():
    assert totals("resolved") == [72, 122, 224]
    assert totals("short_by") == [0, 0, 3]
    for on, short in (("2020-12-31", "410927"), ("2021-12-31", "410923")):
        rows = RETURNS["city"][on]["rows"]

        assert [r["office"] for r in rows if r["short_by"]] == [short]


def test_what_is_ended_by_law_flowed_back_or_closed_by_procedure_is_not_resolved():
    assert totals("ended") == [0, 0, 1]
    assert totals("flowed_back") == [0, 0, 2]
    assert totals("base")[-1] - totals("resolved")[-1] == 3


def test_four_cases_were_not_led_at_the_end_of_2020():
    assert totals("led") == [219, 227, 227]


def test_two_hearings_and_two_payments_of_aid():
    assert totals("hearings") == [0, 2, 2]
    assert totals("aid_persons") == [0, 1, 2]
    assert totals("aid_yuan") == ["0.00", "12000.00", "32000.00"]


def test_the_overdue_of_three_years_by_hand():
    """
    2020: the first answer to p03. 2021: both answers to p08, the handed case of 清丰
    due on 06-30, the aid of 范县. 2022: p08 twice, the case of 华龙 that flowed back,
    the case of 濮阳县 closed by procedure alone. Leaders due on 2020-12-15 by a plan
    issued on 12-29 are backdated (A-03).
    """
    assert totals("overdue") == [1, 4, 4]


def test_a_milestone_reached_late_is_not_overdue_from_that_day():
    # 台前 reached 30 % in March 2021, 南乐 50 % in April 2022.
    assert line("2021-12-31", "410927")["overdue"] == 2
    assert line("2022-12-31", "410923")["overdue"] == 0


def test_the_figures_at_month_ends_show_what_year_ends_hide(whole_book):
    def city(on, known="2022-12-31"):
        days_of = date.fromisoformat(on), date.fromisoformat(known)
        return figures.city_return(whole_book, *days_of)["total"]

    merged_again = [city(f"2021-{month}")["base"] for month in ("01-31", "02-28")]
    open_again = [city(f"2022-0{month}")["resolved"] for month in ("4-30", "5-31")]
    late_reply = [
        city("2021-04-30", known)["overdue"] for known in ("2021-04-30", "2021-05-06")
    ]

    assert merged_again == [224, 223]
    assert open_again[1] == open_again[0] - 1
    assert late_reply == [1, 0]


@pytest.mark.parametrize(
    ("start", "seven_days", "ten_working_days"),
    [
        (date(2021, 2, 5), date(2021, 2, 18), date(2021, 2, 24)),
        (date(2021, 9, 27), date(2021, 10, 8), date(2021, 10, 15)),
        (date(2021, 12, 27), date(2022, 1, 4), date(2022, 1, 11)),
        (date(2021, 12, 10), date(2021, 12, 17), date(2021, 12, 24)),
    ],
)
def test_the_judge_counts_days_as_on_a_wall_calendar(
    start, seven_days, ten_working_days
):
    assert days.natural_days(start, 7) == seven_days
    assert days.working_days(start, 10) == ten_working_days


def test_the_provincial_return_is_the_city_and_nothing_else():
    for on, found in RETURNS["province"].items():
        own, city = found["rows"]
        total = RETURNS["city"][on]["total"]

        assert (own["base"], own["rate"]) == (0, "—")
        assert city == {**total, "name": "濮阳市院"}


def test_what_was_recorded_after_a_return_and_belongs_before_it_is_late():
    signed, today = date(2020, 12, 31), date(2021, 2, 1)
    recorder = book.Recorder(DEMO / "ledgers")
    for on, action in ACTIONS:
        if on < signed:
            recorder.record(action, on)
    known = recorder.book
    case = next(
        case
        for case in known.cases.values()
        if case.counted.holds(signed, signed) and not case.resolved.facts
    )
    case.resolved.add(date(2020, 12, 30), today, holds=True)
    case.resolved.add(date(2021, 1, 20), today, holds=False)
    other = copy.deepcopy(case)
    other.counted.facts = []
    other.counted.add(date(2020, 12, 1), today, holds=True)
    known.cases["补"] = other
    late = figures.late_lines(figures.city_lines(), known, today, signed)

    (line,) = late["rows"]
    assert line["office"] == case.office
    assert (line["base"], line["resolved"], line["repeats"]) == (1, 2, case.repeats)
    assert late["total"]["base"] == 1


def test_a_late_amount_that_is_missing_or_that_nobody_expects_is_noticed():
    late = {"as_of": "2020-12-31", "rows": [], "total": {"base": 1}}
    wrong = copy.deepcopy(RETURNS)
    wrong["city"]["2021-12-31"]["late"] = late
    without = copy.deepcopy(RETURNS)
    without["city"]["2021-12-31"]["late"] = None

    assert len(noticed(wrong)) == 1
    assert len(noticed(without)) == 1
