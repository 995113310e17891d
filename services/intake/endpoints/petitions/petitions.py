"""
Petitions as they come in, listed and found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.intake.casework.forms import coded
from services.intake.casework.matters import arrange
from services.intake.casework.proposals import (
    follow_registration,
    has_rules,
    proposals_of,
)
from services.intake.casework.registering import registration_rules
from services.intake.domain.petitions.petitions import Petition, registered
from services.intake.domain.petitions.progress import new_code
from services.intake.domain.petitions.registering import (
    named_persons,
    registration_problems,
)
from services.intake.domain.words import in_words, not_in_words, titles_of
from services.intake.endpoints.cases.candidates import proposed, very_likely
from services.intake.endpoints.lookup import (
    conditions_of,
    programme_of,
    seen_by_actor,
)
from services.intake.endpoints.petitions.routing import routing_of, routing_of_new
from services.intake.schemas import PetitionView, Registration
from services.intake.schemas.lists import NameBody, PetitionsQuery
from services.intake.schemas.petitions.registered import (
    RegisteredView,
    RegistrationQuery,
)
from services.intake.schemas.petitions.routing import RoutedPetitionView
from services.intake.store import (
    OUTBOX,
    Matching,
    NewPetitions,
    Petitions,
    UndecidedRepeats,
)
from services.intake.store.matching.match_rules import match_rules
from shared import clock
from shared.errors import Problem, reject_if
from shared.matter_numbers import office_in
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.web.auth import Identity
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.paging import Page, PageRequest


def _wrong_words(who: Identity, body: dict[str, Any]) -> Iterator[Problem]:
    """
    What is none of the words of the programme, in a registration with other faults.
    """
    policy, today = current_policy(), clock.today()
    office = body.get("office", who.office)
    if policy.directory.exists(office, today):
        covering = policy.programmes.of_office(office, policy.directory, today)
        named = body.get("programme", covering[0].code if covering else None)
        for programme in covering:
            if programme.code == named:
                yield from not_in_words(coded(body, programme), programme.words)


@api(
    "POST",
    "/petitions",
    roles=CLERKS,
    body=Registration,
    query=RegistrationQuery,
    answer=RegisteredView,
    status=201,
    further_problems=_wrong_words,
)
def register_petition(call: Call) -> tuple[int, dict[str, Any]]:
    """
    Register one letter, call, visit or online petition. The enquiry code is for the
    petitioner's receipt.

    The answer names what the petition may repeat and what it is for its programme; a
    person decides. The same entered twice within a minute is one petition: 200 and the
    same answer.
    """
    office = call.office(call.body.get("office"))
    programme = programme_of(call, call.body.get("programme"), office)
    body, group_visit = _checked(call, office, programme)
    new = NewPetitions(call.session).register(
        body,
        office=office,
        programme=programme.code,
        lineage=current_policy().directory.lineage(office, call.today),
        code=(code := new_code()),
        keyed=bool(call.key),
        received_by=call.who.account,
        group_visit=group_visit,
    )
    petition = new.petition
    if not new.is_new:
        code = Petitions(call.session).private(petition.number)["enquiry_code"]
        return 200, _answer(call, petition, code, routing_of(call, petition))
    OUTBOX.announce(call.session, registered(petition))
    if new.begins:
        arrange(call.session, [new.begins], call.today)
    if new.of_case or has_rules(petition):
        petition = follow_registration(
            call.session, petition, call.today, by=call.who.account
        )
    answer = _answer(call, petition, code, routing_of_new(petition))
    likely = very_likely(answer["candidates"], petition.received_on)
    if likely and petition.repeat_of is None:
        UndecidedRepeats(call.session).note(petition.number, likely, call.today)
    return 201, answer


def _checked(
    call: Call, office: str, programme: Programme
) -> tuple[dict[str, Any], bool]:
    """
    What is registered at an *office*, in the words of the *programme*, and whether it
    is a group visit. Raises `Rejected` with every reason.
    """
    directory = current_policy().directory
    here = directory.office(office)
    rules = registration_rules(programme, call.body["received_on"], here.kind)
    values = {"persons": named_persons(call.body), **coded(call.body, programme)}
    reject_if(registration_problems(values, rules, here, directory, today=call.today))
    body = {"origin": programme.own_origin.id, **values}
    body.pop("representatives", None)
    body |= in_words(body, programme.words)
    rule = rules.group_visits
    visit = rule is not None and rule.includes(body["channel"], body["persons"])
    return body, visit


def _answer(
    call: Call, petition: Petition, code: str, routing: dict[str, Any]
) -> dict[str, Any]:
    """
    What the counter needs to know at once of a petition that was registered.
    """
    shown = shown_petition(call, petition)
    answer = {**shown, "routing": routing, "enquiry_code": code}
    if not call.query["proposals"]:
        return {**answer, "proposals": [], "candidates": [], "elsewhere": 0}
    number, matching = petition.number, Matching(call.session, match_rules())
    like_it = matching.like_petition(number)
    candidates = proposed(call, matching.petition(number), like_it)
    judged = proposals_of(call.session, petition, call.today)
    return {**answer, "proposals": judged, **candidates}


@api("GET", "/petitions", query=PetitionsQuery, answer=PetitionView, many=True)
def list_petitions(call: Call) -> Page[dict[str, Any]]:
    """
    List the petitions of an office and of those below it, the newest first unless it is
    asked otherwise.
    """
    page = Petitions(call.session).of_offices(
        call.offices(),
        call.page,
        sort=call.query["sort"],
        **conditions_of(call),
    )
    return page.map(lambda petition: shown_petition(call, petition))


@api(
    "POST",
    "/petition-searches",
    roles=CLERKS,
    body=NameBody,
    answer=PetitionView,
    many=True,
    repeatable=False,
)
def search_petitions(call: Call) -> Page[dict[str, Any]]:
    """
    Find the petitions of the caller's own office that were registered under a name.

    The name is in the body: addresses stand in logs.
    """
    page = Petitions(call.session).of_offices(
        [call.who.office], PageRequest.of(call.body), name=call.body["name"]
    )
    return page.map(lambda petition: shown_petition(call, petition))


@api("GET", "/petitions/<number>", answer=RoutedPetitionView)
def show_petition(call: Call) -> dict[str, Any]:
    """
    Show one petition, and where it goes; also to whom it was passed on.
    """
    petition = seen_by_actor(call)
    return {**shown_petition(call, petition), "routing": routing_of(call, petition)}


def shown_petition(call: Call, petition: Petition) -> dict[str, Any]:
    """
    A petition as it is shown: of which other it is a repeat, who handled that one
    first, and from or into which it was split stands there if the caller may see it.
    """
    first = petition.repeat_of
    handled = petition.first_office
    shows = handled is not None and call.may_see(handled)
    words = current_policy().programmes.get(petition.programme).words
    return {
        **vars(petition),
        "labels": titles_of(petition, words),
        "first": first is None,
        "repeat_of": _if_seen(call, first, handled),
        "split_from": _if_seen(call, petition.split_from),
        "split_into": _if_seen(call, petition.split_into),
        "first_office": handled if shows else None,
        "first_post": petition.first_post if shows else None,
    }


def _if_seen(call: Call, number: str | None, handled: str | None = None) -> str | None:
    """
    The number of another petition, or of a case that an office *handled* first, for
    those who may see it: a number of a ledger does not name its office.
    """
    office = (office_in(number) or handled) if number else None
    return number if office is not None and call.may_see(office) else None
