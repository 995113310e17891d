"""
What assignment announced that is owed to petitioners, as intake stores it.
"""

from __future__ import annotations

from datetime import date

from services.intake.casework.received import record_received
from services.intake.domain.petitions.owed import Owed
from services.intake.store import AnnouncedToPetitioners
from tests.builders import COUNTY, an_envelope, new_petition_number
from tests.store.test_moves import read

NUMBER, OTHER = new_petition_number(), new_petition_number()


def changed(sequence, *owed, number=NUMBER, programme="puyang-2020"):
    named = [{"kind": "k", "title": what, "due_on": str(day)} for what, day in owed]
    return an_envelope(
        "assignment.owed_to_petitioner_changed",
        date(2020, 11, 3),
        office=COUNTY,
        case_number=number,
        sequence=sequence,
        payload={"programme": programme, "owed": named, "kinds": ["k", "l"]},
    )


def test_of_each_petition_and_programme_the_newest_holds_whatever_comes_first(session):
    first, later = ("答复", date(2020, 11, 9)), ("答复", date(2020, 12, 9))
    batches = (
        (changed(3, later), changed(2, first), changed(9, programme="dy-leaders")),
        (changed(1, first), changed(4, first, number=OTHER)),
        (changed(5, later, number=OTHER),),
    )
    for batch in batches:
        record_received(session, *read("intake", *batch))

    def owed(number):
        found = AnnouncedToPetitioners(session).of_petition(number)
        return [(each.programme, each.owed) for each in found]

    assert owed(NUMBER) == [("dy-leaders", ()), ("puyang-2020", (Owed(*later),))]
    assert owed(OTHER) == [("puyang-2020", (Owed(*later),))]
