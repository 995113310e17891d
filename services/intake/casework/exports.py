"""
Registered cases as workbooks in the form of their programme, written while they are
read: page by page, each in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import eventlet
from sqlalchemy import Connection

from services.intake.casework.forms import form_of, office_of, spelled
from services.intake.casework.worked import shown_work
from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.judging import row_in
from services.intake.ledger.writing.exported import LedgerWorkbook, Of, case_sheet
from services.intake.ledger.writing.texts import CellTexts
from services.intake.store import Cases
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.storage.database import transaction

_PAGE = 200  # rows decrypted at once; then others have their turn


def exported_ledger(
    programme: Programme,
    offices: Sequence[str],
    *,
    masked: bool,
    is_kept: Callable[[Case], bool],
) -> Iterator[bytes]:
    """
    The cases of *offices*, a sheet an office, and their numbers; neither has those
    whose content *is_kept* from the reader (XQ-56).
    """
    form = form_of(programme.form)
    workbook = LedgerWorkbook(form, _texts(programme), masked=masked)
    directory = current_policy().directory
    sheets = (
        Of(directory.office(code).name, _cases_of(code, programme, is_kept))
        for code in offices
    )
    return workbook.pieces(sheets, form.title)


def exported_case(
    session: Connection, programme: Programme, case: Case
) -> Iterator[bytes]:
    """
    One case on a sheet to print in the form of a programme, without who petitions.
    """
    form, row = form_of(programme.form), Cases(session).ledger_row(case.number)
    shown = {**row, **shown_work(session, [case], form)[case.number]}
    _, seen = row_in(case, shown, programme, current_policy().programmes)
    named = spelled(seen, programme)
    return case_sheet(form, _texts(programme), case.number, named)


def _texts(programme: Programme) -> CellTexts:
    names = {each.code: each.name for each in current_policy().directory.offices()}

    def name_of(code: str) -> str:
        name = names.get(code, code)
        return name if office_of(name) == code else code

    return CellTexts(form_of(programme.form), name_of)


def _cases_of(
    office: str, programme: Programme, is_kept: Callable[[Case], bool]
) -> Iterator[tuple[bool, Mapping[str, Any]]]:
    last: tuple[date, str] | None = None
    form = form_of(programme.form)
    while True:
        with transaction("intake") as session:
            page = Cases(session).ledger_page(office, programme.code, last, _PAGE)
            readable = [(case, row) for case, row in page if not is_kept(case)]
            shown = shown_work(session, [case for case, _ in readable], form)
        for case, row in readable:
            worked = {**row, **shown[case.number]}
            programmes = current_policy().programmes
            in_scope, seen = row_in(case, worked, programme, programmes)
            yield in_scope, spelled(seen, programme)
        if len(page) < _PAGE:
            return
        last = page[-1][0].opened_on, page[-1][0].number
        eventlet.sleep(0)
