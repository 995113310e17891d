"""
Facts posted once, in whatever order, rebuilt alike, and taken back by nobody.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from services.reporting.casework.rebuild import rebuild
from services.reporting.casework.received import record_received
from services.reporting.casework.roll_ups import roll_up
from services.reporting.schemas import READS
from services.reporting.store.ledger_tables import entries, facts
from services.reporting.store.roll_up_tables import totals
from shared.events import ReceivedEvent
from shared.matter_numbers import NotItsOfficeYet
from shared.messaging.inbox import new_events
from tests.builders import COUNTY, NEIGHBOUR, duty_change
from tests.store.reporting.ledger import (
    YEAR_END,
    campaign,
    duties_changed,
    event,
    figures,
    opened,
    take,
)

pytestmark = pytest.mark.stack


def test_shuffled_and_doubled_facts_make_the_same_figures(owner, programme, directory):
    told = campaign()
    take(owner, *told)
    days = (YEAR_END, date(2021, 6, 30), date(2021, 12, 31))
    plain = [figures(owner, programme, directory, as_of=day) for day in days]
    owner.rollback()
    inbox = sa.Table("inbox", sa.MetaData(), schema="reporting", autoload_with=owner)

    doubled = told * 2
    random.Random(7).shuffle(doubled)
    for each in doubled:
        if new_events(owner, inbox, [each]):
            take(owner, each)

    assert [figures(owner, programme, directory, as_of=day) for day in days] == plain


@pytest.mark.parametrize("source", ["entries", "events"])
def test_a_rebuild_gives_identical_figures(owner, programme, directory, source):
    take(owner, *campaign())
    days = (YEAR_END, date(2021, 12, 31))
    while roll_up(owner, wait=True):
        pass
    kept = [figures(owner, programme, directory, as_of=day) for day in days]
    sums = owner.execute(sa.select(totals).order_by(*totals.primary_key)).all()
    owner.execute(totals.update().values(amount=totals.c.amount + 1))
    if source == "events":
        owner.execute(entries.delete())

    counts = rebuild(owner, source)

    assert [figures(owner, programme, directory, as_of=day) for day in days] == kept
    assert owner.execute(sa.select(totals).order_by(*totals.primary_key)).all() == sums
    assert counts["facts"] == owner.scalar(
        sa.select(sa.func.count()).select_from(facts)
    )
    assert counts["totals"] == len(sums)


def test_totals_and_entries_say_the_same(session, programme, directory):
    take(session, *campaign())
    everything = datetime(2030, 1, 1, tzinfo=UTC)

    summed, counted = (
        figures(
            session,
            programme,
            directory,
            as_of=date(2021, 12, 31),
            known_at=everything,
            as_known=as_known,
        )
        for as_known in (False, True)
    )

    assert summed == counted


@pytest.mark.parametrize("table", ["facts", "entries", "matters"])
@pytest.mark.parametrize("act", ["DELETE FROM", "TRUNCATE"])
def test_the_service_cannot_take_back_what_was_posted(session, table, act):
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.exec_driver_sql(f"{act} reporting.{table}")


def test_a_fact_is_taken_once(session):
    once = opened(1)
    take(session, once)

    with pytest.raises(IntegrityError):
        take(session, once)


def test_an_event_of_another_office_about_a_matter_posts_nothing(session):
    ours = opened(7)
    record_received(session, received(ours))
    theirs = event(
        "hearing.hearing_held",
        date(2020, 11, 20),
        office=NEIGHBOUR,
        case=ours.case_number,
        in_scope=True,
        leader_chaired=False,
        public=False,
    )
    with pytest.raises(NotItsOfficeYet):
        record_received(session, received(theirs))
    change = duty_change(
        "opened", date(2020, 11, 20), date(2020, 11, 30), office="410900"
    )
    upper_duty = duties_changed(change, office=COUNTY, case=ours.case_number)
    record_received(session, received(upper_duty))

    posted = select_entries(session, ours.case_number)
    assert {(office, measure) for office, measure in posted} == {
        (COUNTY, "base"),
        (COUNTY, "repeats"),
        ("410900", "overdue"),
    }


def received(envelope):
    return ReceivedEvent(envelope, READS[envelope.type].load(envelope.payload))


def select_entries(session, number):
    query = sa.select(entries.c.office, entries.c.measure)
    return list(
        map(tuple, session.execute(query.where(entries.c.case_number == number)))
    )
