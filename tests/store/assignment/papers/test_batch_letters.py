"""
The letter of a batch, filed with each of its cases.
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.assignment.casework.documents import DESK
from services.assignment.casework.record import record_facts
from services.assignment.domain.facts.documents import filed_documents
from services.assignment.store import Matters
from shared.documents.filing import FiledBy, add_to_each, paper_of
from shared.documents.store import Documents
from shared.media_types import PDF
from tests.builders import CITY, new_number
from tests.builders.facts import opened
from tests.store.assignment.papers.conftest import DAY


@pytest.mark.requirement("F-02", "MX-24")
def test_one_letter_is_a_document_of_each_case_and_stored_once(session, tmp_path):
    numbers = [new_number() for _ in range(3)]
    begun = {number: {str(uuid4()): opened(DAY)} for number in numbers}
    record_facts(session, begun)
    cases, documents = Matters(session), Documents(session, DESK.documents)
    letter = paper_of(
        kind="handing_letter",
        title="信访事项交办函 濮检交〔2021〕1号",
        content=b"%PDF-1.7",
        media_type=PDF,
        dated=DAY,
    )
    by = FiledBy(office=CITY, actor="濮阳市院 审核人", on=DAY)
    rows = map(cases.known, numbers)
    filed = add_to_each(session, DESK, rows, letter, by)

    assert [each.number for each in filed] == numbers
    (digest,) = {each.digest for each in filed}
    assert [file.name for file in tmp_path.glob("*/*")] == [digest]
    for document in filed:
        facts = cases.facts(document.number)
        assert filed_documents(facts) == {document.id}
        assert documents.of_matter(document.number) == [document]
    wanted = [numbers[0], new_number()]
    assert documents.numbers_with(wanted, digest) == {numbers[0]}
