"""
The numbers of matters: what each is of, whom it belongs to, and which can be taken in.
"""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from services.assignment.events import EXAMPLES as OF_ASSIGNMENT
from services.intake.events import EXAMPLES as OF_INTAKE
from shared.matter_numbers import (
    CASE_MOVED,
    ForeignMatter,
    Kind,
    NotItsOfficeYet,
    case_number_problem,
    kind_of,
    office_in,
    owners_after,
    require_owner,
    with_office,
)
from shared.policy.current import current_policy
from shared.web.schema.fields import number_text
from tests.builders import COUNTY, NEIGHBOUR, an_envelope
from tests.builders.ledger_files import a_case, delimited, faults, read, values

OURS, THEIRS = f"{COUNTY}-2020-0000007", f"{NEIGHBOUR}-2020-0000007"


class Body(Schema):
    number = number_text()


def is_accepted(number):
    try:
        Body().load({"number": number})
    except ValidationError:
        return False
    return True


NUMBERS = {
    "清检控申〔2020〕007号": (Kind.CASE, None),
    "濮检交〔2020〕3号-01": (Kind.CASE, None),
    "410923:清检控申〔2020〕007号": (Kind.CASE, NEIGHBOUR),
    "410923-2022-0000261": (Kind.PETITION, NEIGHBOUR),
    "puyang-2020/410923/milestone/2022-12-31": (Kind.PERIOD, NEIGHBOUR),
    "puyang-2020/410923/acts": (Kind.PERIOD, NEIGHBOUR),
}


@pytest.mark.parametrize(("number", "means"), NUMBERS.items())
def test_a_number_says_what_it_is_of_and_often_whose(number, means):
    assert (kind_of(number), office_in(number)) == means


def test_the_numbers_of_milestones_name_their_office():
    number = current_policy().programmes.get("puyang-2020").milestone_matter
    assert office_in(number(COUNTY, "2022-12-31")) == COUNTY


@pytest.mark.parametrize(
    "number",
    [
        "410923-2022-0000261",
        "410923-2099-9999999",
        "410923:清检控申〔2020〕007号",
        "puyang-2020/410923/milestone/2022-12-31",
        "斜/杠",
        "<script>alert(1)</script>",
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@sum",
        "甲?乙",
        "甲#乙",
        "甲%2F乙",
        "甲\\乙",
        "甲☃乙",
        "甲" * 65,
        "..",
        ".",
    ],
)
def test_a_ledger_row_with_such_a_case_number_comes_back(number):
    (row,) = read(delimited(a_case(case_no=number)), "台账.csv")
    (fault,) = row.problems
    assert fault.code in {"number_form", "number_reserved", "text_too_long"}
    assert case_number_problem(number)


@pytest.mark.parametrize("number", ["410923-2022-0000261", "410923:清〔2020〕7号"])
def test_a_number_of_the_system_is_named_as_such(number):
    fault = faults(case_no=number)["case_no"]
    assert (fault.code, fault.detail) == (
        "number_reserved",
        f"“{number}”是本系统给信访件或单位编的号，不能用作案件编号。",
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" 华检信〔2020〕0021号　", "华检信〔2020〕0021号"),
        ("濮检交〔2020〕3号-01", "濮检交〔2020〕3号-01"),
        ("（2019）豫0902民初9000号", "(2019)豫0902民初9000号"),
        ("XF-2020.12_7", "XF-2020.12_7"),
    ],
)
def test_usual_case_numbers_are_taken_in(written, number):
    assert values(case_no=written)["case_no"] == number


@given(st.text(max_size=90) | st.from_regex(r"[\w〔〕():/.=<-]{1,70}"))
def test_every_number_that_is_taken_in_can_be_addressed_everywhere(number):
    if case_number_problem(number) is None:
        for known in (number, with_office(number, "410923000000")):
            assert is_accepted(known)
            assert kind_of(known) is Kind.CASE
            assert not re.search(r"[\s/\\?#<>\"'&=%+@]", known)
            assert known.isprintable()
            assert quote(known, safe="")
        assert office_in(number) is None
        assert office_in(with_office(number, COUNTY)) == COUNTY


# -- whose events may be about it


def an_event(kind, number, office=COUNTY):
    return an_envelope(kind, case_number=number, office=office)


@pytest.mark.parametrize(
    ("kind", "number", "owner"),
    [
        ("intake.case_opened", "清〔2020〕7号", None),
        ("intake.case_opened", "清〔2020〕7号", COUNTY),
        ("intake.case_merged", f"{COUNTY}:清〔2020〕7号", COUNTY),
        ("intake.petition_registered", OURS, None),
        ("hearing.hearing_held", "清〔2020〕7号", COUNTY),
        ("reporting.milestone_judged", f"p/{COUNTY}/milestone/2022-12-31", None),
        ("intake.case_opened", OURS, None),
    ],
)
def test_the_office_of_a_matter_announces_what_happens_in_it(kind, number, owner):
    require_owner(an_event(kind, number), owner)


@pytest.mark.parametrize(
    ("kind", "number", "owner"),
    [
        ("intake.case_opened", "清〔2020〕7号", NEIGHBOUR),
        ("intake.case_opened", f"{NEIGHBOUR}:清〔2020〕7号", None),
        ("intake.case_opened", THEIRS, None),
        ("intake.case_opened", f"p/{COUNTY}/milestone/2022-12-31", None),
        ("intake.petition_registered", "清〔2020〕7号", None),
        ("intake.petition_registered", THEIRS, None),
        ("reporting.milestone_judged", f"p/{NEIGHBOUR}/milestone/2022-12-31", None),
    ],
)
def test_no_matter_begins_at_another_office_or_as_another_kind(kind, number, owner):
    with pytest.raises(ForeignMatter):
        require_owner(an_event(kind, number), owner)


@pytest.mark.parametrize(
    ("kind", "number", "owner"),
    [
        ("intake.reply_given", THEIRS, None),
        ("hearing.hearing_held", "清〔2020〕7号", NEIGHBOUR),
        ("aid.aid_paid", "清〔2020〕7号", NEIGHBOUR),
    ],
)
def test_an_office_that_never_had_a_case_may_have_it_once_a_move_arrives(
    kind, number, owner
):
    with pytest.raises(NotItsOfficeYet):
        require_owner(an_event(kind, number), owner)
    require_owner(an_event(kind, number), NEIGHBOUR, COUNTY)


def test_a_move_adds_the_office_it_goes_to_in_whatever_order_moves_arrive():
    first = an_event(CASE_MOVED, "清〔2020〕7号", office=COUNTY)
    then = an_event(CASE_MOVED, "清〔2020〕7号", office="410924")

    known = owners_after(then, [NEIGHBOUR], [NEIGHBOUR, COUNTY])
    assert known == [NEIGHBOUR, COUNTY, "410924"]
    assert owners_after(first, known, [NEIGHBOUR]) == known
    with pytest.raises(ForeignMatter):
        owners_after(first, ["410925"], [NEIGHBOUR])


def test_every_example_of_an_event_is_about_a_matter_of_its_office():
    for event in (*OF_INTAKE, *OF_ASSIGNMENT):
        require_owner(an_event(event.type, event.case_number, event.office), None)
