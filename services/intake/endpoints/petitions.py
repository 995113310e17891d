"""
Petitions and the replies to them.
"""

from __future__ import annotations

from services.intake import domain
from services.intake.endpoints.lookup import programme_of
from services.intake.schemas import (
    ListQuery,
    PetitionView,
    Registration,
    ReplyBody,
    ReplyView,
)
from services.intake.store import OUTBOX, Petitions
from shared.web.endpoint import CLERKS, Call, api, or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/petitions",
    roles=CLERKS,
    body=Registration,
    answer=PetitionView,
    status=201,
)
def register_petition(call: Call) -> domain.Petition:
    """
    Register one letter, call, visit or online petition.
    """
    office = call.office(call.body.get("office"))
    programme = programme_of(call, call.body.get("programme"), office)
    domain.check_received(call.body["received_on"], call.today)
    petition = Petitions(call.session).register(
        call.body, office=office, programme=programme.code
    )
    OUTBOX.announce(call.session, domain.registered(petition))
    return petition


@api("GET", "/petitions", query=ListQuery, answer=PetitionView, many=True)
def list_petitions(call: Call) -> Page[domain.Petition]:
    """
    List the petitions of an office and of those below it.
    """
    return Petitions(call.session).of_offices(call.offices(), call.page)


@api("GET", "/petitions/<number>", answer=PetitionView)
def show_petition(call: Call) -> domain.Petition:
    """
    Show one petition.
    """
    return _petition_of(call)


@api(
    "POST",
    "/petitions/<number>/replies",
    roles=CLERKS,
    body=ReplyBody,
    answer=ReplyView,
    status=201,
)
def reply_to_petition(call: Call) -> domain.Reply:
    """
    Record a reply to a petition (procedural, progress or result).
    """
    answered, petitions = _petition_of(call, lock=True), Petitions(call.session)
    given = domain.Reply(answered.number, **call.body)
    earlier = petitions.kinds_replied(answered.number)
    event = domain.reply(answered, given, earlier=earlier, today=call.today)
    petitions.add_reply(given)
    OUTBOX.announce(call.session, event)
    return given


def _petition_of(call: Call, *, lock: bool = False) -> domain.Petition:
    """
    The petition whose number is in the path.
    """
    number = call.path["number"]
    stored = Petitions(call.session).get(number, lock=lock)
    row = or_not_found(stored, "信访件", number)
    call.office(row.office)
    return row
