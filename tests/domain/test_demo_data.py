"""
The demonstration's data: what the scripts write is what is committed, the ledgers are
as the story needs them, and the independent computation is independent.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook
from stdnum.cn import ric

from deploy.demo import expected, invented, make_ledgers, make_story
from deploy.demo.story import corrected
from services.intake.domain import open_case
from services.intake.ledger.cells import Context
from services.intake.ledger.form import load_form
from services.intake.ledger.reading import read_ledger
from shared.policy.directory import Directory
from shared.policy.loading import load_programmes

DEPLOY = Path(invented.__file__).parents[1]
DEMO = DEPLOY / "demo"
STORY = yaml.safe_load((DEMO / "story.yaml").read_text(encoding="utf-8"))
RETURNS = json.loads((DEMO / "expected.json").read_text(encoding="utf-8"))
DIRECTORY = Directory.load(DEPLOY / "directory")
ACTIONS = [
    (day["day"], action)
    for day in STORY["days"]
    for step in day["steps"]
    for action in step
]


def told(*verbs):
    return [(on, action) for on, action in ACTIONS if action["do"] in verbs]


def totals(figure):
    return [found["total"][figure] for found in RETURNS["city"].values()]


# -- what is committed is what the scripts write


@pytest.mark.parametrize("name", sorted(make_ledgers.ledgers()))
def test_a_committed_ledger_has_the_bytes_the_script_writes(name):
    assert (DEMO / "ledgers" / name).read_bytes() == make_ledgers.ledgers()[name]


def test_the_committed_story_is_the_one_the_script_writes():
    written = make_story.as_yaml(make_story.story())

    assert (DEMO / "story.yaml").read_text(encoding="utf-8") == written


def test_the_committed_figures_are_the_ones_computed_from_ledgers_and_story():
    assert expected.expected() == RETURNS


def test_the_computation_of_the_figures_shares_no_code_with_anything():
    tree = ast.parse(Path(expected.__file__).read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported - sys.stdlib_module_names == {"openpyxl", "yaml"}


# -- the ledgers


def test_the_seven_offices_have_more_than_two_hundred_cases_in_scope():
    inside = [case for case in invented.cases() if case.outside is None]

    assert len(inside) > 200
    assert {case.office for case in inside} == set(expected.OFFICES.values())


def test_no_person_of_the_ledgers_can_exist():
    cases = invented.cases()

    assert all(case.id_no.startswith("999999") for case in cases)
    assert all(case.phone.startswith("0393-00") for case in cases)


def test_identity_numbers_have_a_birth_date_and_the_right_check_character():
    for case in invented.cases():
        assert case.id_no[-1] == ric.calc_check_digit(case.id_no)
        assert ric.get_birth_date(case.id_no).year >= 1945


def test_exactly_one_case_stands_in_two_ledgers():
    keys = [(case.id_no, case.original_case_no) for case in invented.cases()]

    twice = {key for key in keys if keys.count(key) > 1}

    assert len(twice) == 1
    assert sum(key in twice for key in keys) == 2


def test_all_four_ways_of_writing_a_date_and_full_width_digits_occur():
    hand = make_ledgers.Hand("410922")
    day = date(2019, 3, 5)

    written = {str(hand.write(day)) for _ in range(100)}

    assert written == {
        "2019年3月5日",
        "2019-3-5",
        "2019/03/05",
        "2019-03-05 00:00:00",
        "２０１９年３月５日",
    }


@pytest.mark.parametrize("name", sorted(make_ledgers.ledgers()))
def test_the_reader_of_ledgers_reads_all_rows_but_the_one_wrong_in_three_cells(name):
    rows = read_all((DEMO / "ledgers" / name).read_bytes(), name)
    ledger = name.split(".")[0].removesuffix("-gbk")

    wrong = [row for row in rows if row.faults]

    assert len(rows) == sum(case.ledger == ledger for case in invented.cases())
    assert [{fault.column_title for fault in row.faults} for row in wrong] == (
        [set(make_ledgers.WRONG)] if ledger == make_ledgers.WRONG_LEDGER else []
    )


def test_the_wrong_row_with_its_cells_put_right_is_read_without_fault():
    [(_, action)] = told("push_corrected")
    book = load_workbook(DEMO / "ledgers" / action["file"])
    sheet = book.active
    for line in range(sheet.max_row, 4, -1):
        if str(sheet.cell(line, 4).value).strip() != action["case"]:
            sheet.delete_rows(line)
    out = io.BytesIO()
    book.save(out)

    [row] = read_all(
        corrected(out.getvalue(), action["case"], action["cells"]), "更正.xlsx"
    )

    assert not row.faults


def test_the_scope_of_the_programme_leaves_out_the_rows_that_were_invented_outside():
    programme = load_programmes(DEPLOY / "programmes", DIRECTORY).get("puyang-2020")
    outside = {
        (case.ledger, case.number)
        for case in invented.cases()
        if case.outside is not None
    }
    left_out = set()
    for ledger in {case.ledger for case in invented.cases()}:
        name = f"{ledger}.xlsx"
        for row in read_all((DEMO / "ledgers" / name).read_bytes(), name):
            office = row.values["reporting_office"]
            if not row.faults:
                case, _ = open_case(row.values, office=office, programme=programme)
                if not case.in_scope:
                    left_out.add((ledger, case.number))

    assert left_out == outside


def read_all(content, name):
    names = {office.name: office.code for office in DIRECTORY.offices()}
    form = load_form(DEPLOY / "forms" / "annex2.yaml")
    context = Context(date(2021, 5, 1), names.get)
    source = io.BytesIO(content)
    return list(read_ledger(source, filename=name, form=form, context=context))


def test_leaders_and_departments_of_the_ledgers_are_in_the_directory():
    for case in invented.cases():
        office = DIRECTORY.office(case.office)
        city = DIRECTORY.office(invented.CITY)

        assert not case.leader or case.leader in office.posts
        assert not case.department or case.department in office.departments
        assert not case.upper_leader or case.upper_leader in city.posts


# -- the story


def test_the_story_goes_from_november_2020_to_the_end_of_2022_on_working_days():
    days = [day["day"] for day in STORY["days"]]

    assert days == sorted(set(days))
    assert (days[0].isoformat()[:7], days[-1].isoformat()) == ("2020-11", "2022-12-31")
    assert all(expected.works(day) for day in days[:-1])


def test_a_case_is_closed_only_with_a_decision_on_its_hearing():
    decided = {action["case"]: on for on, action in told("decide_hearing")}

    assert all(decided[action["case"]] <= on for on, action in told("close"))


def test_every_case_of_the_base_is_closed_once_the_returned_one_twice():
    closed = [action["case"] for _, action in told("close")]
    returned = [a["case"] for _, a in told("review") if a["verdict"] == "returned"]

    assert len(closed) == len(set(closed)) + 1
    assert len(set(closed)) == totals("base")[-1]
    assert closed.count(returned[0]) == 2


def test_hearings_are_announced_three_days_ahead_with_three_to_seven_members():
    announced = told("schedule_hearing")

    assert len(announced) == len(told("sit")) == 2
    for on, action in announced:
        assert (action["scheduled_on"] - on).days >= 3
        assert 3 <= len(action["members"]) <= 7


# -- the figures, by hand: 194 own + 30 handed - 1 merged, then 4 of the supplement


def test_the_base_is_what_the_ledgers_hold():
    assert totals("base") == [223, 227, 227]


def test_the_city_reaches_the_first_two_milestones_with_one_county_short_each_time():
    assert totals("resolved") == [72, 122, 224]
    assert totals("short_by") == [0, 0, 3]
    for on, short in (("2020-12-31", "410927"), ("2021-12-31", "410923")):
        rows = RETURNS["city"][on]["rows"]

        assert [r["office"] for r in rows if r["short_by"]] == [short]


def test_what_is_ended_by_law_flowed_back_or_closed_by_procedure_is_not_resolved():
    assert totals("ended") == [0, 0, 1]
    assert totals("flowed_back") == [0, 0, 1]
    assert totals("base")[-1] - totals("resolved")[-1] == 3


def test_four_cases_were_not_led_at_the_end_of_2020():
    assert totals("led") == [219, 227, 227]


def test_two_hearings_and_two_payments_of_aid():
    assert totals("hearings") == [0, 2, 2]
    assert totals("aid_persons") == [0, 1, 2]
    assert totals("aid_yuan") == ["0.00", "12000.00", "32000.00"]


def test_the_overdue_of_2020_is_one_unanswered_petition_and_no_unled_case():
    # Leaders were due on 2020-12-15 by a plan issued on 12-29: backdated.
    assert totals("overdue")[0] == 1


def test_the_overdue_of_2022_are_two_answers_two_cases_open_again_and_a_rate_missed():
    assert totals("overdue")[-1] == 5


@pytest.mark.parametrize(
    ("start", "seven_days", "ten_working_days"),
    [
        (date(2021, 2, 5), date(2021, 2, 18), date(2021, 2, 24)),
        (date(2021, 9, 27), date(2021, 10, 8), date(2021, 10, 15)),
        (date(2021, 12, 27), date(2022, 1, 4), date(2022, 1, 11)),
        (date(2021, 12, 10), date(2021, 12, 17), date(2021, 12, 24)),
    ],
)
def test_the_computation_counts_days_as_on_a_wall_calendar(
    start, seven_days, ten_working_days
):
    assert expected.natural_days(start, 7) == seven_days
    assert expected.working_days(start, 10) == ten_working_days


def test_the_provincial_return_is_the_city_and_nothing_else():
    for on, found in RETURNS["province"].items():
        own, city = found["rows"]

        assert (own["base"], own["rate"]) == (0, "—")
        assert city == {"office": "410900"} | RETURNS["city"][on]["total"]
