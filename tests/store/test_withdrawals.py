"""
What was registered by mistake is withdrawn and reinstated, and every service follows.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.assignment.endpoints.views import summary
from services.assignment.store import Matters
from services.intake.casework.proposals import open_case_of
from services.intake.casework.recounting import count_missed_repeats
from services.intake.casework.repeats import (
    count_anew,
    count_repeat,
    lock_repeating,
    take_back_repeat,
)
from services.intake.domain.corrections.case_corrections import (
    reinstate_case,
    withdraw_case,
)
from services.intake.domain.corrections.correcting import withdraw_petition
from services.intake.store import Cases, CountedRepeats, NewPetitions, Petitions
from services.intake.store.matching.repeats import counted_repeats
from tests.builders import COUNTY, a_registration, reply_given
from tests.service.asking import PROGRAMME
from tests.store.offices import CAME, TODAY
from tests.store.registering import LATER, NUMBER, OPENED, row


def test_a_withdrawn_case_counts_no_more_until_it_is_reinstated(office):
    office.push(row(leader_post="检察长", department="第五检察部"))
    owed = {each.id: (each.state, each.due_on) for each in office.duties().values()}
    case, event = withdraw_case(
        office.case(),
        on=TODAY,
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
    )
    Cases(office.session).update(case)
    office.announce(event)
    again = office.push(row(leader_post="检察长", department="第五检察部"))
    matters = Matters(office.session)
    shown = summary(matters.get(NUMBER), matters.withdrawn([NUMBER]))

    assert (shown["merged"], shown["withdrawn"]) == (False, True)
    assert office.entries("base") == [(OPENED, 1), (TODAY, -1)]
    assert office.entries("led") == [(OPENED, 1), (TODAY, -1)]
    assert {duty.state for duty in office.duties().values()} <= {
        "released",
        "discharged",
    }
    assert [p["code"] for r in again.rejected for p in r["problems"]] == [
        "case_withdrawn"
    ]
    office.on(LATER)
    case, event = reinstate_case(
        office.case(), on=LATER, today=LATER, approver_post="甲", leaders=["甲"]
    )
    Cases(office.session).update(case)
    office.announce(event)
    row_again = office.push(row(leader_post="检察长", department="第五检察部"))

    assert office.entries("base") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]
    assert office.entries("led") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]
    assert owed == {d.id: (d.state, d.due_on) for d in office.duties().values()}
    assert row_again.counts["rows_repeated"] == 1
    assert matters.withdrawn([NUMBER]) == set()


def test_a_letter_registered_while_its_case_was_withdrawn_counts_from_the_reinstatement(
    office,
):
    session, cases = office.session, Cases(office.session)
    came = date(2020, 3, 2)  # the programme counts what repeats before July
    person = {"name": "李四", "id_no": "410922197001010018"}

    def register(day):
        body = a_registration(day) | {
            "petitioner": person,
            "original_case_no": "（2019）豫0922刑初8001号",
        }
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    _, case = open_case_of(session, register(came), came, {}, TODAY)
    withdrawn, _ = withdraw_case(
        case,
        on=came + timedelta(days=5),
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
    )
    cases.update(withdrawn)
    for petition in [register(came + timedelta(days=n)) for n in (4, 6, 7)]:
        count_repeat(session, petition, TODAY)
    on = came + timedelta(days=9)
    reinstated, _ = reinstate_case(
        withdrawn, on=on, today=TODAY, approver_post="甲", leaders=["甲"]
    )
    with sent_meanwhile(session) as sent:
        after = count_missed_repeats(session, reinstated, on, TODAY)
    again = count_missed_repeats(session, after, on, TODAY)
    days = session.execute(
        sa.select(counted_repeats.c.on).where(
            counted_repeats.c.case_number == case.number
        )
    )

    assert (case.repeats, after.repeats, again.repeats) == (0, 3, 3)
    assert cases.get(case.number).repeats == 3
    assert [*days.scalars()] == [on] * 3
    assert len([each for each in sent if not each.startswith("NOTIFY")]) <= 4


def test_a_repeat_that_an_enrolment_counts_meanwhile_is_taken_back_there_too(
    office, monkeypatch
):
    """
    What another transaction writes until the case is locked is there once it is.
    """
    session, came = office.session, date(2020, 3, 2)
    original = {"original_case_no": "（2019）豫0922刑初8002号"}
    who = {"petitioner": {"name": "李五", "id_no": "410922197001010018"}}

    def register(day):
        body = a_registration(day) | who | original
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    first = register(came)
    _, case = open_case_of(session, first, came, {}, TODAY)
    second = register(came + timedelta(days=4))
    count_repeat(session, second, TODAY)
    held = []
    hold = lambda _, *named: held.extend(named)  # noqa: E731
    monkeypatch.setattr(Petitions, "lock_matters", hold)
    lock_repeating(session, case)
    repeats, lock = CountedRepeats(session), Cases.lock

    def enrolled_meanwhile(self, *numbers):
        monkeypatch.setattr(Cases, "lock", lock)
        found = repeats.of_petition(second.number)
        repeats.save(replace(each, also=("further",)) for each in found)
        return self.lock(*numbers)

    monkeypatch.setattr(Cases, "lock", enrolled_meanwhile)
    take_back_repeat(session, second, TODAY)
    query = sa.text(
        "SELECT body -> 'payload' -> 'also' FROM intake.outbox"
        " WHERE case_number = :number AND type = 'intake.case_repeat_withdrawn'"
    )

    matter = Petitions(session).matter(first.number)
    assert held == [{matter}, {second.number}]
    assert session.scalar(query, {"number": case.number}) == ["further"]


@pytest.mark.requirement("PY-19")
def test_what_counts_as_a_repeat_already_is_not_counted_anew_by_a_decision(office):
    session, came = office.session, date(2020, 3, 2)
    original = {"original_case_no": "（2019）豫0922刑初8003号"}
    who = {"petitioner": {"name": "李六", "id_no": "410922197001010018"}}

    def register(day):
        body = a_registration(day) | who | original
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    _, case = open_case_of(session, register(came), came, {}, TODAY)
    repeat = register(came + timedelta(days=4))
    count_repeat(session, repeat, TODAY)
    count_anew(session, repeat, TODAY, decided_on=TODAY)
    query = sa.text(
        "SELECT type FROM intake.outbox WHERE case_number = :number"
        " AND type LIKE 'intake.case_repeat%'"
    )
    announced = [*session.scalars(query, {"number": case.number})]

    assert announced == ["intake.case_repeated"]
    assert CountedRepeats(session).numbers_of_case(case.number) == [repeat.number]


@contextmanager
def sent_meanwhile(session):
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    sa.event.listen(session, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(session, "before_cursor_execute", note)


def test_a_petition_that_should_not_have_been_registered_was_never_owed(office):
    number = office.register(COUNTY)
    office.announce(reply_given(number, occurred_on=TODAY, reply="r1"))
    owed = office.entries("overdue", number)
    petitions = Petitions(office.session)
    withdrawn, event = withdraw_petition(
        petitions.get(number),
        on=TODAY,
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
        replies=[],
    )
    petitions.update(withdrawn)
    office.announce(replace(event, replied_on=(TODAY,)))

    assert owed[:2] == [(CAME + timedelta(days=8), 1), (TODAY, -1)]
    assert office.entries("overdue", number) == []
    assert office.entries("petitions", number) == []
    assert office.entries("replies", number) == []
    states = {duty.state for duty in office.duties(number).values()}
    assert states == {"released"}
