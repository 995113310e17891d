"""
Opinions that are reviewed and finally reviewed (S17 to S19).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.intake.domain.petitions import deliveries
from services.intake.domain.petitions.reviews import review_until
from shared.errors import Rejected
from shared.vocabulary import Category, DeliveryOutcome
from tests.builders import CITY, COUNTY, PROVINCE, codes, places
from tests.builders.lifecycle import (
    FINALLY,
    PETITION,
    REVIEWED,
    STEP,
    a_delivery,
    a_step,
    after,
    around,
    reviewed,
)


@pytest.mark.requirement("S17", "S18", "S19")
@pytest.mark.parametrize(
    ("steps", "state", "to_office"),
    [
        (REVIEWED[:2], "opinion_issued", None),
        (REVIEWED[:3], "under_review", PROVINCE),
        (REVIEWED, "reviewed", PROVINCE),
        (FINALLY, "under_final_review", "640100800"),
        (
            (*FINALLY, "review_hearing_begun", "review_hearing_ended"),
            "under_final_review",
            "640100800",
        ),
        ((*FINALLY, "final_review_decided"), "finally_reviewed", "640100800"),
    ],
)
def test_an_opinion_is_reviewed_and_finally_reviewed_by_an_office_above(
    steps, state, to_office
):
    petition = after(*steps, **reviewed())

    assert (petition.state, petition.to_office) == (state, to_office)


@pytest.mark.requirement("TL-08", "TL-10")
@pytest.mark.parametrize("step", ["review_asked", "final_review_asked"])
def test_a_review_is_asked_for_within_the_days_after_the_opinion_was_served(step):
    """
    Served on 4 November: thirty days end on 4 December.
    """
    before = FINALLY[: FINALLY.index(step)]
    opinion = before[-1]
    late, last = date(2020, 12, 5), date(2020, 12, 4)
    asked = reviewed(today=late)

    for on, served, code in (
        (late, STEP, "review_late"),
        (STEP, None, "opinion_not_served"),
        (STEP, last, "opinion_not_served"),
    ):
        days = {**asked, "served": {**asked["served"], f"s-{opinion}": served}}
        with pytest.raises(Rejected) as refused:
            after(*before, a_step(step, on=on), **days)
        assert codes(refused) == [code]
    assert after(*before, a_step(step, on=last), **asked)
    done = tuple(a_step(name) for name in before)
    window = review_until(done, around(**asked))
    assert (window.step, window.until) == (step, last)
    assert review_until(done, around(**{**asked, "served": {}})) is None


def test_only_what_the_law_sends_this_way_is_reviewed_and_by_an_office_above():
    accusation = replace(PETITION, category=Category.ACCUSATION)

    def refused(*steps, petition=PETITION, **circumstances):
        with pytest.raises(Rejected) as found:
            after(*steps, petition=petition, **circumstances)
        return codes(found)

    way = REVIEWED[:2]
    assert refused(*REVIEWED[:3]) == ["not_reviewable"]
    assert refused(*REVIEWED[:3], petition=accusation, **reviewed()) == [
        "not_reviewable"
    ]
    below = a_step("review_asked", to_office=COUNTY)
    assert refused(*way, below, **reviewed()) == ["not_above"]
    own = a_step("review_asked", to_office=CITY)
    assert refused(*way, own, **reviewed()) == ["own_office"]
    again = a_step("final_review_asked", to_office=PROVINCE)
    assert refused(*REVIEWED, again, **reviewed()) == ["not_above"]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (("review_hearing_ended",), "no_hearing_running"),
        (("review_hearing_begun", "review_hearing_begun"), "hearing_running"),
        (("review_hearing_begun", "final_review_decided"), "hearing_running"),
    ],
)
def test_a_hearing_of_the_final_review_begins_and_ends_by_turns(steps, code):
    with pytest.raises(Rejected) as refused:
        after(*FINALLY, *steps, **reviewed())

    assert codes(refused) == [code]


@pytest.mark.requirement("TL-08", "TL-10")
def test_no_later_record_makes_a_review_that_was_asked_for_one_too_late():
    """
    The opinion was served on 4 November, and the review asked for on 4 December, the
    last of thirty days; a service the day before would make that a day too late.
    """
    asked = date(2020, 12, 4)
    steps = [*map(a_step, REVIEWED[:2]), a_step("review_asked", on=asked)]
    told = [a_delivery(STEP, "signed", step="s-opinion_issued")]
    early = a_delivery(STEP - timedelta(days=1), "signed", step="s-opinion_issued")
    again = a_delivery(asked, "signed", step="s-opinion_issued")
    steps[1] = replace(steps[1], on=early.on)
    circumstances = around(earlier=steps, **reviewed(today=asked))

    def deliver(delivery):
        return deliveries.deliver(PETITION, delivery, circumstances, told)

    with pytest.raises(Rejected) as refused:
        deliver(early)

    assert places(refused) == {("review_late", "/on")}
    assert deliver(again).occurred_on == asked
    assert deliver(replace(early, outcome=DeliveryOutcome.FAILED))
