"""
Facts of many matters recorded in a real database, without processes or HTTP: what is
stored, what is announced, and in how many statements.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from services.assignment.casework import recalculate as recalculation
from services.assignment.casework import recurrence
from services.assignment.casework.escalation import escalate_some, unescalated
from services.assignment.casework.overdue import flag_some
from services.assignment.casework.record import recompute_matters, record_facts
from services.assignment.domain.duties import alerts
from services.assignment.domain.escalation.steps import NextStep
from services.assignment.domain.facts.base import Step
from services.assignment.domain.facts.duties import PeriodBegun
from services.assignment.store import Duties, RecalculationSlices, load_matters
from services.assignment.store.duties.escalation import NextSteps, next_steps
from shared import clock, telemetry
from shared.policy.parts.alerts import COMMON, WORST_FIRST, AlertColours
from shared.records.tables import row_of
from shared.web.paging import PageRequest
from tests.builders import COUNTY, new_number
from tests.builders.facts import (
    act,
    by_id,
    handed_down,
    named,
    opened,
    registered,
    replied,
)
from tests.builders.statements import statements

DAY = timedelta(days=1)
CAME = date(2021, 3, 1)
PROGRAMME = "puyang-2020"


@pytest.fixture
def today(monkeypatch):
    """
    Says which day it is.
    """

    def say(day):
        monkeypatch.setattr(clock, "today", lambda: day)

    return say


def _work():
    return telemetry.work("test", trace=telemetry.background_context())


def some(count):
    return [new_number() for _ in range(count)]


def stored(session, number):
    return {
        duty.kind: (duty.state, duty.due_on)
        for duty in Duties(session).of_matter(number)
    }


def announced(session, *numbers):
    """
    What was announced of matters: type, matter and day, in any order.
    """
    query = sa.text(
        "SELECT type, case_number, body ->> 'occurred_on' AS day"
        " FROM assignment.outbox WHERE case_number = ANY(:numbers)"
    )
    return sorted(map(tuple, session.execute(query, {"numbers": list(numbers)})))


# -- many matters at once


def test_facts_of_many_matters_are_recorded_in_one_transaction(session):
    numbers = some(20)
    record_facts(
        session, {number: by_id(registered(CAME), replied(CAME)) for number in numbers}
    )

    found = load_matters(session, numbers)
    assert {len(matter.facts) for matter in found.values()} == {2}
    for number in numbers:
        assert stored(session, number) == {
            "procedural_reply": ("discharged", date(2021, 3, 8)),
            "three_month_answer": ("open", date(2021, 6, 1)),
        }


@pytest.mark.parametrize("many", [20, 60])
def test_the_number_of_statements_does_not_grow_with_that_of_matters(session, many):
    def recorded(numbers):
        facts = {
            number: by_id(
                opened(CAME), handed_down(CAME), named(CAME, ("410922", "检察长"))
            )
            for number in numbers
        }
        with statements(session) as sent:
            record_facts(session, facts)
        return len(sent)

    assert recorded(some(many)) == recorded(some(1))


def test_all_rows_of_a_table_are_one_parameter_of_a_statement_built_once(session):
    facts = {
        number: by_id(opened(CAME), named(CAME, ("410922", "检察长")))
        for number in some(30)
    }
    with statements(session) as sent:
        record_facts(session, facts)
    anew = {text.split()[2] for text in sent if text.endswith("-- many")}

    assert anew <= {"assignment.outbox"}


def test_what_is_loaded_is_what_was_computed(session):
    (number,) = some(1)
    leaders = named(CAME + DAY, ("410922", "检察长"), department="第五检察部")
    record_facts(session, {number: by_id(opened(CAME), leaders)})
    before = load_matters(session, [number])
    recompute_matters(session, [number])

    assert load_matters(session, [number]) == before
    assert before[number].leaders == (("410922", "检察长"),)
    assert before[number].is_led


@pytest.mark.parametrize("offices", [1, 3000])
def test_what_is_owed_is_listed_by_due_day_page_after_page(session, offices):
    office = f"9{uuid4().int % 10**8}"
    numbers = some(4)
    for late, number in enumerate(numbers):
        facts = by_id(registered(CAME - DAY * late, office=COUNTY))
        record_facts(session, {number: facts})
    session.execute(
        sa.text("UPDATE assignment.duties SET office = :o WHERE number = ANY(:n)"),
        {"o": office, "n": numbers},
    )
    listed, after = [], None
    while after or not listed:
        page = Duties(session).page(
            [office, *map(str, range(1, offices))],
            CAME,
            PageRequest(3, after),
            state="open",
        )
        listed += [(duty.due_on, duty.id) for duty in page.items]
        after = page.next

    assert len(listed) == 8
    assert listed == sorted(listed)


@pytest.mark.parametrize(
    ("offices", "kinds"), [(1, ()), (3000, ()), (3000, ("procedural_reply",))]
)
def test_what_is_closed_is_listed_newest_first_page_after_page(session, offices, kinds):
    office, numbers = f"9{uuid4().int % 10**8}", some(4)
    record_facts(session, {number: by_id(registered(CAME)) for number in numbers})
    closed = """
        UPDATE assignment.duties SET office = :office, state = 'discharged',
            state_on = due_on + length(id) % 2 WHERE number = ANY(:numbers)
    """
    session.execute(sa.text(closed), {"office": office, "numbers": numbers})
    of_numbers = "SELECT state_on, id, kind FROM assignment.duties WHERE office = :o"
    stored = session.execute(sa.text(of_numbers), {"o": office}).all()
    expected = sorted(((day, id_) for day, id_, k in stored if not kinds or k in kinds))
    listed, after = [], None
    while after or not listed:
        page = Duties(session).page(
            [office, *map(str, range(1, offices))],
            CAME,
            PageRequest(3, after),
            state="discharged",
            kinds=kinds,
        )
        listed += [duty.id for duty in page.items]
        after = page.next

    assert listed == [id_ for _, id_ in reversed(expected)]
    assert len(listed) >= 4


MIXED = sa.text(
    """
    UPDATE assignment.duties SET
        office = :office,
        state = (ARRAY['open', 'open', 'paused', 'discharged'])[1 + mix / 8 % 4],
        due_on = due_on + (mix % 7 - 3) * 3,
        supervised = mix % 2 = 0,
        backdated = mix % 3 = 0
    FROM (
        SELECT id, (row_number() OVER (ORDER BY id))::integer AS mix
        FROM assignment.duties WHERE number = ANY(:numbers)
    ) AS mixed
    WHERE duties.id = mixed.id
    """
)


OWN = AlertColours(("due_soon", "supervised"), ("overdue",), ("owed",), "MX-17")


@pytest.mark.parametrize(("offices", "colours"), [(1, COMMON), (100, COMMON), (1, OWN)])
def test_the_lists_by_alert_level_have_each_duty_at_its_own(session, offices, colours):
    office, numbers = f"9{uuid4().int % 10**8}", some(30)
    record_facts(session, {number: by_id(registered(CAME)) for number in numbers})
    session.execute(MIXED, {"office": office, "numbers": numbers})
    today = CAME + DAY * 7
    found = {
        level: Duties(session)
        .page(
            [office, *map(str, range(1, offices))],
            today,
            PageRequest(100),
            alert_level=level,
            colours={colours: [PROGRAMME], AlertColours((), (), (), ""): ["other"]},
        )
        .items
        for level in WORST_FIRST
    }
    paused = sa.text("SELECT id, state FROM assignment.duties WHERE office = :office")
    states = dict(session.execute(paused, {"office": office}).all())

    for level, listed in found.items():
        assert listed == sorted(listed, key=lambda duty: (duty.due_on, duty.id))
        for duty in listed:
            # The state of a row as it was mixed, not that of its steps.
            kind = {"paused": "paused", "open": "resumed"}[states[duty.id]]
            mixed = replace(duty, steps=(Step(CAME, kind),))
            assert alerts.alert_level(mixed, today, colours) == level
    ids = [duty.id for listed in found.values() for duty in listed]
    assert sorted(ids) == sorted(i for i, s in states.items() if s != "discharged")


# -- order and repetition


def test_facts_out_of_order_and_twice_come_to_the_same(session):
    usual, other = some(2)
    facts = [opened(CAME), act("contacted", CAME + DAY), replied(CAME + DAY * 2)]
    for fact in facts:
        record_facts(session, {usual: by_id(fact)})
    kept = by_id(*reversed(facts))
    for identity, fact in kept.items():
        record_facts(session, {other: {identity: fact}})
        record_facts(session, {other: {identity: fact}})
    record_facts(session, {other: kept})

    assert stored(session, other) == stored(session, usual)
    assert [(kind, day) for kind, _, day in announced(session, other)] == [
        (kind, day) for kind, _, day in announced(session, usual)
    ]
    assert len(load_matters(session, [other])[other].facts) == len(facts)


def test_a_fact_before_its_matter_waits_for_it(session):
    (number,) = some(1)
    record_facts(session, {number: by_id(replied(CAME))})
    waiting = load_matters(session, [number])[number]
    record_facts(session, {number: by_id(registered(CAME))})

    assert (waiting.opened_on, dict(waiting.duties)) == (None, {})
    assert stored(session, number)["procedural_reply"][0] == "discharged"


# -- replicas


def test_replicas_at_the_same_matters_take_turns_and_lose_nothing(engine):
    numbers, failures = some(8), []
    days = [CAME + DAY * n for n in range(6)]

    def replica(day):
        facts = {n: by_id(act("contacted", day)) for n in reversed(numbers)}
        facts |= {numbers[day.day % 8]: by_id(registered(CAME), replied(day))}
        try:
            with (
                engine.begin() as session,
                _work(),
            ):
                record_facts(session, facts)
        except sa.exc.DBAPIError as error:
            failures.append(error)

    racing = [threading.Thread(target=replica, args=(day,)) for day in days]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join()

    assert failures == []
    with engine.connect() as session:
        found = load_matters(session, numbers)
    assert sum(len(matter.facts) for matter in found.values()) == 6 * 7 + 6 * 2


def test_slices_of_a_recalculation_are_shared_and_what_is_cut_off_is_left(engine):
    numbers = some(5)
    with engine.begin() as session, _work():
        record_facts(session, {number: by_id(registered(CAME)) for number in numbers})
        begun = RecalculationSlices(session).begin("v1", [PROGRAMME], 2)
    with engine.connect() as one, engine.connect() as other:
        first = RecalculationSlices(one).take("v1")
        second = RecalculationSlices(other).take("v1")
        one.rollback()
        other.commit()
        resumed = RecalculationSlices(one).begin("v1", [PROGRAMME], 2)
        again = RecalculationSlices(one).take("v1")
    with engine.begin() as session:
        slices, seen = RecalculationSlices(session), list[str]()
        anew = slices.begin("v2", [PROGRAMME], 2)
        while piece := slices.take("v2"):
            seen += slices.matters_owing(piece, [PROGRAMME])

    assert begun >= 3
    assert first.first < second.first
    assert (resumed, again) == (begun - 1, first)
    assert anew == begun
    assert set(numbers) <= set(seen)
    assert len(seen) == len(set(seen))


class DeadlockError(Exception):
    pgcode = "40P01"


def test_a_slice_that_meets_a_deadlock_is_taken_again(engine, monkeypatch):
    numbers, seen, say_again = some(3), list[str](), iter([True, True, False])
    with engine.begin() as session, _work():
        record_facts(session, {number: by_id(registered(CAME)) for number in numbers})

    def in_a_circle(_session, some_numbers):
        if next(say_again, False):
            raise OperationalError("", {}, DeadlockError())
        seen.extend(some_numbers)

    monkeypatch.setattr(recalculation, "transaction", lambda _name: engine.begin())
    monkeypatch.setattr(recalculation, "recompute_matters", in_a_circle)
    monkeypatch.setattr(recalculation, "_PAUSE", 0)
    monkeypatch.setattr(recalculation, "_version", lambda: str(uuid4()))
    count = recalculation.recalculate()
    say_again = iter([True] * 20)
    with pytest.raises(OperationalError):
        recalculation.recalculate()

    assert set(numbers) <= set(seen)
    assert count == len(seen)


def test_a_recalculation_of_what_is_closed_too_says_with_what_was_answered(session):
    (number,) = some(1)
    answers = replied(CAME), replied(CAME + DAY, "result")
    record_facts(session, {number: by_id(registered(CAME), *answers)})
    session.execute(sa.text("UPDATE assignment.duties SET answer = ''"))
    slices = RecalculationSlices(session)
    slices.begin("v3", [PROGRAMME], 10**6)
    piece = slices.take("v3")
    owing = slices.matters_owing(piece, [PROGRAMME])
    every = slices.matters_owing(piece, [PROGRAMME], closed=True)
    recompute_matters(session, every)

    found = {duty.kind: duty for duty in Duties(session).of_matter(number)}
    standings = sa.text(
        "SELECT body -> 'payload' -> 'standings' FROM assignment.outbox"
        " WHERE case_number = :number AND type = 'assignment.duties_changed'"
        " ORDER BY id DESC"
    )
    last = session.execute(standings, {"number": number}).scalars().first()
    (told,) = (each for each in last if each["kind"] == "three_month_answer")
    assert number in every
    assert number not in owing
    assert found["three_month_answer"].answer == "result"
    assert (told["answer"], "answer_before" in told) == ("result", False)


# -- time


def test_what_is_late_is_escalated_once_and_catches_up(session, today):
    numbers = some(3)
    record_facts(session, {number: by_id(registered(CAME)) for number in numbers})
    today(date(2021, 3, 20))
    while escalate_some(session):
        pass
    once = announced(session, *numbers)
    again = escalate_some(session)

    reminded = [
        each for each in once if each[0] == "assignment.escalation_step_reached"
    ]
    assert {number for _, number, _ in reminded} == set(numbers)
    assert len(reminded) == len({(number, day) for _, number, day in reminded})
    assert not again
    assert unescalated(session, date(2021, 3, 20)) == 0


def test_duties_fall_overdue_once(session, today):
    (number,) = some(1)
    record_facts(session, {number: by_id(registered(CAME))})
    today(date(2021, 3, 9))
    flag_some(session)
    flag_some(session)

    overdue = [each for each in announced(session, number) if "overdue" in each[0]]
    assert overdue == [("assignment.duty_overdue", number, "2021-03-09")]


@pytest.mark.parametrize("swept", [False, True])
def test_a_duty_done_late_was_overdue_once_whether_the_sweep_saw_it_or_not(
    session, today, swept
):
    (number,) = some(1)
    record_facts(session, {number: by_id(registered(CAME))})
    today(date(2021, 3, 9))
    if swept:
        flag_some(session)
    record_facts(session, {number: by_id(replied(date(2021, 3, 9)))})
    flag_some(session)
    history = Duties(session).history(f"{number}/procedural_reply")

    assert [(row.what, row.occurred_on.isoformat()) for row in history] == [
        ("opened", "2021-03-01"),
        ("overdue", "2021-03-09"),
        ("discharged", "2021-03-09"),
    ]
    assert [row for row in announced(session, number) if "overdue" in row[0]] == [
        ("assignment.duty_overdue", number, "2021-03-09")
    ]


def test_periods_of_reports_begin_in_few_statements(session):
    def begun(count):
        facts = {
            number: by_id(
                PeriodBegun(
                    on=CAME,
                    office="640104800",
                    programme="xq-2020",
                    schedule="feedback",
                    period=f"2021-W{n}",
                    until=CAME + DAY * 6,
                )
            )
            for n, number in enumerate(some(count))
        }
        with statements(session) as sent:
            record_facts(session, facts)
        return len(sent)

    assert begun(40) == begun(1)


def test_a_recurring_duty_catches_up_after_a_stop(session, today):
    (number,) = some(1)
    record_facts(
        session, {number: by_id(opened(CAME, office="640104800", programme="xq-2020"))}
    )
    today(date(2021, 9, 15))
    while recurrence.open_recurring(session):
        pass
    matter = load_matters(session, [number])[number]

    assert matter.next_occurrence_on is None or matter.next_occurrence_on > date(
        2021, 9, 15
    )


def test_steps_that_came_are_looked_for_where_they_came_and_nowhere_else(session):
    due = NextStep(CAME, "x", "overdue", "reminder", CAME)
    row = {**row_of(due), "number": new_number(), "programme": "meixian"}
    steps = NextSteps(session)
    before = steps.where_some_came([PROGRAMME, "meixian"], date(2000, 1, 1))
    session.execute(next_steps.insert().values(**row | {"on": date(2000, 1, 1)}))

    assert before == []
    assert steps.where_some_came([PROGRAMME, "meixian"], date(2000, 1, 1)) == [
        "meixian"
    ]
