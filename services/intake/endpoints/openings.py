"""
What is sealed of petitions and cases, read by the handling office with a purpose.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from services.intake.casework.exports import exported_ledger
from services.intake.domain.openings import require_handling_office
from services.intake.endpoints.lookup import case_of, programme_of, seen_by_actor
from services.intake.schemas.openings import (
    LedgerOpeningBody,
    OpenedCase,
    OpenedPetition,
)
from services.intake.store import Cases, Petitions, Replies
from services.intake.store.tables import openings
from shared.media_types import XLSX
from shared.records.openings import Opening
from shared.service.read_log import (
    OpeningBody,
    note_opening,
    read_log_endpoints,
)
from shared.web.call import READERS, Call, Download
from shared.web.endpoint import api
from shared.web.lookup import is_content_kept


@api(
    "POST",
    "/petitions/<number>/openings",
    roles=READERS,
    body=OpeningBody,
    answer=OpenedPetition,
    status=201,
    repeatable=False,
)
def open_petition(call: Call) -> dict[str, Any]:
    """
    Read the petitioner, the demand and the replies of a petition, for a purpose; also
    at the office to which it was passed on, which decides on it.
    """
    petition, here = seen_by_actor(call), call.who.office
    office = here if here == petition.to_office else petition.office
    opening = opened(call, petition.number, office, call.body["purpose"])
    content = Petitions(call.session).private(petition.number)
    replies = Replies(call.session).of_petition(petition.number)
    return {**vars(opening), **content, "replies": replies}


@api(
    "POST",
    "/cases/<number>/openings",
    roles=READERS,
    body=OpeningBody,
    answer=OpenedCase,
    status=201,
    repeatable=False,
)
def open_case(call: Call) -> dict[str, Any]:
    """
    Read all columns of a case's ledger row, also those about people, for a purpose.
    """
    case = case_of(call)
    opening = opened(call, case.number, case.office, call.body["purpose"])
    return {**vars(opening), "row": Cases(call.session).ledger_row(case.number)}


@api(
    "POST",
    "/ledger/openings",
    roles=READERS,
    body=LedgerOpeningBody,
    gives=XLSX,
    repeatable=False,
)
def open_ledger(call: Call) -> Download:
    """
    Take out the whole ledger of the caller's own office, for a purpose.

    It has all columns, also those about people. Pushed again, it corrects nothing
    (PY-14, PY-16).
    """
    office = call.who.office
    programme = programme_of(call, call.body["programme"], office)
    opened(call, programme.code, office, call.body["purpose"])
    offices = Cases(call.session).offices_with_cases([office], programme.code)
    return Download(
        exported_ledger(
            programme, offices, masked=False, is_kept=partial(is_content_kept, call)
        ),
        XLSX,
        f"{programme.code}-{office}-{call.today}.xlsx",
    )


def opened(call: Call, number: str, office: str, purpose: str) -> Opening:
    """
    The entry of the read log, for persons of the handling *office* only.
    """
    require_handling_office(call.who.office, office)
    return note_opening(call, openings, number, office, purpose)


READ_LOG = read_log_endpoints("intake", openings)
