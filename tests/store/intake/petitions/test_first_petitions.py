"""
The first petition of a matter is the one that came in first, in whatever order its
petitions are registered or corrected.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from services.intake.casework.proposals import open_case_of
from services.intake.casework.repeats import count_anew
from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.store import CountedRepeats, History, NewPetitions, Petitions
from shared import telemetry
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, NEIGHBOUR, a_registration, new_number
from tests.store.test_lock_order import TODAY, ask

EARLY, CAME, AGAIN = date(2020, 1, 6), date(2020, 3, 2), date(2020, 3, 9)
WHO = {"name": "甄先来", "id_no": "999999194605021872"}


class Matter:
    """
    The petitions of one person about one original case, in one transaction.
    """

    def __init__(self, session):
        self.session, self.original = session, new_number()

    def register(self, day, office=COUNTY, **more):
        body = a_registration(day) | {"petitioner": WHO} | more
        body["original_case_no"] = self.original
        query = {"proposals": False}
        _, answer = ask(
            self.session, register_petition, None, office=office, query=query, **body
        )
        return answer["number"]

    def correct(self, number, office=COUNTY, **changes):
        body = {"changes": changes, "reason": "录入有误。", "office": office}
        return ask(self.session, correct_registered_petition, number, **body)

    def open_case(self, number):
        petition = Petitions(self.session).get(number)
        return open_case_of(self.session, petition, CAME, {}, TODAY)

    def counted(self, number):
        return len(CountedRepeats(self.session).of_case(number))

    def noted(self, number):
        made = History(self.session).of(number)
        return [(each.fields, each.office, each.actor) for each in made]

    def repeats(self, number):
        return Petitions(self.session).get(number).repeat_of

    def announced(self, number, what="'payload'->>'first'"):
        query = sa.text(
            f"SELECT body->{what} FROM intake.outbox"  # noqa: S608
            " WHERE type = 'intake.petition_corrected'"
            " AND body->>'case_number' = :number ORDER BY position"
        )
        return list(self.session.scalars(query, {"number": number}))

    def named(self, number):
        """
        Who announced the corrections of a petition.
        """
        return self.announced(number, ">'actor'")


@pytest.fixture
def matter(session):
    return Matter(session)


def test_the_first_petition_stays_first_when_its_day_is_corrected(matter):
    first, again = matter.register(CAME), matter.register(AGAIN)
    matter.correct(first, received_on=date(2020, 3, 1))

    assert matter.repeats(first) is None
    assert matter.repeats(again) == first
    assert matter.announced(again) == []


def test_an_older_letter_that_is_entered_late_is_the_first_one(matter):
    first, again = matter.register(CAME), matter.register(AGAIN)
    older = matter.register(EARLY)

    assert matter.repeats(older) is None
    assert [matter.repeats(each) for each in (first, again)] == [older, older]
    assert matter.announced(first) == ["false"]


def test_a_first_petition_that_really_came_later_repeats_the_other(matter):
    first, again = matter.register(CAME), matter.register(AGAIN)
    matter.correct(first, received_on=date(2020, 3, 16))

    assert matter.repeats(first) == again
    assert matter.repeats(again) is None
    assert matter.announced(again) == ["true"]


def test_what_is_corrected_to_be_another_matter_leaves_the_others_a_first_one(matter):
    first, again = matter.register(CAME), matter.register(AGAIN)
    third = matter.register(date(2020, 3, 16))
    matter.correct(first, original_case_no=new_number())

    assert matter.repeats(again) is None
    assert [matter.repeats(each) for each in (first, third)] == [None, again]


def test_the_history_of_a_repeat_names_no_other_office_and_none_of_its_clerks(matter):
    later = matter.register(CAME)
    matter.register(EARLY, office=CITY)

    assert matter.noted(later) == [(("first",), COUNTY, "system")]
    assert matter.named(later) == ["system"]


def test_an_office_learns_nothing_of_an_accusation_against_it(matter):
    accusing = matter.register(CAME, office=CITY, category="accusation")
    own = matter.register(AGAIN)
    matter.correct(accusing, office=CITY, accused_office=COUNTY)
    after = matter.repeats(own)
    matter.correct(accusing, office=CITY, received_on=EARLY)

    assert (after, matter.repeats(own)) == (accusing, accusing)
    assert (matter.noted(own), matter.announced(own)) == ([], [])


def test_an_office_learns_nothing_of_an_accusation_that_does_not_accuse_it_now(matter):
    about = {"category": "accusation", "accused_office": COUNTY}
    accusing, own = matter.register(CAME, office=CITY, **about), matter.register(AGAIN)
    matter.correct(accusing, office=CITY, accused_office=None)

    assert matter.repeats(own) is None
    assert (matter.noted(own), matter.announced(own)) == ([], [])


@pytest.mark.parametrize(("registered_by", "counts"), [(COUNTY, 1), (CITY, 0)])
def test_a_repeat_that_accuses_who_registered_it_counts_as_before(
    matter, registered_by, counts
):
    first = matter.register(CAME)
    with telemetry.work("test", trace=telemetry.background_context()):
        matter.open_case(first)
        again = Petitions(matter.session).get(matter.register(AGAIN, registered_by))
        accusing = replace(again, category="accusation", accused_office=COUNTY)
        Petitions(matter.session).update(replace(accusing, office=NEIGHBOUR))
        before = matter.counted(first)
        count_anew(matter.session, accusing, TODAY, decided_on=TODAY)

    assert before == 1
    assert matter.counted(first) == counts


def test_a_petition_is_no_repeat_of_what_was_passed_on_of_it(matter):
    first = matter.register(CAME)
    passed = Petitions(matter.session).get(first)
    received = NewPetitions(matter.session).receive(
        replace(passed, to_office=CITY),
        received_on=AGAIN,
        programme=current_policy().programmes.get(passed.programme),
        origin=passed.origin,
        handler_post=None,
    )
    matter.correct(first, received_on=date(2020, 3, 16))

    assert matter.repeats(first) is None
    assert matter.repeats(matter.register(date(2020, 3, 23))) == first
    assert matter.repeats(received.number) is None


@pytest.mark.requirement("PY-46")
def test_a_petition_that_is_the_first_again_was_handled_first_by_whoever_has_it(matter):
    first = matter.register(CAME, handler_post="检察长")
    older = matter.register(EARLY)
    matter.correct(older, received_on=AGAIN)
    petition = Petitions(matter.session).get(first)

    assert matter.repeats(older) == first
    assert (petition.repeat_of, petition.first_office) == (None, COUNTY)
    assert petition.first_post == "检察长"
