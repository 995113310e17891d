"""
Papers that travel with a mail as text: a paper as JSON, and the letters of a batch
(交办函), one for each office that receives a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from services.assignment.domain.batches.batches import Batch, BatchItem
from services.assignment.domain.escalation.steps import chief_of
from services.assignment.events import BatchLetterIssued
from services.assignment.papers import PAPERS, batch
from shared.papers import Paper
from shared.policy.current import current_policy
from shared.records.tables import CONVERTER

_MOST_CHARACTERS = 20_000  # of a paper that travels to the mail


def as_json(paper: Paper) -> dict[str, Any] | None:
    """
    The paper as JSON, for an event; None if it is too long for a mail.
    """
    # Events stay small: the mail then says that the paper is to be read in the system.
    if sum(map(len, paper.texts())) > _MOST_CHARACTERS:
        return None
    plain: dict[str, Any] = CONVERTER.unstructure(paper, unstructure_as=Paper)
    return plain


def letters(handed: Batch, items: Iterable[BatchItem]) -> Iterator[BatchLetterIssued]:
    """
    A letter to each office but the handing one, of its own *items* alone; none if the
    programme mails none.
    """
    rules, items = current_policy(), list(items)
    programme, directory = rules.programmes.get(handed.programme), rules.directory
    mailed = programme.mailed_paper("batch_handed")
    if mailed is None:
        return
    template = PAPERS.of_office(PAPERS.template(mailed.paper), handed.office)
    for office in handed.offices:
        if office == handed.office:
            continue
        part = batch.part_of(handed, office)
        own = [item for item in items if item.office == office]
        letter = template.fill(
            batch.values(part, own, programme, directory),
            number=handed.letter_no,
            office=directory.office(handed.office).name,
            day=handed.handed_on,
        )
        yield BatchLetterIssued(
            office=handed.office,
            case_number=handed.letter_no,
            occurred_on=handed.handed_on,
            programme=handed.programme,
            title=letter.title,
            about=f"交办信访事项{len(own)}件",
            to_office=office,
            to_post=chief_of(office, directory),
            paper=f"{handed.id}/{office}",
            form=mailed.form_for(office),
            letter=as_json(letter),
        )
