"""
A row of a ledger that accuses an office: no way brings it before that one.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.assignment.domain.leaders.units import accused_in
from services.assignment.store import Matters
from services.intake.endpoints.cases.cases import merge_case
from services.intake.endpoints.cases.matching import decide_matter
from services.intake.endpoints.corrections.history import (
    case_history,
    correct_registered_case,
)
from services.intake.store import Cases
from services.intake.store.tables import TABLES
from shared.errors import NotFound, Rejected
from tests.builders import CITY, COUNTY, codes, new_number
from tests.service.asking import a_row
from tests.store.intake.casework.importing.test_ledger_of_petitions import (
    case_of_accusation,
    pushed_again,
)
from tests.store.offices import TODAY
from tests.store.registering import NUMBER, row
from tests.store.test_lock_order import ask

AT_CITY = {"reporting_office": CITY}
LEAKS = TABLES["leak_log"]
UNIT = "被检举控告的单位"


def row_of(office):
    return Cases(office.session).ledger_row(NUMBER)


def announced(office):
    return accused_in(Matters(office.session).facts(NUMBER))


def refused(office, endpoint, number=NUMBER, **body):
    with pytest.raises(Rejected) as refusal:
        ask(office.session, endpoint, number, office=CITY, today=TODAY, **body)
    return codes(refusal)


def correct(office, **changes):
    body = {"changes": changes, "reason": "来信补正。"}
    ask(
        *(office.session, correct_registered_case, NUMBER),
        office=CITY,
        today=TODAY,
        **body,
    )
    office.announce()


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("accused", ["清丰县院", "濮阳市人民检察院"])
def test_no_office_reports_an_accusation_of_itself_or_of_one_above(office, accused):
    pushed = office.push(row(accused_unit=accused))
    (problem,) = pushed.rejected[0]["problems"]
    # No case has the number of a row that is refused.
    query = select(LEAKS.c.act, LEAKS.c.office, LEAKS.c.accused)
    query = query.where(LEAKS.c.subject == "", LEAKS.c.act == "push_ledger")

    assert problem["code"] == "accused_office"
    assert problem["location"]["column"] == "accused_unit"
    assert "accused" not in problem
    assert [tuple(each) for each in office.session.execute(query)] == [
        ("push_ledger", COUNTY, COUNTY if accused == "清丰县院" else CITY)
    ]
    assert office.case() is None


@pytest.mark.requirement("S3")
def test_whom_a_row_accuses_has_no_part_in_its_case(office):
    office.push(row(**AT_CITY, accused_unit="清丰县院"), office=CITY)
    other = new_number()
    office.push(a_row(other))
    came = office.register(COUNTY)

    assert (row_of(office)["accused_office"], announced(office)) == (COUNTY, COUNTY)
    same = {"same_as": NUMBER, "new_facts": False, "decided_on": TODAY}
    assert refused(office, decide_matter, came, **same, reason="同一人。") == [
        "accused_office"
    ]
    for one, into in ((NUMBER, other), (other, NUMBER)):
        merged = {"into": into, "merged_on": TODAY, "reason": "同一事项。"}
        assert refused(office, merge_case, one, **merged) == ["accused_office"]
    with pytest.raises(NotFound) as hidden:
        ask(office.session, case_history, NUMBER)
    assert hidden.value.problems[0].accused == COUNTY


@pytest.mark.requirement("S3")
def test_whom_a_row_accuses_is_added_changed_and_taken_away(office):
    """
    A unit that is no office of the directory stays as it is written, and hides nothing.
    """
    office.push(row(**AT_CITY), office=CITY)
    told = []
    for unit in ("清丰县院", "清丰县某镇政府", "410922", ""):
        correct(office, **{UNIT: unit})
        told.append((row_of(office).get("accused_unit"), announced(office)))
    correct(office, **{UNIT: "清丰县院"})
    blank = office.push(row(**AT_CITY, repeats_in_window=4), office=CITY)

    assert told == [
        ("清丰县院", COUNTY),
        ("清丰县某镇政府", None),
        ("410922", COUNTY),
        (None, None),
    ]
    assert blank.counts["rows_corrected"] == 1
    assert announced(office) == COUNTY
    assert refused(
        office, correct_registered_case, changes={UNIT: "濮阳市院"}, reason="补正。"
    ) == ["accused_office"]


@pytest.mark.requirement("S3")
def test_whom_the_petition_of_a_case_accuses_is_corrected_there(office):
    case = case_of_accusation(office, "puyang-2020", COUNTY, "410923")
    again = pushed_again(office, case, accused_unit="台前县院")
    (problem,) = again.rejected[0]["problems"]
    of_petition = pushed_again(office, case, accused_unit="南乐县院", persons=7)

    assert problem["code"] == "accused_in_petition"
    assert problem["location"]["column"] == "accused_unit"
    assert [{*each.fields} for each in of_petition.corrections] == [
        {"accused_unit", "persons"}
    ]
