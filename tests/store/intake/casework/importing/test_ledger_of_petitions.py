"""
A case that came of a petition stands in the ledger as well; pushed again, its row takes
away nothing that no column of the ledger can say.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.intake.casework.forms import form_of
from services.intake.casework.importing.batch import take_batch
from services.intake.casework.importing.line import Line
from services.intake.casework.proposals import open_case_of, proposals_of
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.petitions.petitions import Reply
from services.intake.domain.petitions.steps import Step
from services.intake.store import Cases, NewPetitions, Replies, Steps
from services.intake.store.tables import TABLES
from shared import clock
from shared.policy.current import current_policy
from shared.vocabulary import PetitionState, PetitionStep
from tests.builders import COUNTY, NEIGHBOUR, a_registration
from tests.store.registering import LATER, TODAY

CAME = date(2020, 3, 2)
LEAKS = TABLES["leak_log"]
DISTRICT, ACCUSED = "640104800", "640104001"


def case_of_accusation(office, programme, registered_at, accused, **changes):
    body = a_registration(CAME) | {
        "category": "accusation",
        "accused_office": accused,
        **changes,
    }
    petition = NewPetitions(office.session).register(
        body, office=registered_at, programme=programme
    )
    stated = {"resolve_by": date(2020, 12, 31)}
    _, case = open_case_of(office.session, petition.petition, CAME, stated, TODAY)
    return case


def accepted(office, petition, on):
    Steps(office.session).insert(
        Step(
            id=str(uuid4()),
            petition=petition.number,
            kind=PetitionStep.ACCEPTED,
            on=on,
            state=PetitionState.ACCEPTED,
        )
    )


@pytest.mark.requirement("PY-06")
def test_a_matter_counts_as_accepted_by_whichever_of_its_petitions_was_in_the_window(
    office,
):
    """
    First petitioned in 2014, accepted then and as a repeat in 2020 (A-18).
    """
    person = {"name": "李四", "id_no": "410922197001010018"}

    def register(day):
        body = a_registration(day) | {
            "petitioner": person,
            "original_case_no": "（2013）豫0922刑初8002号",
        }
        found = NewPetitions(office.session).register(
            body, office=COUNTY, programme="puyang-2020"
        )
        return found.petition

    first, repeat, last = map(
        register, (date(2014, 3, 3), date(2020, 5, 6), date(2020, 11, 2))
    )
    accepted(office, first, date(2014, 3, 5))
    before = proposals_of(office.session, last, TODAY)[0]
    accepted(office, repeat, date(2020, 5, 8))
    accepted(office, last, date(2020, 11, 4))
    after = proposals_of(office.session, last, TODAY)[0]

    assert "PY-06.accepted" in [clause.id for clause in before.failing]
    assert "PY-06.accepted" in [clause.id for clause in after.met]
    assert after.track == "campaign"


def pushed_again(office, case, **changes):
    """
    The row as the ledger shows it, with other cells.
    """
    programme = current_policy().programmes.get(case.programme)
    row = Cases(office.session).ledger_row(case.number)
    columns = form_of(programme.form).columns
    values = {column.id: row.get(column.id) for column in columns} | {
        "reporting_office": case.office,
        "case_no": case.number,
        **changes,
    }
    read = {"values": values, "problems": [], "repeated": False, "raw": {}}
    line = Line({"sheet": "台账", "row": 4, **read}, programme)
    job = Import(
        id=str(uuid4()),
        office=case.office,
        programme=case.programme,
        filename="a.json",
        dry_run=False,
        moved_at=clock.now(),
    )
    office.on(LATER)
    return take_batch(office.session, job, programme, [line], 0)


@pytest.mark.requirement("S3")
@pytest.mark.parametrize(
    ("programme", "registered_at", "accused"),
    [("puyang-2020", COUNTY, NEIGHBOUR), ("xq-2020", DISTRICT, ACCUSED)],
)
def test_a_row_that_is_pushed_again_still_accuses_whom_its_petition_accuses(
    office, programme, registered_at, accused
):
    case = case_of_accusation(office, programme, registered_at, accused)
    before = Cases(office.session).ledger_row(case.number)
    again = pushed_again(office, case, progress="2021-03-21，接谈", persons=7)
    after = Cases(office.session).ledger_row(case.number)
    (made,) = again.corrections

    assert again.rejected == []
    assert "persons" in made.fields
    assert {*made.fields} <= {"persons", "progress"}
    assert {n: v for n, v in after.items() if n not in made.fields} == {
        n: v for n, v in before.items() if n not in made.fields
    }
    assert after["accused_office"] == accused
    assert not [e for e in again.events if "accused_office" in e.changed]


@pytest.mark.requirement("XQ-51", "S3")
def test_no_row_that_is_pushed_again_makes_whom_it_accuses_answer_by_place(office):
    case = case_of_accusation(office, "xq-2020", DISTRICT, ACCUSED)
    refused = pushed_again(office, case, territorial_office=ACCUSED)
    (problem,) = refused.rejected[0]["problems"]

    assert problem["code"] == "accused_office"
    assert problem["location"]["column"] == "territorial_office"
    assert "accused" not in problem
    assert refused.corrections == refused.events == []
    assert "territorial_office" not in Cases(office.session).ledger_row(case.number)
    # The attempt stands in the leak log, as one at the counter does.
    query = select(LEAKS.c.act, LEAKS.c.office, LEAKS.c.accused)
    (leak,) = office.session.execute(query.where(LEAKS.c.subject == case.number))
    assert tuple(leak) == ("push_ledger", case.office, ACCUSED)


@pytest.mark.requirement("PY-06")
def test_a_petition_answered_before_steps_were_recorded_was_accepted_when_received(
    office,
):
    person = {"name": "王五", "id_no": "410922197001010026"}
    first, last = (
        NewPetitions(office.session)
        .register(
            a_registration(day)
            | {"petitioner": person, "original_case_no": "（2013）豫0922刑初8003号"},
            office=COUNTY,
            programme="puyang-2020",
        )
        .petition
        for day in (date(2018, 5, 14), date(2020, 11, 2))
    )
    accepted(office, last, date(2020, 11, 4))
    before = proposals_of(office.session, last, TODAY)[0]
    told = date(2018, 5, 18)
    answer = Reply("r5", first.number, told, "result", "letter", None, "维持。")
    Replies(office.session).add(COUNTY, answer)
    after = proposals_of(office.session, last, TODAY)[0]

    assert "PY-06.accepted" in [clause.id for clause in before.failing]
    assert "PY-06.accepted" in [clause.id for clause in after.met]
