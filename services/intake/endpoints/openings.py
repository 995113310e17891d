"""
What is sealed of petitions and cases, read by the handling office with a purpose; and
the read log.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.intake.domain.openings import Opening, require_handling_office
from services.intake.endpoints.lookup import case_of, petition_of
from services.intake.schemas.openings import (
    OpenedCase,
    OpenedPetition,
    OpeningBody,
    OpeningsQuery,
    OpeningView,
)
from services.intake.store import Cases, Openings, Petitions, Replies
from shared import clock
from shared.vocabulary import Role
from shared.web.endpoint import Call, api
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
    Read the petitioner, the demand and the replies of a petition, for a purpose.
    """
    petition = petition_of(call)
    opening = _opened(call, petition.number, petition.office)
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
    opening = _opened(call, case.number, case.office)
    return {**vars(opening), "row": Cases(call.session).ledger_row(case.number)}


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


def _opened(call: Call, number: str, office: str) -> Opening:
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
        purpose=call.body["purpose"],
        opened_on=call.today,
        opened_at=clock.now(),
    )
    Openings(call.session).insert(opening)
    return opening
