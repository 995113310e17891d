"""
The limits of law in force since 2022, on a matter of an office they bind: what opens
each, until when it is owed, and what discharges it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.assignment.domain.activities.acts import (
    first_only_problems,
    late_problems,
)
from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.duties.parties import ResponsibleParties
from services.assignment.domain.facts.base import Fact
from shared.policy.calendar import Limit
from shared.policy.current import current_policy
from shared.policy.parts.reports import Act
from shared.policy.programme import Programme
from tests.builders.facts import act, delivered, received, registered, step

NUMBER, RECEIVED = "街信〔2022〕001号", date(2022, 6, 1)
STREET, HUB, STEP = "640104002", "640104800", date(2022, 6, 6)
CITY = "640100800"


def owed(
    *facts: Fact,
    programme: Programme | None = None,
    kind: str = "township",
    office: str = STREET,
) -> dict[str, tuple[str, str]]:
    """
    Due day and state of each duty by its kind, under xq-2020 unless another is given.
    """
    duties = computed(*facts, programme=programme, kind=kind, office=office)
    return {duty.kind: (duty.due_on.isoformat(), duty.state) for duty in duties}


def whose(*facts: Fact) -> dict[str, str]:
    """
    The office that owes each duty, by its kind.
    """
    return {duty.kind: duty.office for duty in computed(*facts)}


def computed(
    *facts: Fact,
    programme: Programme | None = None,
    kind: str = "township",
    office: str = STREET,
) -> Sequence[Duty]:
    owing = replace(current_policy().directory.office(office), kind=kind)
    return ledger.compute(
        NUMBER,
        office,
        facts,
        programme or current_policy().programmes.get("xq-2020"),
        current_policy().calendar,
        parties=ResponsibleParties(owing),
    )


@pytest.mark.requirement("TL-01", "TL-02")
@pytest.mark.parametrize(
    "answer",
    [
        step("forwarded", STEP),
        step("handed_down", STEP, report_by=STEP),
        delivered("accepted", STEP),
    ],
    ids=["forwarded", "handed_down", "notice"],
)
def test_a_matter_is_registered_and_passed_on_in_fifteen_days(answer: Fact) -> None:
    begun = registered(RECEIVED)

    assert owed(begun)["registration"] == ("2022-06-16", "open")
    assert owed(begun, answer)["registration"][1] == "discharged"


@pytest.mark.requirement("TL-03")
def test_the_receiver_of_what_was_passed_on_gives_notice_in_fifteen_days() -> None:
    begun = registered(RECEIVED, passed=True)

    assert "acceptance_notice" not in owed(registered(RECEIVED))
    assert owed(begun)["acceptance_notice"] == ("2022-06-16", "open")
    assert owed(begun, delivered("accepted", STEP))["acceptance_notice"][1] == (
        "discharged"
    )


@pytest.mark.requirement("TL-06")
def test_an_accepted_claim_is_concluded_in_sixty_days() -> None:
    begun = [registered(RECEIVED), step("accepted", STEP)]
    suggestion = step("accepted", STEP, category="suggestion")

    assert owed(*begun)["conclusion_60"] == ("2022-08-05", "open")
    for opinion in (act("handling_opinion", STEP), step("opinion_issued", STEP)):
        assert owed(*begun, opinion)["conclusion_60"][1] == "discharged"
    assert "conclusion_60" not in owed(registered(RECEIVED), suggestion)


@pytest.mark.parametrize(
    ("opens", "duty", "due", "answers"),
    [
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


@pytest.mark.parametrize(
    ("duty", "opens", "answers"),
    [
        pytest.param(
            *("review", "review_asked", "review_decided"),
            marks=pytest.mark.requirement("TL-09"),
        ),
        pytest.param(
            *("final_review", "final_review_asked", "final_review_decided"),
            marks=pytest.mark.requirement("TL-11"),
        ),
    ],
)
def test_a_review_is_owed_in_thirty_days_by_the_office_that_reviews(
    duty: str, opens: str, answers: str
) -> None:
    begun = [registered(RECEIVED), step(opens, STEP, to_office=HUB)]

    assert owed(*begun)[duty] == ("2022-07-06", "open")
    assert whose(*begun)[duty] == HUB
    assert owed(*begun, step(answers, STEP))[duty][1] == "discharged"


@pytest.mark.requirement("TL-11")
def test_the_days_of_a_hearing_do_not_count_towards_the_final_review() -> None:
    found = owed(
        registered(RECEIVED),
        step("final_review_asked", STEP, to_office=HUB),
        step("review_hearing_begun", date(2022, 6, 10)),
        step("review_hearing_ended", date(2022, 6, 20)),
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


# -- the rules of Henan, which an office of Henan turns on for itself


def of_henan() -> Programme:
    courts = current_policy().programmes.get("jiaozuo-2021")
    law = tuple(replace(each, enabled=True) for each in courts.law)
    return replace(courts, law=law)


@pytest.mark.parametrize(
    ("opens", "duty", "due", "done"),
    [
        pytest.param(
            act("not_ours", STEP),
            "moving_on",
            "2022-06-11",
            step("guided_out", STEP),
            marks=pytest.mark.requirement("TL-16"),
        ),
        pytest.param(
            step("accepted", STEP),
            "finishing",
            "2022-07-06",
            act("finished", STEP),
            marks=pytest.mark.requirement("TL-17"),
        ),
        pytest.param(
            received(STEP),
            "finishing_handed",
            "2022-09-04",
            act("finished", STEP),
            marks=pytest.mark.requirement("TL-18"),
        ),
        pytest.param(
            act("handed_wrongly", STEP),
            "returning",
            "2022-06-11",
            act("returned", STEP),
            marks=pytest.mark.requirement("TL-19"),
        ),
    ],
)
def test_the_rules_of_henan_bind_a_court_that_turns_them_on(
    opens: Fact, duty: str, due: str, done: Fact
) -> None:
    begun = [registered(RECEIVED), opens]
    bound = of_henan()

    assert duty not in owed(*begun, kind="court")
    assert owed(*begun, programme=bound, kind="court")[duty] == (due, "open")
    answered = owed(*begun, done, programme=bound, kind="court")[duty]
    assert answered == (due, "discharged")


@pytest.mark.requirement("TL-17", "TL-18")
def test_thirty_and_ninety_days_of_henan_are_extended_by_signed_decision() -> None:
    rules = {rule.id: rule.extension for rule in of_henan().every_duty_rule()}
    finishing, handed = rules["finishing"], rules["finishing_handed"]

    assert finishing
    assert (str(finishing.at_most), finishing.by) == ("60N", "chief")
    assert handed
    assert (str(handed.at_most), handed.by) == ("90N", "hub")


@pytest.mark.requirement("TL-49")
@pytest.mark.parametrize(
    ("office", "duty", "due"),
    [(HUB, "split_county", "2022-06-05"), (CITY, "split_city", "2022-06-04")],
)
def test_petition_offices_that_share_the_fifteen_days_pass_on_in_theirs(
    office: str, duty: str, due: str
) -> None:
    """
    市 3, 县 4, each beside the fifteen days of the regulation, once it is turned on.
    """
    given = current_policy().programmes.get("xq-2020")
    shared = replace(
        given, law=tuple(replace(each, enabled=True) for each in given.law)
    )
    received, passed = registered(RECEIVED), step("forwarded", date(2022, 6, 3))

    def of_office(*facts: Fact, **more: Any) -> dict[str, tuple[str, str]]:
        found = owed(*facts, kind="joint_conference", office=office, **more)
        return {kind: each for kind, each in found.items() if "split" in kind}

    assert of_office(received) == {}
    assert of_office(received, programme=shared) == {duty: (due, "open")}
    assert of_office(received, passed, programme=shared) == {duty: (due, "discharged")}


@pytest.mark.requirement("TL-28")
def test_what_is_asked_within_a_limit_after_another_act_is_not_asked_later() -> None:
    """
    Ten days from 20 November end on Monday 30 November.
    """
    policy = current_policy()
    programme = policy.programmes.get("puyang-2020")
    asked = programme.act("reconsideration_requested")
    limit = programme.limit(asked.within, date(2020, 11, 20))
    served: dict[str, Fact] = {"a1": act("not_filed_served", date(2020, 11, 20))}

    def late(on: date, recorded: dict[str, Fact]) -> list[str]:
        found = late_problems(asked, on, recorded, limit, policy.calendar)
        return [problem.code for problem in found]

    assert late(date(2020, 11, 30), served) == []
    assert late(date(2020, 12, 1), served) == ["act_late"]
    assert late(date(2020, 12, 1), {}) == []


@pytest.mark.requirement("TL-50")
def test_the_simple_procedure_is_for_first_petitions_alone() -> None:
    """
    As the petition is recorded now: whether it is a first one may have been corrected.
    """
    simply = current_policy().programmes.get("xq-2020").act("simply_accepted")
    first, again = registered(RECEIVED), replace(registered(RECEIVED), first=False)

    def refused(act_: Act, *facts: Fact) -> list[str]:
        recorded = {str(place): fact for place, fact in enumerate(facts)}
        return [each.code for each in first_only_problems(act_, recorded)]

    assert refused(simply, first) == []
    assert refused(simply, again) == ["first_petitions_only"]
    assert refused(replace(simply, first_only=False), again) == []
