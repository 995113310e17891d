"""
A programme that names a duty of the law keeps what the law says of its clock (A-12,
TL-24): the waiting, to whom it is owed, the extension and the article.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.duties import ledger
from services.assignment.domain.facts.base import Fact
from shared.policy.current import current_policy
from tests.builders import COUNTY
from tests.builders.facts import act, registered

NUMBER = "件检控申〔2021〕001号"
START = date(2021, 3, 1)
ASKED, COMPLETE = date(2021, 3, 5), date(2021, 3, 25)
KEEPS = [
    "waits",
    "goes_on",
    "creditor",
    "extension",
    "pausable",
]


def owed(code: str, *facts: Fact) -> dict[str, ledger.Duty]:
    duties = ledger.compute(
        NUMBER,
        COUNTY,
        [registered(START), *facts],
        current_policy().programmes.get(code),
        current_policy().calendar,
        parties=ledger.ResponsibleParties(current_policy().directory.office(COUNTY)),
    )
    return {duty.kind: duty for duty in duties}


@pytest.mark.parametrize("code", ["puyang-2020", "meixian", "dy-leaders"])
def test_materials_asked_for_stop_the_three_months_and_not_the_seven_days(
    code: str,
) -> None:
    waiting = [
        act("materials_asked", ASKED),
        act("materials_complete", COMPLETE),
    ]
    usual, stopped = owed(code), owed(code, waiting[0])
    gone_on = owed(code, *waiting)

    assert stopped["three_month_answer"].state == "paused"
    assert stopped["procedural_reply"].state == "open"
    assert usual["three_month_answer"].due_on == date(2021, 6, 1)
    assert gone_on["three_month_answer"].due_on == date(2021, 6, 21)
    assert gone_on["procedural_reply"].due_on == usual["procedural_reply"].due_on


@pytest.mark.parametrize("code", ["puyang-2020", "meixian", "dy-leaders"])
def test_an_answer_to_a_citizen_is_owed_to_the_citizen(code: str) -> None:
    duties = owed(code)

    assert duties["procedural_reply"].creditor == "petitioner"
    assert duties["three_month_answer"].creditor == "petitioner"


@pytest.mark.parametrize("code", current_policy().programmes.codes)
def test_a_programmes_own_rule_differs_from_the_law_only_with_a_source(
    code: str,
) -> None:
    programme = current_policy().programmes.get(code)
    lawful = {rule.id: rule for each in programme.law for rule in each.duties}
    for rule in programme.duties:
        law = lawful.get(rule.id)
        if law and not rule.instead_of_law:
            for name in KEEPS:
                assert getattr(rule, name) == getattr(law, name), (rule.id, name)
            assert rule.due == law.due


def test_a_rule_with_a_source_for_departing_from_the_law_keeps_nothing_of_it() -> None:
    programme = current_policy().programmes.get("puyang-2020")
    own = next(rule for rule in programme.duties if rule.id == "three_month_answer")
    law = next(
        rule
        for each in programme.law
        for rule in each.duties
        if rule.id == "three_month_answer"
    )
    apart = replace(own, instead_of_law="某省规定", waits=(), goes_on=())

    assert own.waits == law.waits
    assert "TL-24" in own.source
    assert apart.within(law) == apart
