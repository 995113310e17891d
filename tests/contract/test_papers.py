"""
Every paper that is shipped, made from what is recorded: no code of the programmes and
no mark of the requirements is on it, and as a Word document and as PDF it says all it
has to say, within its margins.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from itertools import accumulate

import pytest
from docx import Document
from pypdf import PdfReader

from services.aid.papers import PAPERS as OF_AID
from services.assignment.papers import PAPERS as OF_CASES
from services.assignment.papers import batch
from services.hearing.papers import PAPERS as OF_HEARINGS
from services.intake.papers import PAPERS as OF_PETITIONS
from services.intake.papers import Record
from shared.papers import Table, day_in_numerals
from shared.papers.docx import as_docx
from shared.papers.pdf import as_one_pdf
from shared.policy.current import current_policy
from shared.vocabulary import PetitionStep, ReplyKind
from tests.builders.case_papers import BATCH, COURTS
from tests.builders.case_papers import printed as of_case
from tests.builders.hearing_papers import paper_of
from tests.builders.hearing_states import ADVISED
from tests.builders.lifecycle import STATED, a_step
from tests.domain.aid.test_papers import PAID
from tests.domain.aid.test_papers import printed as of_aid
from tests.domain.intake.test_papers import FINALLY, OF_TOWNSHIP, RESULT

CODE = re.compile(r"[a-z]+_[a-z_]+|\b[A-Z]{1,3}-?\d+\b|\b[a-z]{4,}\b")
SUBJECTS = {
    (programme.code, subject.id)
    for programme in current_policy().programmes
    if programme.hearing
    for subject in programme.hearing.subjects
}


_BEFORE = {"review_decided": FINALLY[:2], "final_review_decided": FINALLY[:4]}


def codes_on(paper):
    return [found for text in paper.texts() for found in CODE.findall(text)]


def of_petition(wanted):
    template = OF_PETITIONS.in_force()[wanted]
    replies, steps = [RESULT], []
    if template.states in {*ReplyKind}:
        replies = [replace(RESULT, kind=ReplyKind(template.states))]
    elif template.states in {*PetitionStep}:
        stated = dict(STATED.get(template.states, {}))
        if "reason" in stated:
            stated["reason"] = "final"
        steps = [*_BEFORE.get(template.states, ()), a_step(template.states, **stated)]
    private = {"petitioner": {"name": "甄文书"}, "enquiry_code": "T8Y75-YWXD8"}
    made = Record(OF_TOWNSHIP, private, steps, replies, OF_TOWNSHIP)
    return made.paper(template)


def of_hearing(wanted):
    return paper_of(ADVISED, OF_HEARINGS.in_force()[wanted])


PRINTED = {
    **{f"intake/{one}": (of_petition, one) for one in OF_PETITIONS.in_force()},
    **{f"assignment/{one}": (of_case, one) for one in OF_CASES.in_force()},
    **{
        f"aid/{one}": (lambda wanted: of_aid(wanted, PAID), one)
        for one in OF_AID.in_force()
    },
    **{f"hearing/{one}": (of_hearing, one) for one in OF_HEARINGS.in_force()},
}


@pytest.mark.parametrize("paper", PRINTED)
def test_no_paper_has_a_code_on_it(paper):
    printed, wanted = PRINTED[paper]

    assert codes_on(printed(wanted)) == []


@pytest.fixture(scope="module")
def papers():
    return {name: printed(wanted) for name, (printed, wanted) in PRINTED.items()}


@pytest.fixture(scope="module")
def pages(papers, font):
    """
    The pages of each paper in one PDF, so that the font is embedded once.
    """
    content, counts = as_one_pdf([*papers.values()], font)
    every, ends = PdfReader(io.BytesIO(content)).pages, [0, *accumulate(counts)]
    return {
        name: [every[n] for n in range(ends[place], ends[place + 1])]
        for place, name in enumerate(papers)
    }


def characters(texts):
    return Counter("".join("".join(texts).split()))


@pytest.mark.parametrize("name", PRINTED)
def test_each_paper_says_all_of_it_as_word_document_and_as_pdf(name, papers, pages):
    paper = papers[name]
    colon = "：" if paper.addressee else ""
    said = characters([*paper.texts(), colon, day_in_numerals(paper.day)])
    document = Document(io.BytesIO(as_docx(paper)))
    cells = [
        cell.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    ]
    printed = characters(page.extract_text() for page in pages[name])
    heads = characters(
        head for block in paper.body if isinstance(block, Table) for head in block.heads
    )

    assert characters([*(p.text for p in document.paragraphs), *cells]) == said
    assert said <= printed  # a head stands again on each page of its table
    assert {*(printed - said)} <= {*heads}
    assert not {"{", "}"} & {*said}


@pytest.mark.parametrize("name", PRINTED)
def test_no_text_of_a_paper_stands_outside_its_margins(name, pages):
    # GB/T 9704: 28 mm on the left, 26 on the right, 35 below; a point has 0.353 mm.
    outside = []

    def look(text, _, place, font, size):
        width = sum(1 if ord(c) > 0x2E80 else 0.5 for c in text.strip()) * size
        x, y = place[4] * 0.353, place[5] * 0.353
        if text.strip() and (x < 27 or x + width * 0.353 > 186 or y < 35):
            outside.append(text)

    for page in pages[name]:
        page.extract_text(visitor_text=look)

    assert outside == []


@pytest.mark.parametrize(("programme", "subject"), sorted(SUBJECTS))
def test_the_papers_of_a_hearing_name_its_subject_once(programme, subject):
    hearing = replace(ADVISED, programme=programme, subject=subject)

    for template in OF_HEARINGS.in_force().values():
        paper = paper_of(hearing, template)
        assert codes_on(paper) == []
        assert "案件案件" not in "".join(paper.texts())


@pytest.mark.requirement("F-02")
@pytest.mark.parametrize("code", ["handed_by_city", "中院信访局"])
def test_the_letter_of_a_batch_says_in_words_where_its_cases_came_from(code):
    source = batch.source_in_words(replace(BATCH, source=code), COURTS)
    paper = of_case("handing_letter", source=source)

    assert codes_on(paper) == []
    assert "交办交办" not in "".join(paper.texts())
    assert source in "".join(paper.texts())


@pytest.mark.parametrize(
    "papers", [OF_AID, OF_CASES, OF_HEARINGS, OF_PETITIONS], ids=lambda p: p.service
)
def test_a_paper_is_asked_for_by_its_title_as_by_its_id(papers):
    titles = Counter(paper.title for paper in papers.in_force().values())
    for code, paper in papers.in_force().items():
        assert papers.template(code) == paper
        if titles[paper.title] == 1:
            assert papers.template(paper.title) == paper
