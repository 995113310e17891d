"""
What petitions, replies, visits and acts add to the measures.
"""

from __future__ import annotations

from datetime import date

import pytest

from shared.vocabulary import ReplyMode
from tests.builders import COUNTY
from tests.builders.postings import DAY, act, posted, sums


@pytest.mark.parametrize(
    ("part", "counted"), [(False, {("petitions", DAY): 1}), (True, {})]
)
def test_two_petitions_of_one_letter_are_one_contact(part, counted):
    assert sums(*posted("intake.petition_registered", DAY, part=part)) == counted


@pytest.mark.requirement("I-29")
@pytest.mark.parametrize("mode", [*ReplyMode])
def test_a_reply_counts_by_its_mode_until_it_is_withdrawn(mode):
    given = posted("intake.reply_given", DAY, kind="procedural", mode=mode)
    back = posted("intake.reply_withdrawn", DAY, replied_on=str(DAY), mode=mode)
    unregistered = posted(
        "intake.petition_withdrawn",
        DAY,
        received_on=str(DAY),
        replied_on=[str(DAY)],
        reply_modes=[mode],
    )
    talk = {("talks", DAY): 1} if mode in {"in_person", "phone", "video"} else {}

    assert sums(*given) == {("replies", DAY): 1, (f"replies_{mode}", DAY): 1} | talk
    assert sums(*given, *back) == {}
    assert sums(*given, *unregistered) == {("petitions", DAY): -1}


def test_a_reply_is_taken_back_from_the_office_that_it_counted_for():
    back = posted(
        "intake.reply_withdrawn",
        DAY,
        replied_on=str(DAY),
        mode="phone",
        given_by="410923",
    )
    days, modes = [str(DAY), str(DAY)], ["phone", "letter"]
    unregistered = posted(
        "intake.petition_withdrawn",
        DAY,
        received_on=str(DAY),
        replied_on=days,
        reply_modes=modes,
        reply_offices=["410923", COUNTY],
    )

    assert {entry.office for entry in back} == {"410923"}
    assert [
        (entry.office, entry.amount)
        for entry in unregistered
        if entry.measure == "replies"
    ] == [("410923", -1), (COUNTY, -1)]


# -- acts, visits, led cases


@pytest.mark.requirement("I-44", "DY-03", "JZ-53")
@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("到省访", "province_visits"),
        ("进京访", "beijing_visits"),
        ("到省驻点督导组驻地", "group_visits"),
    ],
)
def test_totals_of_a_bulletin_are_numbers_of_their_own(kind, measure):
    entered = act("higher_figure_entered", kind=kind, count=7)

    assert sums(*entered) == {(measure, DAY): 7}
    assert act("higher_figure_entered", kind="其他", count=7) == ()


@pytest.mark.requirement("JZ-43")
def test_a_visit_counts_on_its_day_until_it_is_found_to_be_none():
    earlier = date(2020, 11, 1)
    came = posted("intake.petition_registered", DAY, channel="visit")
    letter = posted("intake.petition_registered", DAY, channel="letter")
    wrong_day = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(earlier),
        received_before=str(DAY),
        channel="visit",
        channel_before="visit",
    )
    no_visit = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(DAY),
        received_before=str(DAY),
        channel="letter",
        channel_before="visit",
    )
    gone = posted(
        "intake.petition_withdrawn", DAY, received_on=str(DAY), channel="visit"
    )

    assert sums(*came) == {("petitions", DAY): 1, ("visits", DAY): 1}
    assert sums(*letter) == {("petitions", DAY): 1}
    assert sums(*came, *wrong_day) == {
        ("petitions", earlier): 1,
        ("visits", earlier): 1,
    }
    assert sums(*came, *no_visit) == {("petitions", DAY): 1}
    assert sums(*came, *gone) == {}


@pytest.mark.requirement("I-43")
def test_a_group_visit_counts_as_one_batch_of_so_many_persons():
    how = {"channel": "visit", "group": True, "persons": 7}
    came = posted("intake.petition_registered", DAY, **how)
    fewer = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(DAY),
        received_before=str(DAY),
        **{**how, "persons": 5},
        persons_before=7,
        group_before=True,
    )
    no_group = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(DAY),
        received_before=str(DAY),
        **{**how, "persons": 4, "group": False},
        persons_before=7,
        group_before=True,
    )
    gone = posted("intake.petition_withdrawn", DAY, received_on=str(DAY), **how)
    visit = {("petitions", DAY): 1, ("visits", DAY): 1}

    batch = {**visit, ("group_batches", DAY): 1}
    assert sums(*came) == {**batch, ("group_persons", DAY): 7}
    assert sums(*came, *fewer) == {**batch, ("group_persons", DAY): 5}
    assert sums(*came, *no_group) == visit
    assert sums(*came, *gone) == {}
