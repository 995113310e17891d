"""
What hearing stores beside its hearings: petitions that came again, and its counts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.hearing.casework.repeats import note_repeats
from services.hearing.domain.counts import HearingCount, by_level, most_first
from services.hearing.domain.hearing import State
from services.hearing.store import Cases, Hearings, Repeats
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, new_number
from tests.builders.hearing_states import RESULTED

pytestmark = pytest.mark.stack

RESULT, WATCHED = date(2021, 3, 16), date(2021, 6, 14)


class Said:
    """
    One event of intake about a case as its handler gets it.
    """

    def __init__(self, kind, number, **said):
        self.type, self.case_number, self.occurred_on = kind, number, date(2021, 5, 1)
        self.fields = {"received_on": None, **said}


@pytest.fixture
def session(migrated):
    engine = migrated.engine("hearing")
    with engine.connect() as session:
        yield session
    engine.dispose()


def test_a_petition_that_came_again_is_known_until_it_is_taken_back(session):
    number, again = new_number(), "intake.case_repeated"
    back = "intake.case_repeat_withdrawn"
    day = date(2021, 4, 20)

    def known():
        return Repeats(session).first(number, RESULT, WATCHED)

    outside = [
        Said(again, number, received_on=on) for on in (RESULT, date(2021, 6, 15))
    ]
    note_repeats(session, [*outside, Said(again, new_number(), received_on=day)])
    assert known() is None
    # In whatever order the events come: first that it is none, then that it is one.
    gone = Said(back, number, received_on=None, repeated_on=day)
    note_repeats(session, [gone])
    note_repeats(session, [Said(again, number, received_on=day)])
    assert known() is None
    note_repeats(session, [Said(again, number, received_on=day)] * 2)
    note_repeats(session, [Said(again, number)])
    assert known() == day
    note_repeats(session, [gone, gone])
    assert known() == date(2021, 5, 1)


@pytest.mark.requirement("DY-19", "DY-20")
def test_hearings_are_counted_by_chair_and_by_level(session):
    days, programme = (date(2051, 3, 1), date(2051, 3, 31)), RESULTED.programme
    held = {"held_on": days[0], "state": State.RESULTED, "programme": programme}
    for office, chair, led, settled in (
        (COUNTY, "检察长", True, True),
        (COUNTY, "检察官", False, False),
        (CITY, "检察长", True, False),
    ):
        number = new_number()
        case = {"number": number, "office": office, "programme": programme}
        known = {"in_scope": True, "sequence": 1, **case}
        session.execute(Cases.table.insert(), known)
        of = {"case_number": number, "office": office, "chair_post": chair, **held}
        counted = {"leader_chaired": led, "settled": settled, "id": number}
        Hearings(session).insert(replace(RESULTED, **of, **counted))

    def found(by):
        return Hearings(session).held_by(by, [COUNTY, CITY], programme, *days)

    assert found("chair_post") == {
        "检察长": HearingCount(2, 2, 1),
        "检察官": HearingCount(1, 0, 0),
    }
    one, two = HearingCount(1), HearingCount(2)
    assert [value for value, _ in most_first({"b": one, "a": one, "c": two})] == [
        *"cab"
    ]
    assert by_level(found("office"), current_policy().directory) == {
        "county": HearingCount(2, 1, 1),
        "city": HearingCount(1, 1, 0),
    }
