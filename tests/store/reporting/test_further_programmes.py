"""
A case in further programmes, in the measure ledger: what is told once counts in each,
whenever the enrolment becomes known, and a rebuild gives the same (PY-60).
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.reporting.casework.rebuild import rebuild
from services.reporting.casework.received import record_received
from services.reporting.schemas import READS
from services.reporting.store import Ledger, Returns
from services.reporting.store.ledger_tables import NOT_OF_ONE_PROGRAMME, entries
from shared.events import ReceivedEvent
from tests.builders import COUNTY, an_envelope

pytestmark = pytest.mark.stack

HOME, FURTHER = f"test-{uuid4().hex}", f"test-{uuid4().hex}"
COMMITTED = f"test-{uuid4().hex}"  # of the test that commits what it writes
SINCE, LEFT = date(2021, 4, 12), date(2021, 9, 1)
AS_OF = date(2022, 12, 31)


def told(kind, on, case, **payload):
    given = {"programme": HOME, "in_scope": True, **payload}
    envelope = an_envelope(
        kind, on, office=COUNTY, case_number=case, payload=given, id=str(uuid4())
    )
    return ReceivedEvent(envelope, READS[kind].load(envelope.payload))


def a_case(case, programme, on):
    """
    What is told of a case that is heard, helped, closed, reopened and closed again.
    """

    def fact(kind, days, **payload):
        day = date(2021, 3, 1) + timedelta(days=days)
        return told(kind, day, case, programme=programme, **payload)

    base = {"repeats": 2, "origin": "own_screening"}
    return [
        told("intake.case_opened", on, case, programme=programme, **base),
        fact("hearing.hearing_decided", 10, decision="hold", replaces="none"),
        fact("hearing.hearing_held", 30, leader_chaired=True, public=False),
        fact("hearing.hearing_resulted", 60, settled=True, public=False),
        fact("aid.aid_paid", 70, amount=120_050, person="p"),
        fact("assignment.case_resolved", 80, dispositions=["reasonable_solve"]),
        fact(
            "assignment.case_reopened",
            100,
            was="resolved",
            concluded_on="2021-05-20",
            dispositions=["reasonable_solve"],
        ),
        fact("assignment.case_concluded", 120),
    ]


def enrolled(case, programme=FURTHER):
    return told(
        "intake.case_enrolled",
        SINCE,
        case,
        programme=programme,
        repeats=2,
        origin="own_screening",
    )


def left(case, **changes):
    return told(
        "intake.case_enrolment_withdrawn",
        LEFT,
        case,
        programme=FURTHER,
        repeats=2,
        origin="own_screening",
        **changes,
    )


def enrolled_again(case, on):
    """
    The second enrolment, judged otherwise.
    """
    said = {"repeats": 3, "origin": "own_screening", "period": 2}
    return told("intake.case_enrolled", on, case, programme=FURTHER, **said)


@pytest.fixture
def owner(database):
    """
    In one transaction, of which nothing is kept.
    """
    with database.engine("owner").connect() as session:
        yield session
        session.rollback()


def sums(session, programme, as_of=AS_OF):
    query = (
        sa.select(entries.c.measure, sa.func.sum(entries.c.amount))
        .where(entries.c.programme == programme, entries.c.day <= as_of)
        .group_by(entries.c.measure)
    )
    return {name: int(amount) for name, amount in session.execute(query) if amount}


def posted(session):
    columns = [column for column in entries.c if column.name != "position"]
    query = sa.select(*columns).where(entries.c.programme.in_((HOME, FURTHER)))
    return Counter(map(tuple, session.execute(query)))


def in_batches(session, events, seed):
    """
    Post events in any order, some together.
    """
    chance = random.Random(seed)
    waiting = list(events)
    chance.shuffle(waiting)
    while waiting:
        size = chance.randint(1, 4)
        record_received(session, *waiting[:size])
        del waiting[:size]


@pytest.mark.parametrize("seed", range(6))
def test_a_further_programme_counts_a_case_as_if_it_were_only_there_from_that_day(
    owner, seed
):
    in_batches(owner, [*a_case("甲", HOME, date(2021, 3, 1)), enrolled("甲")], seed)
    both = {
        day: (sums(owner, HOME, day), sums(owner, FURTHER, day))
        for day in (SINCE - timedelta(days=1), SINCE, date(2021, 5, 25), AS_OF)
    }
    owner.rollback()

    in_batches(owner, a_case("甲", FURTHER, SINCE), seed)
    only = {day: sums(owner, FURTHER, day) for day in both}
    owner.rollback()
    in_batches(owner, a_case("甲", HOME, date(2021, 3, 1)), seed)
    home = {day: sums(owner, HOME, day) for day in both}

    before, *from_then = both
    assert both[before][1] == {}
    assert {day: both[day][1] for day in from_then} == {
        day: only[day] for day in from_then
    }
    assert {day: own for day, (own, _) in both.items()} == home


@pytest.mark.parametrize("seed", range(6))
def test_from_the_day_of_its_withdrawal_an_enrolment_counts_nothing(owner, seed):
    in_batches(
        owner,
        [*a_case("甲", HOME, date(2021, 3, 1)), enrolled("甲"), left("甲")],
        seed,
    )

    assert sums(owner, FURTHER, LEFT) == {}
    assert sums(owner, FURTHER, LEFT - timedelta(days=1))["base"] == 1
    assert sums(owner, HOME)["concluded"] == 1


@pytest.mark.parametrize("seed", range(3))
def test_a_case_that_is_enrolled_again_counts_as_before_from_that_day(owner, seed):
    back = LEFT + timedelta(days=40)
    told_once = a_case("甲", HOME, date(2021, 3, 1))
    meanwhile = told(
        "hearing.hearing_held",
        LEFT + timedelta(days=9),
        "甲",
        leader_chaired=False,
        public=False,
    )
    standing = [*told_once, enrolled("甲"), meanwhile]
    in_batches(owner, [*standing, left("甲"), enrolled_again("甲", back)], seed)
    found = {day: sums(owner, FURTHER, day) for day in (back - timedelta(1), back)}
    owner.rollback()
    in_batches(owner, standing, seed)
    never_left = sums(owner, FURTHER, back)

    before, then = found.values()
    assert before == {}
    assert then == {**never_left, "repeats": 3}


@pytest.mark.parametrize("times", range(3))
def test_a_rebuild_makes_the_same_entries_in_each_programme(owner, times):
    events = [*a_case("甲", HOME, date(2021, 3, 1)), enrolled("甲")]
    later = [left("甲"), enrolled_again("甲", LEFT + timedelta(days=40))]
    in_batches(owner, [*events, *later[:times]], 11)
    kept = posted(owner)

    rebuild(owner, "events")

    assert posted(owner) == kept


def test_a_rebuild_takes_back_what_counted_before_a_return_was_signed(owner):
    in_batches(owner, [*a_case("甲", HOME, date(2021, 3, 1)), enrolled("甲")], 11)
    names = {"id": FURTHER, "signed_by": "审核人", "reason": None, "revision": 1}
    titles = {"title": "专项", "office_name": "市院", "ended_counts": False}
    fixed = {"figures": {}, "figures_checksum": "", "under_way": {}, "differences": []}
    of = {"programme": FURTHER, "office": COUNTY, "as_of": date(2021, 12, 31)}
    known_at = Ledger(owner).latest()
    Returns(owner).add({**names, **titles, **fixed, **of, "known_at": known_at}, {})
    record_received(owner, left("甲"))
    kept = posted(owner)

    rebuild(owner, "events")

    assert posted(owner) == kept


def test_what_is_told_while_an_enrolment_is_posted_is_counted_there(database):
    """
    One transaction posts the enrolment and waits; what another posts of the case
    meanwhile waits for it and knows of it.
    """
    case = f"甲{uuid4().hex}"
    opened, decided, *_ = a_case(case, f"own-{COMMITTED}", date(2021, 3, 1))
    with database.begin("reporting") as session:
        record_received(session, opened)
    with database.engine("reporting").connect() as slow:
        record_received(slow, enrolled(case, COMMITTED))

        def tell():
            with database.begin("reporting") as session:
                record_received(session, decided)

        other = threading.Thread(target=tell)
        other.start()
        with database.engine("reporting").connect() as impatient:
            impatient.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            with pytest.raises(DBAPIError, match="lock timeout"):
                record_received(impatient, told_of(case))
        slow.commit()
        other.join()

    with database.at_once("reporting") as session:
        counted = set(
            session.scalars(
                sa.select(entries.c.measure).where(
                    entries.c.case_number == case, entries.c.programme == COMMITTED
                )
            )
        )
    assert counted == {"base", "repeats", "hearings_needed"}


def told_of(case):
    on = date(2021, 6, 1)
    return told("hearing.hearing_held", on, case, leader_chaired=False, public=False)


def test_of_an_enrolment_the_facts_of_its_case_are_found_by_an_index(owner):
    owner.exec_driver_sql("SET LOCAL enable_seqscan = off")
    told_once = f"type IN ('aid.aid_paid', 'x') AND {NOT_OF_ONE_PROGRAMME}"
    query = f"SELECT * FROM reporting.facts WHERE case_number = 'x' AND {told_once}"  # noqa: S608 - constants
    plan = owner.exec_driver_sql(f"EXPLAIN {query}")

    assert "ix_facts_case_number" in "".join(line for (line,) in plan)
