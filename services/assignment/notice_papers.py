"""
The paper of a supervision notice (督办函): what it says, and how it is printed for the
mail, once for each notice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.assignment import events
from services.assignment.documents import DESK
from services.assignment.domain.escalation.notices import Notice, issuer_of
from services.assignment.papers import PAPERS, case, notice
from services.assignment.store import OUTBOX, Duties, Matters, Notices
from services.assignment.store.tables import paper_numbers
from shared import clock, telemetry
from shared.documents.filing import FiledBy, add_document
from shared.documents.numbering import Numbered, PaperNumbers
from shared.documents.printing import as_document
from shared.errors import NotFound
from shared.papers import Paper
from shared.papers.numbers import numbering
from shared.policy.current import current_policy
from shared.policy.escalation import MailedPaper
from shared.records import CONVERTER
from shared.vocabulary import PaperForm
from shared.web.papers import MEDIA_TYPES, content_for_mail

_MOST_CHARACTERS = 20_000  # of a paper that travels to the mail


def values_of_case(session: Connection, row: Any) -> dict[str, Any]:
    """
    What every paper of the matter of *row* may name.
    """
    rules = current_policy()
    programme = rules.programmes.get(row.programme)
    facts = Matters(session).facts(row.number)
    return case.values(row, facts, programme, rules.directory)


def values_of_notice(session: Connection, found: Notice, row: Any) -> dict[str, Any]:
    """
    What the paper of a notice about the matter of *row* may name.
    """
    duty = Duties(session).get(found.duty) if found.duty else None
    time, directory = Notices(session).before(found) + 1, current_policy().directory
    return {
        **values_of_case(session, row),
        **notice.values(found, duty, time, directory),
    }


def print_for_mail(session: Connection, identity: str) -> None:
    """
    Print the paper of a notice, file it with the notice's matter, and announce it for
    the mail: all of it in one transaction, so that a process that is killed leaves
    nothing half done. What is printed is not printed again.

    Raises `NotFound` for no notice.
    """
    notices = Notices(session)
    found = notices.get(identity)
    if found is None:
        raise NotFound.because("not_found", f"没有编号为“{identity}”的督办函。")
    mailed = current_policy().programmes.get(found.programme).mailed_paper
    if mailed is None:
        return
    # Like everybody else who numbers papers: first the series, then the matter.
    number = _number(session, found, mailed)
    row = Matters(session).lock(found.number)
    found = notices.get(identity, lock=True) or found
    if not found.paper:
        _print(session, found, row, mailed, number)


def _number(session: Connection, found: Notice, mailed: MailedPaper) -> str:
    """
    The number of the paper, if who issues it has a series for it.
    """
    series = numbering().of(_issuer(found), PAPERS.service, mailed.paper)
    if series is None:
        return ""
    what = Numbered(
        paper=mailed.paper,
        record=found.id,
        day=found.issued_on,
        today=clock.today(),
    )
    return PaperNumbers(session, paper_numbers).draw(series, what)


def _issuer(found: Notice) -> str:
    rules = current_policy()
    return issuer_of(found, rules.programmes.get(found.programme), rules.directory)


def _print(
    session: Connection, found: Notice, row: Any, mailed: MailedPaper, number: str
) -> None:
    template, rules, issuer = (
        PAPERS.template(mailed.paper),
        current_policy(),
        _issuer(found),
    )
    paper = template.fill(
        values_of_notice(session, found, row),
        number=number,
        office=rules.directory.office(issuer).name,
        day=found.issued_on,
        issued_by=found.by_post or "",
    )
    wanted = PaperForm(mailed.form_for(found.office))
    content, form = content_for_mail(paper, wanted)
    new = as_document(paper, template, content, MEDIA_TYPES[form])
    by = FiledBy(office=issuer, actor=telemetry.trace_context().actor, on=clock.today())
    document = add_document(session, DESK, row, new, by)
    Notices(session).set_paper(found.id, document.id)
    event = events.NoticePrinted.of(
        row,
        clock.today(),
        notice=found.id,
        document=document.id,
        form=form.value,
        paper=_for_mail(paper),
    )
    OUTBOX.announce(session, event)


def _for_mail(paper: Paper) -> dict[str, Any] | None:
    """
    The paper as JSON; None if it is too long for a mail.
    """
    if sum(map(len, paper.texts())) > _MOST_CHARACTERS:
        return None
    plain: dict[str, Any] = CONVERTER.unstructure(paper, unstructure_as=Paper)
    return plain
