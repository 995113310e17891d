"""
The paper of a supervision notice (督办函): what it says, and how it is printed for the
mail, once for each notice.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from services.assignment import events
from services.assignment.casework.documents import DESK
from services.assignment.domain.escalation.notices import Notice, issuer_of
from services.assignment.domain.matter import BegunMatter
from services.assignment.papers import PAPERS, case, notice
from services.assignment.papers.mailed import as_json
from services.assignment.store import OUTBOX, Duties, Matters, Notices
from services.assignment.store.tables import paper_numbers
from shared import clock, telemetry
from shared.documents.filing import FiledBy, add_document
from shared.documents.filled_papers import as_document
from shared.documents.numbering import NumberRequest, PaperNumbers
from shared.errors import NotFound
from shared.papers import Paper, PaperTemplate
from shared.papers.number_series import numbering
from shared.policy.current import current_policy
from shared.policy.parts.mailed_papers import MailedPaper
from shared.vocabulary import PaperForm
from shared.web.papers import MEDIA_TYPES, content_for_mail


def values_of_case(session: Connection, row: BegunMatter) -> dict[str, Any]:
    """
    Return what every paper about the matter of *row* may name.
    """
    rules = current_policy()
    programme = rules.programmes.get(row.programme)
    facts = Matters(session).facts(row.number)
    return case.values(row, facts, programme, rules.directory)


def values_of_notice(
    session: Connection, issued: Notice, row: BegunMatter
) -> dict[str, Any]:
    """
    Return what the paper of a notice about the matter of *row* may name.
    """
    duty = Duties(session).get(issued.duty) if issued.duty else None
    time, directory = Notices(session).before(issued) + 1, current_policy().directory
    return {
        **values_of_case(session, row),
        **notice.values(issued, duty, time, directory),
    }


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """
    The paper of a *notice*, which an *issuer* issues, to be printed in a *form*.
    """

    notice: Notice
    issuer: str
    template: PaperTemplate
    paper: Paper
    form: PaperForm


Begin = Callable[[], AbstractContextManager[Connection]]


def print_for_mail(begin: Begin, identity: str) -> None:
    """
    Print the paper of a notice, in two transactions that *begin* opens: it is numbered
    in the first; in the second it is filed and announced for the mail. Nothing is
    locked between them, while it is printed. If the process is killed there, the next
    one finds the number; a paper that is filed is not filed again.

    Raises `NotFound` for no notice.
    """
    with begin() as session:
        letter = _letter(session, identity)
    if letter is None:
        return
    content, form = content_for_mail(letter.paper, letter.form)
    with begin() as session:
        _file(session, letter, content, form)


def _letter(session: Connection, identity: str) -> _Letter | None:
    """
    Number the paper of a notice and return it; None if no paper is mailed, or it is
    filed already.
    """
    issued = Notices(session).get(identity)
    if issued is None:
        raise NotFound.because("not_found", f"没有编号为“{identity}”的督办函。")
    rules = current_policy()
    mailed = rules.programmes.get(issued.programme).mailed_paper("notice_issued")
    if mailed is None or issued.paper:
        return None
    issuer = _issuer(issued)
    template = PAPERS.of_office(PAPERS.template(mailed.paper), issuer)
    paper = template.fill(
        values_of_notice(session, issued, Matters(session).known(issued.number)),
        number=_number(session, issued, mailed),
        office=rules.directory.office(issuer).name,
        day=issued.issued_on,
        issued_by=issued.by_post or "",
    )
    return _Letter(
        notice=issued,
        issuer=issuer,
        template=template,
        paper=paper,
        form=PaperForm(mailed.form_for(issued.office)),
    )


def _file(
    session: Connection, letter: _Letter, content: bytes, form: PaperForm
) -> None:
    notices, identity = Notices(session), letter.notice.id
    row = Matters(session).lock(letter.notice.number)
    issued = notices.get(identity, lock=True)
    if issued is None or issued.paper:
        return
    by = FiledBy(
        office=letter.issuer, actor=telemetry.trace_context().actor, on=clock.today()
    )
    new = as_document(letter.paper, letter.template, content, MEDIA_TYPES[form])
    document = add_document(session, DESK, row, new, by)
    notices.set_paper(identity, document.id)
    event = events.NoticePrinted.of(
        row,
        clock.today(),
        notice=identity,
        document=document.id,
        form=form.value,
        paper=as_json(letter.paper),
    )
    OUTBOX.announce(session, event)


def _number(session: Connection, issued: Notice, mailed: MailedPaper) -> str:
    """
    The number of the paper, if who issues it has a series for it.
    """
    series = numbering().of(_issuer(issued), PAPERS.service, mailed.paper)
    if series is None:
        return ""
    request = NumberRequest(
        paper=mailed.paper,
        record=issued.id,
        day=issued.issued_on,
        today=clock.today(),
    )
    return PaperNumbers(session, paper_numbers).draw(series, request)


def _issuer(issued: Notice) -> str:
    rules = current_policy()
    return issuer_of(issued, rules.programmes.get(issued.programme), rules.directory)
