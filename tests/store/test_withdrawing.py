"""
Which documents assignment lets nobody withdraw, by what is stored of their case.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.assignment.casework.record import record_facts
from services.assignment.documents import DESK
from services.assignment.domain.closings import closing
from services.assignment.store import Closings
from shared import telemetry
from shared.documents.document import Document
from shared.vocabulary import ScanState
from tests.builders import new_number
from tests.builders.facts import act, happened, named, opened
from tests.store.test_casework import CAME, DAY, by_id


@pytest.fixture
def session(migrated):
    engine = migrated.engine("assignment")
    work = telemetry.work("test", trace=telemetry.background_context())
    with engine.connect() as session, work:
        yield session
    engine.dispose()


def test_old_closings_and_the_archive_keep_their_documents(session):
    number = new_number()
    report = closing.Closing(
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
    document = Document(
        id="other",
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

    def refused(identity):
        found = DESK.stands_on(session, replace(document, id=identity))
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
