"""
Papers that are delivered to the petitioner, and attempts that were in vain.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.intake.domain.petitions import deliveries, lifecycle
from services.intake.domain.petitions.petitions import Reply
from services.intake.domain.petitions.steps import BETWEEN_OFFICES, REQUESTS
from shared.errors import Rejected
from shared.vocabulary import (
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from tests.builders import codes
from tests.builders.lifecycle import (
    PETITION,
    STATED,
    STEP,
    TODAY,
    a_delivery,
    a_step,
    after,
    around,
)


def has_paper(name):
    """
    Whether the petitioner gets a paper of a step: what S3 .. S10 call a notice.
    """
    without = {"already_handled", "unable_to_reply", "taken_back", "objection_refused"}
    return PetitionStep(name) not in BETWEEN_OFFICES | REQUESTS | without


def test_no_reply_is_impossible_without_attempts_on_three_days_or_any_way_to_reach():
    attempts = [a_delivery(date(2020, 11, day)) for day in (5, 5, 6, 9)]
    attempts.append(a_delivery(date(2020, 11, 10), "signed"))

    assert deliveries.failed_days(attempts) == 3
    assert after("unable_to_reply", attempts=3).state == "unable_to_reply"
    assert after("unable_to_reply", attempts=0, unreachable=True)
    with pytest.raises(Rejected) as refused:
        after("unable_to_reply", attempts=2)
    assert codes(refused) == ["attempts_missing"]
    assert deliveries.is_unreachable(None)
    assert deliveries.is_unreachable({"name": "甄无址"})
    assert not deliveries.is_unreachable({"name": "甄有址", "address": "某村"})


def test_the_paper_of_a_step_is_delivered_after_the_step():
    steps = [a_step("accepted"), a_step("taken_back", on=STEP)]
    circumstances = around(earlier=steps)
    event = deliveries.deliver(PETITION, a_delivery(STEP, "refused"), circumstances, [])

    assert (event.step, event.outcome, event.occurred_on) == (
        "accepted",
        "refused",
        STEP,
    )
    for wrong, code in [
        (a_delivery(date(2020, 11, 3)), "date_before_start"),
        (a_delivery(date(2020, 12, 2)), "date_in_future"),
        (a_delivery(STEP, step="s-taken_back"), "no_such_paper"),
        (a_delivery(STEP, step="other"), "no_such_paper"),
    ]:
        with pytest.raises(Rejected) as refused:
            deliveries.deliver(PETITION, wrong, circumstances, [])
        assert codes(refused) == [code]


@pytest.mark.requirement("S5", "S10")
@pytest.mark.parametrize("name", [each for each in STATED if has_paper(each)])
def test_each_step_with_a_paper_for_the_petitioner_needs_it_and_it_is_delivered(name):
    """
    Every step of `MOVES` but those between offices, of the register alone, or that the
    petitioner takes.
    """
    step = a_step(name)
    bare = {
        problem.location
        for problem in lifecycle.faults_of(
            PETITION, replace(step, document=None), around()
        )
    }
    delivery = a_delivery(STEP, "signed", step=step.id)
    told = deliveries.deliver(PETITION, delivery, around(earlier=[step]), [])

    assert "/document" in bare
    assert told.step == name


def test_it_is_tried_in_vain_to_give_a_reply_before_there_is_a_step():
    call = replace(a_delivery(STEP, step=None), reply=ReplyKind.PROCEDURAL)
    deliveries.attempt(PETITION, call, [], TODAY)
    days = [replace(call, on=STEP + timedelta(days=each)) for each in (0, 1, 2)]

    assert deliveries.failed_days(days) == 3
    assert deliveries.served(days) == {}
    for wrong, code in [
        (replace(call, on=date(2020, 11, 1)), "date_before_start"),
        (replace(call, outcome=DeliveryOutcome.SIGNED), "reply_reached"),
    ]:
        with pytest.raises(Rejected) as refused:
            deliveries.attempt(PETITION, wrong, [], TODAY)
        assert codes(refused) == [code]


@pytest.mark.parametrize("state", ["forwarded", "reported", "unable_to_reply"])
def test_no_reply_is_tried_once_none_is_owed_any_more(state):
    call = replace(a_delivery(STEP, step=None), reply=ReplyKind.RESULT)
    ended = replace(PETITION, state=PetitionState(state))
    with pytest.raises(Rejected) as refused:
        deliveries.attempt(ended, call, [], TODAY)

    assert codes(refused) == ["no_reply_owed"]


@pytest.mark.parametrize(
    ("kind", "days_before", "refusals"),
    [
        ("procedural", 1, ["already_replied"]),
        ("result", 1, ["already_replied"]),
        ("result", 0, []),
        ("result", -1, []),
        ("progress", 1, []),
    ],
)
def test_what_was_told_once_is_not_tried_in_vain_afterwards(
    kind, days_before, refusals
):
    """
    An attempt before the reply is recorded late, too; it is tried to tell of the
    progress more than once.
    """
    call = replace(a_delivery(STEP, step=None), reply=ReplyKind(kind))
    told = Reply(
        id="a1",
        petition=PETITION.number,
        replied_on=STEP - timedelta(days=days_before),
        kind=ReplyKind(kind),
        mode=ReplyMode.PHONE,
        outcome=None,
        summary="",
    )
    found = []
    for record in (
        lambda: deliveries.attempt(PETITION, call, [told], TODAY),
        lambda: deliveries.correct_attempt(PETITION, call, call, [told], TODAY),
    ):
        try:
            record()
        except Rejected as refused:
            found += [problem.code for problem in refused.problems]

    assert found == refusals * 2
