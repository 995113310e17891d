"""
A programme that names a duty of the law keeps what the law says of its clock (A-12,
TL-24): the waiting, to whom it is owed, the extension and the article.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.parties import ResponsibleParties
from services.assignment.domain.facts.base import Fact
from shared.policy.current import current_policy
from tests.builders import COUNTY, NEIGHBOUR
from tests.builders.facts import delivered, registered, replied, step

NUMBER = "件检控申〔2021〕001号"
START = date(2021, 3, 1)
ASKED, COMPLETE = date(2021, 3, 5), date(2021, 3, 25)
KEEPS = [
    "counted_from",
    "waits",
    "goes_on",
    "released_by",
    "restored_by",
    "creditor",
    "extension",
    "pausable",
]


def owed(code: str, *facts: Fact) -> dict[str, Duty]:
    return {duty.kind: duty for duty in owed_all(code, *facts)}


def owed_all(code: str, *facts: Fact) -> tuple[Duty, ...]:
    return ledger.compute(
        NUMBER,
        COUNTY,
        [registered(START), *facts],
        current_policy().programmes.get(code),
        current_policy().calendar,
        parties=ResponsibleParties(current_policy().directory.office(COUNTY)),
    )


@pytest.mark.parametrize("code", ["puyang-2020", "meixian", "dy-leaders"])
def test_materials_asked_for_stop_the_three_months_and_not_the_seven_days(
    code: str,
) -> None:
    waiting = [
        step("materials_asked", ASKED),
        step("materials_complete", COMPLETE),
    ]
    usual, stopped = owed(code), owed(code, waiting[0])
    gone_on = owed(code, *waiting)

    assert stopped["three_month_answer"].state == "paused"
    assert stopped["procedural_reply"].state == "open"
    assert usual["three_month_answer"].due_on == date(2021, 6, 1)
    assert gone_on["three_month_answer"].due_on == date(2021, 6, 21)
    assert gone_on["procedural_reply"].due_on == usual["procedural_reply"].due_on


OURS = pytest.mark.parametrize("code", ["puyang-2020", "meixian", "dy-leaders"])


@OURS
@pytest.mark.requirement("S9", "TL-24")
def test_the_three_months_run_from_acceptance_and_without_it_from_receipt(
    code: str,
) -> None:
    accepted = step("accepted", COMPLETE)
    waiting = [step("materials_asked", ASKED), step("materials_complete", COMPLETE)]

    assert owed(code)["three_month_answer"].due_on == date(2021, 6, 1)
    assert owed(code, accepted)["three_month_answer"].due_on == date(2021, 6, 25)
    # The pause before the start does not count twice.
    both = owed(code, *waiting, accepted)
    assert both["three_month_answer"].due_on == date(2021, 6, 25)
    assert both["acceptance"].state == "discharged"
    assert both["procedural_reply"].due_on == owed(code)["procedural_reply"].due_on


@OURS
@pytest.mark.requirement("TL-20", "TL-24")
def test_materials_complete_give_seven_days_to_accept_or_not(code: str) -> None:
    waiting = [step("materials_asked", ASKED), step("materials_complete", COMPLETE)]
    refused = step("not_accepted", date(2021, 3, 30))

    assert "acceptance" not in owed(code, waiting[0])
    assert owed(code, *waiting)["acceptance"].due_on == date(2021, 4, 1)
    assert owed(code, *waiting, refused)["acceptance"].state == "discharged"


@OURS
@pytest.mark.parametrize(
    "name",
    ["not_accepted", "guided_out", "forwarded", "handed_down", "already_handled"],
)
def test_what_is_not_accepted_or_passed_on_is_answered_by_its_notice(
    code: str, name: str
) -> None:
    gone = [step(name, ASKED, report_by=COMPLETE), delivered(name, ASKED)]
    duties = owed(code, *gone)
    tried = owed(code, gone[0], delivered(name, ASKED, "failed"))

    assert duties["three_month_answer"].state == "released"
    assert duties["procedural_reply"].state == "discharged"
    assert tried["procedural_reply"].state == "open"


@OURS
def test_what_is_taken_back_is_owed_again(code: str) -> None:
    back = owed(code, step("forwarded", ASKED), step("taken_back", COMPLETE))

    assert back["three_month_answer"].state == "open"
    assert back["three_month_answer"].due_on == date(2021, 6, 1)


@OURS
@pytest.mark.requirement("S7")
def test_the_office_it_was_handed_down_to_owes_a_report_on_the_day_asked_for(
    code: str,
) -> None:
    down = step("handed_down", ASKED, to_office=NEIGHBOUR, report_by=COMPLETE)
    asked = owed(code, down)["handed_report"]
    back = step("taken_back", date(2021, 3, 9))
    again = [
        duty.state
        for duty in owed_all(code, down, back, replace(down, on=date(2021, 3, 10)))
        if duty.kind == "handed_report"
    ]

    assert (asked.office, asked.due_on, asked.state) == (NEIGHBOUR, COMPLETE, "open")
    assert owed(code, down, step("reported", COMPLETE))["handed_report"].state == (
        "discharged"
    )
    assert again == ["released", "open"]


@OURS
def test_where_no_reply_is_possible_none_is_owed(code: str) -> None:
    duties = owed(code, step("unable_to_reply", ASKED))

    assert duties["procedural_reply"].state == "released"
    assert duties["three_month_answer"].state == "released"


def test_a_reply_before_the_acceptance_stays_an_answer() -> None:
    facts = [replied(ASKED, "result"), step("accepted", COMPLETE)]

    assert owed("puyang-2020", *facts)["three_month_answer"].state == "discharged"


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
