"""
What repeats a case of a ledger came in before its row was filled in, or after it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from services.intake.endpoints.cases.matching import decide_matter
from services.intake.endpoints.corrections.history import correct_registered_case
from services.intake.endpoints.corrections.withdrawals import (
    restore_withdrawn_petition,
    withdraw_registered_petition,
)
from services.intake.store import (
    CountedRepeats,
    Matching,
    MatterDecisions,
    NewPetitions,
)
from services.intake.store.matching.match_rules import match_rules
from tests.builders import CITY, COUNTY, a_registration
from tests.service.asking import PROGRAMME
from tests.store.offices import TODAY
from tests.store.registering import NUMBER, row
from tests.store.test_lock_order import ask

ORIGINAL = {"original_case_no": "（2019）豫0922刑初8021号"}
WHO = {"name": "李重来", "id_no": "999999194605021872"}
SAID = {"petitioner_name": WHO["name"], "id_no": WHO["id_no"], **ORIGINAL}


def letter(office, day, at=COUNTY, **changes):
    """
    A letter that came in on a day and says nothing of the original case.
    """
    body = a_registration(day) | {"petitioner": WHO, **changes}
    found = NewPetitions(office.session).register(body, office=at, programme=PROGRAMME)
    return found.petition


def decided(office, petition, **changes):
    said = {"same_as": NUMBER, "new_facts": False, "decided_on": TODAY, **changes}
    said["reason"] = "核对原卷。"
    return ask(office.session, decide_matter, petition.number, today=TODAY, **said)


def act(office, endpoint, petition, **body):
    said = {"reason": "核对登记。", **body}
    return ask(office.session, endpoint, petition.number, today=TODAY, **said)


def codes(pushed):
    return [p["code"] for each in pushed.rejected for p in each["problems"]]


@pytest.mark.requirement("PY-06", "PY-19")
@pytest.mark.parametrize(("stated", "counted"), [(0, 1), (1, 1), (3, 3)])
def test_a_letter_from_before_the_form_was_filled_in_repeats_the_case_it_is_in(
    office, stated, counted
):
    """
    First petitioned in 2016, by letter again in September 2019, which lies in window B
    (PY-06), reported in November 2020: what the row states has the letter in it.
    """
    again = letter(office, date(2019, 9, 10))
    office.push(row(repeats_in_window=stated, **SAID))
    shown = decided(office, again)
    case = office.case()
    fewer = office.push(row(repeats_in_window=0, note="核对", **SAID))
    right = office.push(row(repeats_in_window=max(1, stated), note="核对", **SAID))

    assert (shown["first"], shown["repeat_of"]) == (False, NUMBER)
    assert (case.repeats, office.case().repeats) == (counted, counted)
    assert codes(fewer) == (["repeats_below_known"] if stated else [])
    assert right.rejected == []


@pytest.mark.requirement("PY-06")
def test_the_matter_of_a_case_of_a_ledger_begins_with_its_first_petition(office):
    office.push(row(first_petition_on="2019-9-11", accepted_on="2019-9-12", **SAID))
    _, earlier = MatterDecisions(office.session).earlier(NUMBER)
    came = letter(office, date(2019, 10, 8)).number
    like_it = Matching(office.session, match_rules()).like_petition(came)

    assert earlier.began_on == date(2019, 9, 11)
    assert [each.on for each in like_it if each.number == NUMBER] == [earlier.began_on]


@pytest.mark.requirement("PY-06", "S3")
@pytest.mark.parametrize(("accused", "counted"), [("410923", 1), (COUNTY, 0)])
def test_an_accusation_counts_but_for_whom_it_accuses(office, accused, counted):
    """
    The row of whom it accuses is compared without it: it is kept from that office.
    """
    said = {**SAID, "repeats_in_window": 0}
    letter(
        *(office, date(2019, 9, 10), CITY),
        **ORIGINAL,
        category="accusation",
        accused_office=accused,
    )
    pushed = office.push(row(**said))

    assert codes(pushed) == ["repeats_below_known"] * counted


@pytest.mark.requirement("PY-06")
def test_letters_beyond_what_a_row_states_count_each_and_then_stand_in_it(office):
    office.push(row(repeats_in_window=1, **SAID))
    one, other = (letter(office, date(2019, month, 10)) for month in (5, 9))
    repeats = []
    for petition in (one, other):
        decided(office, petition)
        repeats.append(office.case().repeats)
    withdraw, restore = withdraw_registered_petition, restore_withdrawn_petition
    cause = {"cause": "registered_by_mistake"}
    for endpoint, said in ((withdraw, cause), (restore, {}), (withdraw, cause)):
        act(office, endpoint, one, **said)
        repeats.append(office.case().repeats)
    act(office, restore, one)
    typed = {"changes": {"重复信访次数": "2"}}
    ask(
        office.session,
        correct_registered_case,
        NUMBER,
        today=TODAY,
        reason="核对。",
        **typed,
    )
    repeats.append(office.case().repeats)
    act(office, withdraw, other, **cause)

    assert repeats == [1, 2, 1, 2, 1, 2]
    assert office.case().repeats == 2  # the office states two


@pytest.mark.requirement("PY-06")
def test_a_letter_that_was_known_when_its_row_was_pushed_leaves_its_place_in_it(office):
    """
    The row states one repeat: that letter. One of an earlier day is registered later.
    """
    known = letter(office, date(2019, 9, 10), **ORIGINAL)
    office.push(row(repeats_in_window=1, **SAID))
    decided(office, letter(office, date(2019, 5, 10)))
    repeats = [office.case().repeats]
    cause = {"cause": "registered_by_mistake"}
    for endpoint, said in (
        (withdraw_registered_petition, cause),
        (restore_withdrawn_petition, {}),
    ):
        act(office, endpoint, known, **said)
        repeats.append(office.case().repeats)

    assert repeats == [2, 1, 2]


@pytest.mark.requirement("PY-06")
def test_who_takes_a_place_in_the_row_is_counted_no_more_in_a_further_programme(office):
    known = letter(office, date(2019, 9, 10), **ORIGINAL)
    office.push(row(repeats_in_window=1, **SAID))
    beyond = letter(office, date(2019, 5, 10))
    decided(office, beyond)
    counted = CountedRepeats(office.session)
    (repeat,) = counted.of_petition(beyond.number)
    counted.save([replace(repeat, also=("further",))])
    cause = {"cause": "registered_by_mistake"}
    act(office, withdraw_registered_petition, known, **cause)
    (rests,) = counted.of_petition(known.number)
    (in_row,) = counted.of_petition(beyond.number)

    assert (repeat.counted, repeat.also) == (True, ())
    assert (rests.counted, rests.also) == (True, ("further",))
    assert (in_row.counted, in_row.also) == (False, ())


def announced_repeats(office):
    """
    How often the case was announced to be repeated, without what was taken back.
    """
    query = sa.text(
        "SELECT count(*) FILTER (WHERE type = 'intake.case_repeated')"
        " - count(*) FILTER (WHERE type = 'intake.case_repeat_withdrawn')"
        " FROM intake.outbox WHERE case_number = :number"
    )
    return office.session.scalar(query, {"number": NUMBER})


@pytest.mark.requirement("PY-06")
def test_what_stands_in_a_row_is_announced_neither_as_a_repeat_nor_as_none(office):
    """
    A letter that was known when the form was pushed is told of by its row; its
    withdrawal takes back no other's announcement.
    """
    first = letter(office, date(2019, 5, 10), **ORIGINAL)
    again = letter(office, date(2019, 9, 10), **ORIGINAL)
    office.push(row(repeats_in_window=2, **SAID))
    counts = [announced_repeats(office)]
    withdraw, restore = withdraw_registered_petition, restore_withdrawn_petition
    cause = {"cause": "registered_by_mistake"}
    for endpoint, said in ((withdraw, cause), (restore, {}), (withdraw, cause)):
        act(office, endpoint, again, **said)
        counts.append(announced_repeats(office))

    assert first.repeat_of is None
    assert counts == [0, 0, 0, 0]
