"""
What hearing stores beside its hearings: petitions that came again, and its counts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.hearing.casework.repeats import note_repeats
from services.hearing.domain.counts import CountedBy, HearingCount, rows_of
from services.hearing.store import Cases, Hearings, Repeats
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, new_number
from tests.builders.hearing_states import RESULTED

pytestmark = pytest.mark.stack

RESULT, WATCHED = date(2021, 3, 16), date(2021, 6, 14)


class Announced:
    """
    One event of intake about a case as its handler gets it.
    """

    def __init__(self, kind, number, **fields):
        self.type, self.case_number, self.occurred_on = kind, number, date(2021, 5, 1)
        self.fields = {"received_on": None, **fields}


def test_a_petition_that_came_again_is_known_until_it_is_taken_back(session):
    number, again = new_number(), "intake.case_repeated"
    back = "intake.case_repeat_withdrawn"
    day = date(2021, 4, 20)

    def first_day():
        return Repeats(session).first(number, RESULT, WATCHED)

    outside = [
        Announced(again, number, received_on=on) for on in (RESULT, date(2021, 6, 15))
    ]
    note_repeats(session, [*outside, Announced(again, new_number(), received_on=day)])
    assert first_day() is None
    # In whatever order the events come: first that it is none, then that it is one.
    gone = Announced(back, number, received_on=None, repeated_on=day)
    note_repeats(session, [gone])
    note_repeats(session, [Announced(again, number, received_on=day)])
    assert first_day() is None
    note_repeats(session, [Announced(again, number, received_on=day)] * 2)
    note_repeats(session, [Announced(again, number)])
    assert first_day() == day
    note_repeats(session, [gone, gone])
    assert first_day() == date(2021, 5, 1)


DAYS = (date(2051, 3, 1), date(2051, 3, 31))


def hold(session, office, post, holder=None, *, in_scope=True, **result):
    """
    Store a hearing that was held, in a case of its own.
    """
    number, programme = new_number(), RESULTED.programme
    case = {"number": number, "office": office, "programme": programme}
    stored = {"in_scope": in_scope, "sequence": 1, **case}
    session.execute(Cases.table.insert(), stored)
    held = {"case_number": number, "office": office, "held_on": DAYS[0], "id": number}
    chair = {"chair_post": post, "chair_holder": holder, "leader_chaired": True}
    fields = {**held, **chair, "settled": False, **result}
    Hearings(session).insert(replace(RESULTED, **fields))


def counted(session, by, **only):
    counts = Hearings(session).held_by_chair(
        [COUNTY, CITY], RESULTED.programme, *DAYS, **only
    )
    rows = rows_of(by, counts, current_policy().directory)
    return {value: count for value, _, count in rows}


@pytest.mark.requirement("DY-19", "DY-20", "DY-22")
def test_hearings_are_counted_by_post_by_person_and_by_level(session):
    hold(session, COUNTY, "副检察长", "B01", settled=True, settled_for_good=False)
    hold(session, COUNTY, "副检察长", "B02", settled=True, settled_for_good=True)
    hold(session, COUNTY, "副检察长", "B02", leader_chaired=False)
    hold(session, CITY, "副检察长", settled=True)

    assert {"B01", "B02"} <= Hearings(session).chair_holders(COUNTY)
    one, both = HearingCount(1, 1, 1, 1, 0), HearingCount(2, 1, 1, 1, 1)
    at_city = HearingCount(1, 1, 1, 0, 0)
    assert counted(session, CountedBy.CHAIR) == {"副检察长": one + both + at_city}
    assert counted(session, CountedBy.LEVEL) == {"county": one + both, "city": at_city}
    assert counted(session, CountedBy.LEADER) == {
        f"{COUNTY}/副检察长/B02": both,
        f"{COUNTY}/副检察长/B01": one,
        f"{CITY}/副检察长": at_city,
    }


def test_hearings_are_counted_of_cases_in_scope_and_public_ones_apart(session):
    hold(session, COUNTY, "检察长", settled=True)
    hold(session, COUNTY, "检察长", public=False)
    hold(session, COUNTY, "检察长", in_scope=False, settled=True, topic="fraud")
    topics = Hearings(session).held_by_topic([COUNTY], RESULTED.programme, *DAYS)

    everything = {"检察长": HearingCount(2, 2, 1)}
    assert counted(session, CountedBy.CHAIR) == everything
    public = {"检察长": HearingCount(1, 1, 1)}
    assert counted(session, CountedBy.CHAIR, public=True) == public
    closed = {"检察长": HearingCount(1, 1, 0)}
    assert counted(session, CountedBy.CHAIR, public=False) == closed
    assert topics == {"": 2}
