"""
What comes late for a return that was signed, and returns that wait for their mail.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.reporting.casework.closing_terms import (
    Closing,
    SignedReturns,
    closings_of,
    signed_returns,
)
from services.reporting.casework.rebuild import rebuild
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from services.reporting.store import Deliveries, Ledger, Returns
from services.reporting.store.backlog import Backlog
from services.reporting.store.ledger_tables import entries
from shared.events import ReceivedEvent
from shared.policy.current import current_policy
from tests.store.reporting.ledger import (
    KNOWN,
    PROGRAMME,
    YEAR_END,
    about,
    campaign,
    figures,
    opened,
    request,
    take,
)

pytestmark = pytest.mark.stack


def test_a_return_never_signed_has_no_revision_yet(session):
    assert Returns(session).newest(PROGRAMME, "410900", YEAR_END) is None


def signed_return(session, known_at, revision=1, mails=(), **changes):
    number = f"{PROGRAMME}-{YEAR_END}-{revision}"
    names = {"id": number, "signed_by": "审核人", "reason": None}
    titles = {"title": "专项", "office_name": "濮阳市院", "ended_counts": False}
    fixed = {"figures": {}, "figures_checksum": "", "under_way": {}, "differences": []}
    of = {"programme": PROGRAMME, "office": "410900", "as_of": YEAR_END}
    of |= {"known_at": known_at, "revision": revision, **changes}
    ids = {recipient: f"{number}-{recipient}" for recipient in mails}
    Returns(session).add({**names, **titles, **fixed, **of}, ids)
    return number


def post(session, *events):
    """
    Post *events* on the terms that hold now.
    """
    for each in events:
        fields = READS[each.type].load(each.payload)
        closings = closings_of([ReceivedEvent(each, fields)])
        signed = signed_returns(session, closings, current_policy())
        terms = signed.terms(each, fields["programme"])
        Ledger(session).post([(each, entries_for(each, fields, terms))])
    return Ledger(session).latest()


def test_what_was_signed_for_closings_is_looked_up_as_if_all_returns_were_read(session):
    offices = ("410000", "410900", "410922", "410902")
    for number, (office, month, days) in enumerate(
        itertools.product(offices[:3], (3, 6, 12), (10, 5))
    ):
        as_of = date(2021, month, 1)
        # A later revision of the same day, known first, and one of a neighbour's.
        known_at = KNOWN + timedelta(days=30 * month + days)
        of = {"office": office, "as_of": as_of, "id": f"{PROGRAMME}-{number}"}
        signed_return(session, known_at, 1 if days == 10 else 2, **of)
    moments = (None, *(KNOWN + timedelta(days=day) for day in (0, 96, 101, 187, 400)))
    closings = [
        Closing(PROGRAMME, office, moment) for office in offices for moment in moments
    ]

    everything = SignedReturns(Returns(session).signed_days(), current_policy())
    for one in closings:
        looked_up = signed_returns(session, [one], current_policy())
        together = signed_returns(session, closings, current_policy())
        event = about(
            "assignment.case_resolved", date(2020, 12, 30), 1, office=one.office
        )
        terms = {
            signed.terms(event, PROGRAMME, one.known_at)
            for signed in (everything, looked_up, together)
        }
        assert len(terms) == 1, (one, terms)


def test_a_closing_that_comes_late_counts_after_the_period_that_was_signed(
    owner, programme, directory
):
    def resolved(as_of):
        found = figures(owner, programme, directory, as_of=as_of)
        return found["total"]["resolved"]

    concluded, after = date(2020, 12, 30), date(2021, 1, 1)
    early = about("assignment.case_resolved", concluded, 1)
    signed_return(owner, post(owner, opened(1), opened(2), early))
    post(owner, about("assignment.case_resolved", concluded, 2))

    assert (resolved(YEAR_END), resolved(after)) == (1, 2)
    rebuild(owner, "events")
    assert (resolved(YEAR_END), resolved(after)) == (1, 2)


def late_of(session, programme, directory, as_of, known_at=None):
    known_at = known_at or Ledger(session).latest()
    found = figures(
        session, programme, directory, as_of=as_of, known_at=known_at, as_known=True
    )
    return found["late"]


def cells(late):
    return {row["office"]: row["base"] for row in late["rows"]}


def test_what_arrives_after_a_signed_return_is_late_in_the_next_one(
    session, programme, directory
):
    known_at = take(session, opened(1))
    signed_return(session, known_at)
    new = about("intake.case_opened", date(2021, 2, 1), 8, repeats=0)
    end = date(2021, 12, 31)

    assert late_of(session, programme, directory, YEAR_END) is None
    assert late_of(session, programme, directory, end)["rows"] == []
    before = Ledger(session).latest()
    take(session, opened(2), opened(3, office="410902"), new)
    late = late_of(session, programme, directory, end)

    assert cells(late) == {"410922": 1, "410902": 1}
    assert late["total"] == {"base": 2, "repeats": 4}
    assert late["return_id"] == f"{PROGRAMME}-{YEAR_END}-1"
    # As it was known before they arrived, nothing was late.
    assert late_of(session, programme, directory, end, before)["rows"] == []


def test_a_late_closing_stands_in_the_next_return_as_late(owner, programme, directory):
    concluded = date(2020, 12, 30)
    known_at = post(owner, opened(1), opened(2))
    signed_return(owner, known_at)
    late = about("assignment.case_resolved", concluded, 2)
    new = about("assignment.case_resolved", date(2021, 2, 1), 1)
    post(owner, late, new)

    found = figures(
        owner,
        programme,
        directory,
        as_of=date(2021, 12, 31),
        known_at=Ledger(owner).latest(),
        as_known=True,
    )

    assert found["total"]["resolved"] == 2
    assert found["late"]["total"] == {"resolved": 1}


def test_the_earlier_return_the_late_amounts_and_the_new_ones_make_the_figures(
    session, programme, directory
):
    facts_told = campaign()
    known_at = take(session, *facts_told[::2])
    signed_return(session, known_at)
    earlier = figures(session, programme, directory, known_at=known_at, as_known=True)
    take(session, *facts_told[1::2])
    end, latest = date(2021, 6, 30), Ledger(session).latest()
    found = figures(
        session, programme, directory, as_of=end, known_at=latest, as_known=True
    )
    late = {row["office"]: row for row in found["late"]["rows"]}
    query = (
        sa.select(entries.c.office, sa.func.sum(entries.c.amount))
        .where(entries.c.programme == PROGRAMME, entries.c.measure == "resolved")
        .where(entries.c.own_day > YEAR_END, entries.c.day <= end)
        .group_by(entries.c.office)
    )
    new = dict(session.execute(query).all())

    assert any(row.get("resolved") for row in late.values())
    for before, now in zip(earlier["rows"], found["rows"], strict=True):
        office = now["office"]
        parts = (
            before["resolved"],
            late.get(office, {}).get("resolved", 0),
            new.get(office, 0),
        )
        assert sum(parts) == now["resolved"], office


def test_only_a_return_signed_by_then_comes_before(session):
    known_at = take(session, opened(1))
    signed_return(session, known_at)
    later = Ledger(session).latest()

    def before(known_at):
        question = request(as_of=date(2021, 1, 31), known_at=known_at)
        return Returns(session).before(question)

    assert before(known_at) is None
    assert before(later).number == f"{PROGRAMME}-{YEAR_END}-1"
    assert later > known_at


def test_a_return_is_undelivered_until_its_recipients_have_it_or_a_newer_one(session):
    backlog, recipients = Backlog(session), ("a@p.invalid", "b@p.invalid")
    before = backlog.undelivered()
    counts = []
    for revision, first in ((1, "refused"), (2, "failed")):
        number = signed_return(session, KNOWN, revision=revision, mails=recipients)
        for recipient, state in zip(recipients, (first, "sent"), strict=True):
            Deliveries(session, number).move(recipient, state, allowed=["due"])
        counts.append(backlog.undelivered() - before)
    Deliveries(session, number).move(recipients[0], "sent", allowed=["failed"])
    counts.append(backlog.undelivered() - before)
    Returns(session).become(number, "delivered")

    assert counts == [1, 2, 0]
    assert backlog.undelivered() == before
