"""
Which documents assignment lets nobody withdraw, by what is stored of their case.
"""

from __future__ import annotations

import importlib

import pytest
import sqlalchemy as sa

from services.assignment.casework import restating
from services.assignment.casework.documents import DESK
from services.assignment.casework.record import record_facts
from services.assignment.casework.restating import restate_some
from services.assignment.domain.closings import closing, evidence
from services.assignment.domain.closings.evidence import reported_documents
from services.assignment.store import OUTBOX, Closings, ClosingsToRestate, Matters
from services.assignment.store.tables import closings_to_restate
from shared import clock, telemetry
from shared.documents.closings import READS, StandingClosings
from shared.documents.document import Document
from shared.events import Envelope, ReceivedEvent
from shared.vocabulary import ScanState
from tests.builders import new_number
from tests.builders.facts import act, happened, named, opened
from tests.store.assignment.casework.test_casework import CAME, DAY, by_id


@pytest.fixture
def session(migrated):
    engine = migrated.engine("assignment")
    work = telemetry.work("test", trace=telemetry.background_context())
    with engine.connect() as session, work:
        yield session
    engine.dispose()


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


def test_old_closings_and_the_archive_keep_their_documents(session):
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
    # As the release before this one wrote it: without documents.
    learn(happened("matter.closing_submitted", CAME, closing=report.id))
    ids = ("brought", "shown", "other")
    reported = [refused(each) for each in ids]
    learn(
        happened("matter.closing_confirmed", CAME, closing=report.id),
        happened("matter.case_resolved", CAME, confirmed_on=CAME),
        happened("matter.case_archived", CAME + DAY, volume="2021年第12卷"),
    )
    archived = [refused(each) for each in ids]
    learn(happened("matter.case_reopened", CAME + 2 * DAY))

    assert reported == [["document_in_use"], ["document_in_use"], []]
    assert archived == [[*codes, "case_archived"] for codes in reported]
    assert [refused(each) for each in ids] == [[], [], []]


def test_what_closed_before_the_upgrade_says_once_what_it_stands_on(session):
    """
    Closings made before they named their documents, one of them archived; and a case
    whose closing was returned.
    """
    old, kept, returned = numbers = [new_number() for _ in range(3)]
    for number in numbers:
        report = a_report(number)
        came = [opened(CAME), named(CAME, ("410922", "检察长"))]
        shown = act("met_petitioner", CAME, document_ids=(f"{number} shown",))
        record_facts(session, {number: by_id(*came, shown)})
        Closings(session).insert(report)
        made = happened("matter.closing_submitted", CAME, closing=report.id)
        record_facts(session, {number: by_id(made)})
    last = {
        kept: happened("matter.case_archived", CAME + DAY, volume="2021年第12卷"),
        returned: happened("matter.closing_returned", CAME, closing=f"{returned}/c1"),
    }
    record_facts(session, {number: by_id(fact) for number, fact in last.items()})
    rows = [{"number": number} for number in numbers]
    session.execute(closings_to_restate.insert(), rows)
    more = restate_some(session), restate_some(session)
    announced = outbox_of(session, "assignment.closing_restated", numbers)

    assert more == (False, False)
    assert {each["case_number"]: each["payload"] for each in announced} == {
        number: {
            "programme": "puyang-2020",
            "closing": f"{number}/c1",
            "documents": [f"{number} shown", "brought"],
            "volume": volume,
        }
        for number, volume in ((old, None), (kept, "2021年第12卷"))
    }
    # A withdrawal from elsewhere that arrives now makes the case flow back.
    assert reported_documents(Matters(session).facts(old)) == (
        f"{old} shown",
        "brought",
    )


def test_a_case_that_cannot_be_restated_holds_up_no_other(session, monkeypatch):
    faulty, *good = numbers = sorted(new_number() for _ in range(3))
    came = (opened(CAME), happened("matter.closing_submitted", CAME, closing="c1"))
    archived = happened("matter.case_archived", CAME + DAY, volume="2021年第12卷")
    record_facts(session, {number: by_id(*came, archived) for number in numbers})
    rows = [{"number": number} for number in numbers]
    session.execute(closings_to_restate.insert(), rows)

    def restated(case, *rest):
        if case.number == faulty:
            raise LookupError("nothing of that name")
        return evidence.restatement(case, *rest)

    monkeypatch.setattr(restating, "restatement", restated)
    monkeypatch.setattr(restating, "AT_ONCE", 3)
    more = restate_some(session), restate_some(session)
    announced = outbox_of(session, "assignment.closing_restated", numbers)
    left = [*session.scalars(sa.select(closings_to_restate.c.number))]

    assert more == (True, False)
    assert sorted(each["case_number"] for each in announced) == good
    assert left == [faulty]


def test_cases_that_cannot_be_restated_wait_behind_the_others(session, monkeypatch):
    *faulty, good = numbers = sorted(new_number() for _ in range(3))
    came = (opened(CAME), happened("matter.closing_submitted", CAME, closing="c1"))
    archived = happened("matter.case_archived", CAME + DAY, volume="2021年第12卷")
    record_facts(session, {number: by_id(*came, archived) for number in numbers})
    rows = [{"number": number} for number in numbers]
    session.execute(closings_to_restate.insert(), rows)
    asked = list[str]()

    def restated(case, *rest):
        asked.append(case.number)
        if case.number in faulty:
            raise LookupError("nothing of that name")
        return evidence.restatement(case, *rest)

    monkeypatch.setattr(restating, "restatement", restated)
    monkeypatch.setattr(restating, "AT_ONCE", 2)
    monkeypatch.setattr(restating, "TRIES", 2)
    more = [restate_some(session) for _ in range(4)]
    tried = len(asked)
    last = restate_some(session)
    left = session.execute(sa.select(closings_to_restate)).all()

    assert more == [False, True, False, False]
    assert asked.count(good) == 1
    assert {(row.number, row.tries) for row in left} == {(n, 2) for n in faulty}
    assert (last, len(asked)) == (False, tried)

    waiting = ClosingsToRestate(session)
    given_up = waiting.given_up(2)
    waiting.retry()
    monkeypatch.setattr(restating, "restatement", evidence.restatement)
    restate_some(session)

    assert (given_up, waiting.given_up(2)) == (2, 0)
    assert not session.execute(sa.select(closings_to_restate)).all()


def outbox_of(session, kind, numbers):
    query = sa.select(OUTBOX.table.c.body).where(
        OUTBOX.table.c.type == kind, OUTBOX.table.c.case_number.in_(numbers)
    )
    return [*session.scalars(query)]


@pytest.mark.parametrize("service", ["intake", "hearing", "aid"])
def test_what_others_filed_stays_in_a_closing_and_in_the_archive(migrated, service):
    """
    However late and in whatever order the events arrive.
    """
    desk = importlib.import_module(f"services.{service}.documents").DESK
    tables = importlib.import_module(f"services.{service}.store").metadata.tables
    number = new_number()
    made = ("closing_confirmed", 3, {"closing": "c1", "documents": ["d1"]})
    volume = {"volume": "2021-12"}
    again = ("closing_restated", 9, {**made[2], **volume})
    archived, reopened = ("case_archived", 4, volume), ("case_reopened", 5, {})
    stories = [
        ((made,), [["document_in_use"], []]),
        ((archived, made), [["case_archived"]] * 2),
        ((reopened, archived, made), [[], []]),
        ((again, made), [["document_in_use", "case_archived"], ["case_archived"]]),
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
