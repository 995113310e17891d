"""
Facts posted to a measure ledger in a transaction that is taken back.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from services.reporting.casework.drafting import draft
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.postings.entries import entries_for
from services.reporting.schemas import READS
from services.reporting.store import Ledger
from tests.builders import COUNTY, an_envelope, duty_change

PROGRAMME = f"test-{uuid4().hex}"  # apart from whatever else stands in the ledger


KNOWN = datetime(2021, 1, 5, 8, tzinfo=UTC)


YEAR_END = date(2020, 12, 31)


def connection(database, role):
    """
    In one transaction, of which nothing is kept.
    """
    with database.engine(role).connect() as session:
        yield session
        session.rollback()


def event(kind, day, /, *, office=COUNTY, case="清〔2020〕1号", known=KNOWN, **payload):
    return an_envelope(
        kind,
        day,
        office=office,
        case_number=case,
        recorded_at=known,
        payload={"programme": PROGRAMME, **payload},
    )


def take(session, *events):
    """
    Post *events* and give the moment up to which the ledger then is complete.
    """
    take_only(session, *events)
    return Ledger(session).latest()


def take_only(session, *events):
    Ledger(session).post(
        (each, entries_for(each, READS[each.type].load(each.payload)))
        for each in events
    )


def duties_changed(change, **about):
    day = date.fromisoformat(change["on"])
    return event("assignment.duties_changed", day, changes=[change], **about)


def opened(number, **more):
    return event(
        "intake.case_opened",
        date(2020, 11, 20),
        case=f"清〔2020〕{number}号",
        in_scope=True,
        repeats=2,
        **more,
    )


def paid(person, **more):
    kind = "aid.aid_paid"
    return event(
        kind, date(2020, 12, 1), in_scope=True, amount=120050, person=person, **more
    )


def campaign():
    """
    Facts of four counties over two years, some late, some known late.
    """
    chance = random.Random(20201229)
    told = []
    for number in range(120):
        office = chance.choice(["410900", "410902", "410922", "410923"])
        about = {"office": office, "case": f"案{number}"}
        day = date(2020, 11, 1) + timedelta(days=chance.randrange(60))
        due = day + timedelta(days=chance.randrange(90))
        later = day + timedelta(days=chance.randrange(400))
        about["known"] = KNOWN + timedelta(days=chance.randrange(500))
        told += [
            event(
                "intake.case_opened", day, in_scope=True, repeats=number % 5, **about
            ),
            duties_changed(duty_change("opened", day, due, office=office), **about),
            duties_changed(
                duty_change("discharged", later, due, office=office), **about
            ),
            event("assignment.case_resolved", later, in_scope=True, **about),
        ]
        if number % 10 == 0:
            back = later + timedelta(days=30)
            kind = "assignment.case_reopened"
            told.append(event(kind, back, in_scope=True, was="resolved", **about))
        if number % 7 == 0:
            told.append(paid(f"person{number % 3}", **about))
    return told


def request(office="410900", as_of=YEAR_END, known_at=KNOWN):
    return FiguresRequest(PROGRAMME, office, as_of, known_at)


def figures(session, programme, directory, *, as_known=False, **question):
    return draft(
        Ledger(session), programme, directory, request(**question), as_known=as_known
    )


def about(kind, day, number, **more):
    return event(kind, day, case=f"清〔2020〕{number}号", **{"in_scope": True, **more})
