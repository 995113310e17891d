"""
No paper that leaves the house has a code of the programmes, or a mark of the
requirements, on it.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from services.aid.papers import PAPERS as OF_AID
from services.assignment.papers import PAPERS as OF_CASES
from services.assignment.papers import batch
from services.hearing.papers import PAPERS as OF_HEARINGS
from services.intake.papers import PAPERS as OF_PETITIONS
from services.intake.papers import Record
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


PRINTED = {
    **{f"intake/{one}": (of_petition, one) for one in OF_PETITIONS.in_force()},
    **{f"assignment/{one}": (of_case, one) for one in OF_CASES.in_force()},
    **{
        f"aid/{one}": (lambda wanted: of_aid(wanted, PAID), one)
        for one in OF_AID.in_force()
    },
}


@pytest.mark.parametrize("paper", PRINTED)
def test_no_paper_has_a_code_on_it(paper):
    printed, wanted = PRINTED[paper]

    assert codes_on(printed(wanted)) == []


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
