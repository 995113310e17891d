"""
Which documents assignment lets nobody withdraw, by what is stored of their case.
"""

from __future__ import annotations

import importlib
from datetime import date, timedelta

import pytest

from services.assignment.casework.documents import DESK
from services.assignment.casework.record import record_facts
from services.assignment.domain.closings import closing
from services.assignment.store import Closings
from shared import clock
from shared.documents.closings import READS, StandingClosings
from shared.documents.document import Document
from shared.events import Envelope, ReceivedEvent
from shared.vocabulary import ScanState
from tests.builders import new_number
from tests.builders.facts import act, by_id, happened, named, opened

DAY = timedelta(days=1)
CAME = date(2021, 3, 1)


def a_report(number):
    return closing.Closing(
        id=f"{number}/c1",
        number=number,
        kind="resolved",
        concluded_on=CAME,
        submitted_on=CAME,
        dispositions=(),
        measures=(),
        narrative="已释法说理。",
        submitted_by="承办人",
        documents=(closing.Document("评查报告", "卷一", "brought"),),
    )


def a_document(number, identity="other"):
    return Document(
        id=identity,
        number=number,
        office="410922",
        kind="evidence",
        title="材料",
        filename="材料.pdf",
        media_type="application/pdf",
        size=9,
        digest="0f" * 32,
        scan=ScanState.NOT_SCANNED,
        dated=CAME,
        filed_on=CAME,
        filed_by="承办人",
    )


def test_closings_and_the_archive_keep_their_documents(session):
    number = new_number()
    report = a_report(number)

    def refused(identity):
        found = DESK.stands_on(session, a_document(number, identity))
        return [problem.code for problem in found]

    def learn(*facts):
        record_facts(session, {number: by_id(*facts)})

    learn(
        opened(CAME),
        named(CAME, ("410922", "检察长")),
        act("met_petitioner", CAME, document_ids=("shown",)),
    )
    Closings(session).insert(report)
    # A page that carries a signature came later: the fact does not name it.
    made = {"closing": report.id, "documents": ("shown",)}
    learn(happened("matter.closing_submitted", CAME, **made))
    ids = ("brought", "shown", "other")
    reported = [refused(each) for each in ids]
    learn(
        happened("matter.closing_confirmed", CAME, **made),
        happened("matter.case_resolved", CAME, confirmed_on=CAME),
        happened("matter.case_archived", CAME + DAY, volume="2021年第12卷"),
    )
    archived = [refused(each) for each in ids]
    learn(happened("matter.case_reopened", CAME + 2 * DAY))

    assert reported == [["document_in_use"], ["document_in_use"], []]
    assert archived == [[*codes, "case_archived"] for codes in reported]
    assert [refused(each) for each in ids] == [[], [], []]


@pytest.mark.parametrize("service", ["intake", "hearing", "aid"])
def test_what_others_filed_stays_in_a_closing_and_in_the_archive(migrated, service):
    """
    However late and in whatever order the events arrive.
    """
    desk = importlib.import_module(f"services.{service}.casework.documents").DESK
    tables = importlib.import_module(f"services.{service}.store").metadata.tables
    number = new_number()
    made = ("closing_confirmed", 3, {"closing": "c1", "documents": ["d1"]})
    volume = {"volume": "2021-12"}
    archived, reopened = ("case_archived", 4, volume), ("case_reopened", 5, {})
    stories = [
        ((made,), [["document_in_use"], []]),
        ((archived, made), [["case_archived"]] * 2),
        ((reopened, archived, made), [[], []]),
    ]
    found, engine = [], migrated.engine(service)
    for story, _ in stories:
        with engine.connect() as session:
            mirror = StandingClosings(session, tables[f"{service}.standing_closings"])
            for kind, sequence, fields in story:
                mirror.note([received_event(kind, number, sequence, fields)])
            stands_on = (
                desk.stands_on(session, a_document(number, d)) for d in ("d1", "d2")
            )
            found.append([[each.code for each in problems] for problems in stands_on])
    engine.dispose()

    assert found == [expected for _, expected in stories]


def received_event(kind, number, sequence, fields):
    envelope = Envelope(
        id=str(sequence),
        type=f"assignment.{kind}",
        version=1,
        occurred_on=CAME,
        recorded_at=clock.now(),
        office="410922",
        case_number=number,
        sequence=sequence,
        actor="",
        correlation_id="",
        causation_id="",
        traceparent="",
        payload=fields,
    )
    return ReceivedEvent(envelope, READS[envelope.type].load(fields))
