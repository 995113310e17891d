"""
The letter of a batch (交办函, F-02): printed with the list of its cases, and filed in
the dossier of each.

A case that moves takes its dossier along: what is filed names no case, so that nobody
reads there of those of another office (decision 0046).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from services.assignment.casework.documents import DESK
from services.assignment.domain.batches.batches import Batch, BatchItem, FiledLetter
from services.assignment.endpoints.batches.batches import batch_of, held_items
from services.assignment.papers import PAPERS, batch
from services.assignment.schemas.batches.batches import FiledLettersView
from services.assignment.store import BatchItems, Matters
from services.assignment.store.tables import paper_numbers
from shared.documents.filing import FiledBy, NewDocument, add_to_each
from shared.documents.filled_papers import laid_out, require_filed
from shared.documents.printing import PaperContent, printed
from shared.documents.store import Documents
from shared.papers import PaperTemplate
from shared.policy.current import current_policy
from shared.storage.contents import digest_of
from shared.storage.database import transaction
from shared.web.auth import require_office
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.papers import FiledPaper


def of_batch(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    The letter is the handing office's.
    """
    sent = _sent(call)
    items = BatchItems(call.session).of_batch(sent.id)
    return _content(call, template, sent=sent, items=items)


def _sent(call: Call, *, lock: bool = False) -> Batch:
    """
    The batch of the address, to who handed it down. Raises `NotFound` and `Forbidden`.
    """
    sent = batch_of(call, lock=lock)
    require_office(call.who, sent.office, current_policy().directory, call.today)
    return sent


def _content(
    _call: Call,
    template: PaperTemplate,
    *,
    sent: Batch,
    items: Sequence[BatchItem],
    to: str | None = None,
) -> PaperContent | None:
    """
    What the letter says: to all offices with their cases; *to* one of them without.
    """
    if template.states != "batch":
        return None
    programme = current_policy().programmes.get(sent.programme)
    part = batch.part_of(sent, to) if to else sent
    return PaperContent(
        values=batch.values(
            part,
            [item for item in items if item.office in part.offices],
            programme,
            current_policy().directory,
            lists=to is None,
        ),
        office=sent.office,
        day=sent.handed_on,
        record=sent.id,
        number=sent.letter_no,
        document=sent.letter_no,
    )


def _lay_out(call: Call) -> Mapping[str, NewDocument]:
    """
    Lay out the letter to each office once, after the transaction that numbers it.
    """
    with transaction("assignment") as session:
        call.session = session
        sent = _sent(call)
        items = BatchItems(session).of_batch(sent.id)
        letters = {
            office: printed(
                call,
                PAPERS,
                paper_numbers,
                partial(_content, sent=sent, items=items, to=office),
            )
            for office in sent.offices
        }
    for _, template, _ in letters.values():
        require_filed(sent, template)
    return {
        office: laid_out(call, paper, template)
        for office, (paper, template, _) in letters.items()
    }


@api(
    "POST",
    "/batches/<number>/papers",
    roles=CLERKS,
    body=FiledPaper,
    vet=_lay_out,
    answer=FiledLettersView,
    status=201,
)
def file_batch_paper(call: Call) -> dict[str, Any]:
    """
    File the letter of a batch with each of its cases that is still where it was handed
    to, without the list of cases; with a case that has it, it is not filed again.
    """
    return {"letters": list(_file(call, call.vetted))}


def _file(call: Call, letters: Mapping[str, NewDocument]) -> Iterator[FiledLetter]:
    items = held_items(call, _sent(call, lock=True))
    rows = Matters(call.session).lock_cases(items)
    documents = Documents(call.session, DESK.documents)
    by = FiledBy(office=call.who.office, actor=call.who.account, on=call.today)
    for office, letter in letters.items():
        cases = {
            number: row
            for number, row in rows.items()
            if row.office == items[number].office == office and not row.merged
        }
        digest = digest_of(letter.content)
        having = documents.numbers_with(cases, digest)
        without = [row for number, row in cases.items() if number not in having]
        if without:
            add_to_each(call.session, DESK, without, letter, by)
        yield FiledLetter(office, letter.title, digest, len(without))
