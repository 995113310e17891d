"""
The letters of a batch (交办函): the mail of each office that receives a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.assignment.casework.notice_papers import as_text
from services.assignment.domain.batches.batches import Batch, BatchItem
from services.assignment.domain.escalation.steps import chief_of
from services.assignment.events import BatchLetterIssued
from services.assignment.papers import PAPERS, batch
from shared.policy.current import current_policy


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
        part = replace(handed, offices=(office,))
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
            letter=as_text(letter),
        )
