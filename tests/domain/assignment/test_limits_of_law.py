"""
The limits of law in force since 2022, on a matter of an office they bind: what opens
each, until when it is owed, and what discharges it.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.duties import ledger
from services.assignment.domain.facts import Fact
from shared.policy.calendar import Limit
from shared.policy.current import current_policy
from tests.builders.facts import act, registered

NUMBER, RECEIVED = "街信〔2022〕001号", date(2022, 6, 1)
STREET, STEP = "640104002", date(2022, 6, 6)


def owed(*facts: Fact, code: str = "xq-2020", kind: str = "township"):
    duties = ledger.compute(
        NUMBER,
        STREET,
        facts,
        current_policy().programmes.get(code),
        current_policy().calendar,
        parties=ledger.ResponsibleParties(kind),
    )
    return {duty.kind: (duty.due_on.isoformat(), duty.state) for duty in duties}


@pytest.mark.requirement("TL-01", "TL-02")
@pytest.mark.parametrize("answer", ["forwarded", "acceptance_notice_given"])
def test_a_matter_is_registered_and_passed_on_in_fifteen_days(answer: str) -> None:
    begun = registered(RECEIVED)

    assert owed(begun)["registration"] == ("2022-06-16", "open")
    assert owed(begun, act(answer, STEP))["registration"][1] == "discharged"


@pytest.mark.parametrize(
    ("opens", "duty", "due", "answers"),
    [
        pytest.param(
            "handed_in",
            "acceptance_notice",
            "2022-06-21",
            "acceptance_notice_given",
            marks=pytest.mark.requirement("TL-03"),
        ),
        pytest.param(
            "accepted",
            "conclusion_60",
            "2022-08-05",
            "handling_opinion",
            marks=pytest.mark.requirement("TL-06"),
        ),
        pytest.param(
            "review_requested",
            "review",
            "2022-07-06",
            "review_opinion",
            marks=pytest.mark.requirement("TL-09"),
        ),
        pytest.param(
            "final_review_requested",
            "final_review",
            "2022-07-06",
            "final_review_opinion",
            marks=pytest.mark.requirement("TL-11"),
        ),
        pytest.param(
            "urgent_found",
            "urgent_report",
            "2022-06-07",
            "urgent_reported",
            marks=pytest.mark.requirement("TL-12"),
        ),
        pytest.param(
            "recommendation_received",
            "recommendation_answer",
            "2022-07-06",
            "recommendation_answered",
            marks=pytest.mark.requirement("TL-13"),
        ),
        pytest.param(
            "simply_accepted",
            "simple_answer",
            "2022-06-20",
            "simply_answered",
            marks=pytest.mark.requirement("TL-50"),
        ),
    ],
)
def test_each_step_is_owed_until_its_day(
    opens: str, duty: str, due: str, answers: str
) -> None:
    begun = [registered(RECEIVED), act(opens, STEP)]

    assert owed(*begun)[duty] == (due, "open")
    assert owed(*begun, act(answers, STEP))[duty] == (due, "discharged")


@pytest.mark.requirement("TL-11")
def test_the_days_of_a_hearing_do_not_count_towards_the_final_review() -> None:
    found = owed(
        registered(RECEIVED),
        act("final_review_requested", STEP),
        act("review_hearing_begun", date(2022, 6, 10)),
        act("review_hearing_ended", date(2022, 6, 20)),
    )

    assert found["final_review"] == ("2022-07-16", "open")


@pytest.mark.requirement("TL-07")
def test_sixty_days_are_extended_once_by_thirty_and_the_petitioner_is_told() -> None:
    rule = next(
        each
        for each in current_policy().programmes.get("xq-2020").every_duty_rule()
        if each.id == "conclusion_60" and "TL-06" in each.source
    )

    assert rule.extension is not None
    assert (rule.extension.at_most, rule.extension.times) == (Limit.parse("30N"), 1)
    assert (rule.extension.by, rule.extension.tell_petitioner) == ("chief", True)


@pytest.mark.requirement("TL-05")
@pytest.mark.parametrize("kind", ["procuratorate", "court"])
def test_the_regulation_does_not_bind_courts_and_procuratorates(kind: str) -> None:
    assert "registration" not in owed(registered(RECEIVED), kind=kind)
