"""
Petitions and the replies to them.
"""

from __future__ import annotations

from typing import Any

from services.intake.casework import follow_registration
from services.intake.domain.petitions import (
    Petition,
    Reply,
    check_registration,
    registered,
    reply,
)
from services.intake.domain.progress import new_code
from services.intake.domain.words import in_words
from services.intake.endpoints.lookup import programme_of
from services.intake.schemas import (
    ListQuery,
    PetitionView,
    RegisteredView,
    Registration,
    ReplyBody,
    ReplyView,
)
from services.intake.store import OUTBOX, Petitions
from shared.numbers import office_in
from shared.policy.current import current_policy
from shared.web.endpoint import CLERKS, Call, api, in_sight
from shared.web.paging import Page


@api(
    "POST",
    "/petitions",
    roles=CLERKS,
    body=Registration,
    answer=RegisteredView,
    status=201,
)
def register_petition(call: Call) -> dict[str, Any]:
    """
    Register one letter, call, visit or online petition. The enquiry code is for the
    petitioner's receipt; it is told this once.
    """
    office = call.office(call.body.get("office"))
    programme = programme_of(call, call.body.get("programme"), office)
    directory = current_policy().directory
    here = directory.office(office)
    check_registration(call.body, programme.words, call.today, here, directory)
    body = {"origin": programme.own_origin.id, **call.body}
    petition = Petitions(call.session).register(
        body | in_words(body, programme.words),
        office=office,
        programme=programme.code,
        lineage=directory.lineage(office, call.today),
        code=(code := new_code()),
    )
    OUTBOX.announce(call.session, registered(petition))
    if call.body.get("original_case_no") or programme.cases_from_petitions:
        petition = follow_registration(call.session, petition, call.today)
    return {**shown_petition(call, petition), "enquiry_code": code}


@api("GET", "/petitions", query=ListQuery, answer=PetitionView, many=True)
def list_petitions(call: Call) -> Page[dict[str, Any]]:
    """
    List the petitions of an office and of those below it.
    """
    page = Petitions(call.session).of_offices(call.offices(), call.page)
    return page.map(lambda petition: shown_petition(call, petition))


@api("GET", "/petitions/<number>", answer=PetitionView)
def show_petition(call: Call) -> dict[str, Any]:
    """
    Show one petition.
    """
    return shown_petition(call, _petition_of(call))


@api(
    "POST",
    "/petitions/<number>/replies",
    roles=CLERKS,
    body=ReplyBody,
    answer=ReplyView,
    status=201,
)
def reply_to_petition(call: Call) -> Reply:
    """
    Record a reply to a petition (procedural, progress or result).
    """
    answered, petitions = _petition_of(call, lock=True), Petitions(call.session)
    given = Reply(answered.number, **call.body)
    earlier = petitions.kinds_replied(answered.number)
    event = reply(answered, given, earlier=earlier, today=call.today)
    petitions.add_reply(given)
    OUTBOX.announce(call.session, event)
    return given


def _petition_of(call: Call, *, lock: bool = False) -> Petition:
    """
    The petition whose number is in the path.
    """
    number = call.path["number"]
    stored = Petitions(call.session).get(number, lock=lock)
    return in_sight(call, stored, "信访件", number)


def shown_petition(call: Call, petition: Petition) -> dict[str, Any]:
    """
    A petition as it is shown: of which other it is a repeat, and who handled that one
    first, stands there if the caller may see it.
    """
    first = petition.repeat_of
    office = office_in(first) if first else None
    seen = office is not None and call.may_see(office)
    handled = petition.first_office
    shows = handled is not None and call.may_see(handled)
    return {
        **vars(petition),
        "first": first is None,
        "repeat_of": first if seen else None,
        "first_office": handled if shows else None,
        "first_post": petition.first_post if shows else None,
    }
