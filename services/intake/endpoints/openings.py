"""
What is sealed of petitions and cases, read by the handling office with a purpose; and
the read log.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.intake.domain.openings import Opening, require_handling_office
from services.intake.endpoints.lookup import case_of, programme_of, seen_by_actor
from services.intake.exporting import exported_ledger
from services.intake.schemas.openings import (
    LedgerOpeningBody,
    OpenedCase,
    OpenedPetition,
    OpeningBody,
    OpeningsQuery,
    OpeningView,
)
from services.intake.store import Cases, Openings, Petitions, Replies
from shared import clock
from shared.vocabulary import Role
from shared.web.call import XLSX, Call, Download
from shared.web.endpoint import api
from shared.web.paging import Page

READERS = frozenset({Role.CLERK, Role.LEADER, Role.REVIEWER})


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
        exported_ledger(programme, offices, masked=False),
        XLSX,
        f"{programme.code}-{office}-{call.today}.xlsx",
    )


@api(
    "GET",
    "/openings",
    roles=frozenset({Role.AUDITOR}),
    query=OpeningsQuery,
    answer=OpeningView,
    many=True,
)
def list_openings(call: Call) -> Page[Opening]:
    """
    List who read what is sealed, and what for, the newest first.
    """
    asked = ("since", "until", "actor")
    filters = {name: call.query[name] for name in asked if name in call.query}
    return Openings(call.session).of_offices(call.offices(), call.page, **filters)


def opened(call: Call, number: str, office: str, purpose: str) -> Opening:
    """
    The entry of the read log, written in the transaction that reads.
    """
    require_handling_office(call.who.office, office)
    opening = Opening(
        id=str(uuid7()),
        number=number,
        office=office,
        actor=call.who.actor,
        token=call.who.token,
        purpose=purpose,
        opened_on=call.today,
        opened_at=clock.now(),
    )
    Openings(call.session).insert(opening)
    return opening
