"""
Of a case of law and court that a unit handles the hub reads how far it is, and not what
was demanded (XQ-56).
"""

from __future__ import annotations

import pytest

from services.assignment.endpoints.working.cases import show_case
from services.assignment.endpoints.working.demands import list_demands
from shared.errors import Forbidden
from tests.builders.calls import a_case, ask

UNIT, HUB = "640104010", "640104800"


@pytest.mark.requirement("XQ-56")
def test_the_hub_reads_how_far_a_case_of_law_and_court_is_and_not_its_demand(engine):
    said = {"office": UNIT, "programme": "xq-2020", "case_kind": "law_and_court"}
    number = a_case(engine, **said)

    assert ask(engine, show_case, None, office=HUB, number=number)["duties"]
    with pytest.raises(Forbidden, match="progress_only"):
        ask(engine, list_demands, None, office=HUB, number=number)
