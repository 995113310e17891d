"""
Of a case of law and court that a unit handles the hub reads how far it is, and not what
was demanded (XQ-56).
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest

from services.assignment.casework.record import record_facts
from services.assignment.endpoints.working.cases import show_case
from services.assignment.endpoints.working.demands import answer_point, list_demands
from services.assignment.endpoints.working.papers import PRINTED
from services.assignment.store import Demands, Matters
from shared.documents.reading import may_read, require_reader
from shared.errors import Forbidden
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from tests.builders import new_number
from tests.builders.calls import CAME, DAY, a_case, ask
from tests.builders.case_papers import DEMAND
from tests.builders.facts import by_id, registered

UNIT, HUB = "640104010", "640104800"


@pytest.mark.requirement("XQ-56")
def test_the_hub_reads_how_far_a_case_of_law_and_court_is_and_not_its_demand(engine):
    said = {"office": UNIT, "programme": "xq-2020", "case_kind": "law_and_court"}
    number = a_case(engine, **said)

    assert ask(engine, show_case, None, office=HUB, number=number)["duties"]
    with pytest.raises(Forbidden, match="progress_only") as refused:
        ask(engine, list_demands, None, office=HUB, number=number)
    assert "XQ-56" in refused.value.problems[0].remedy
    demand = replace(DEMAND, id=str(uuid4()), number=number, office=UNIT)
    with engine.begin() as session:
        Demands(session).insert(demand)
    with pytest.raises(Forbidden, match="progress_only"):
        ask(engine, answer_point, {}, office=HUB, identity=demand.id)
    body, printed = {"paper": "progress"}, PRINTED.case_paper_as_docx
    with pytest.raises(Forbidden, match="progress_only"):
        ask(engine, printed, body, office=HUB, number=number)


@pytest.mark.requirement("XQ-56")
@pytest.mark.parametrize(
    ("case_kind", "refusal"), [("law_and_court", "progress_only"), ("complaint", "")]
)
def test_the_hub_reads_no_document_of_such_a_case(case_kind, refusal):
    matter = SimpleNamespace(office=UNIT, programme="xq-2020", case_kind=case_kind)
    hub = Call(Identity("审核人", HUB, Role.REVIEWER, "t", 0), None, {}, {}, DAY)
    refused = pytest.raises(Forbidden, match=refusal) if refusal else nullcontext()

    with refused:
        require_reader(hub, matter)
    assert may_read(hub, matter) is not bool(refusal)


@pytest.mark.requirement("XQ-56")
@pytest.mark.parametrize(
    ("case_kind", "kept"), [("accusation", True), ("claim", False)]
)
def test_a_petition_that_is_no_case_yet_is_kept_as_its_kind_says(
    engine, case_kind, kept
):
    number, of = new_number(), {"office": UNIT, "programme": "xq-2020"}
    petition = registered(CAME, category=case_kind, case_kind=case_kind, **of)
    hub = Call(Identity("审核人", HUB, Role.REVIEWER, "t", 0), None, {}, {}, DAY)
    with engine.begin() as session:
        record_facts(session, {number: by_id(petition)})
        matter = Matters(session).known(number)

    assert may_read(hub, matter) is not kept
