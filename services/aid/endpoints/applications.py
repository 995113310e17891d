"""
Applications for aid and their verification.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.aid.domain import applying, elsewhere, verifying
from services.aid.domain.application import Application, Person, Verification
from services.aid.endpoints.lookup import application_of, case_of, posts_of, save
from services.aid.schemas import applications as schemas
from services.aid.store import OUTBOX, Applications, FollowUps
from services.aid.store.tables import documents, openings
from shared.documents.reading import require_reader
from shared.documents.store import Documents
from shared.matter_numbers import canonical_number
from shared.person import identity_number, person_hash
from shared.policy.current import current_policy
from shared.service.read_log import OpeningBody, note_opening, read_log_endpoints
from shared.settings import settings
from shared.storage.encryption import keyed_hash
from shared.web.call import CLERKS, READERS, Call
from shared.web.endpoint import LONG_LIST, api
from shared.web.lookup import in_sight
from shared.web.paging import Page

ASKED_ELSEWHERE = "申请未受理：查知此人已向别的机关申请过救助"


@api(
    "POST",
    "/cases/<number>/aid-applications",
    roles=CLERKS,
    body=schemas.Applied,
    answer=schemas.ApplicationView,
    status=201,
)
def apply_for_aid(call: Call) -> Application:
    """
    Take in an application for aid, or the office's own motion.
    """
    case = case_of(call)
    fields = call.body.pop("person")
    original = call.body.pop("original_case_no", case.number)
    person = person_of(fields["name"], fields["id_no"], original)
    applications = Applications(call.session)
    rules = current_policy().programmes.get(case.programme).aid
    earlier = applications.of_person(case.number, person.hash, person.matter)
    application, event = applying.apply_for_aid(
        case,
        earlier,
        person,
        identity=str(uuid7()),
        today=call.today,
        by=call.who.account,
        once=rules.once_per_case_and_person,
        may_see=call.may_see,
        **call.body,
    )
    offices_unseen: list[str] = []
    if rules.once_per_case_and_person:
        identities = [each.id for each in earlier]
        offices = applications.offices_of(person.hash, but=identities)
        offices_unseen = [office for office in offices if not call.may_see(office)]
    if offices_unseen:
        call.if_refused = lambda: note_opening(
            call, openings, case.number, case.office, ASKED_ELSEWHERE
        )
    elsewhere.require_another_case(
        application.another_case,
        offices_unseen,
        office=case.office,
        directory=current_policy().directory,
        today=call.today,
    )
    if not applications.insert_new(application):
        raise applying.already_aided()
    OUTBOX.announce(call.session, event)
    return application


@api(
    "POST",
    "/aid-applications/<identity>/verifications",
    roles=CLERKS,
    body=schemas.Verified,
    limit=LONG_LIST,
    answer=schemas.ApplicationView,
    status=201,
)
def verify_aid(call: Call) -> Application:
    """
    Record the verification: every ground of aid and of its refusal, one by one.
    """
    case, applied = application_of(call)
    body = {name: call.body.pop(name) for name in ("grounds", "refusals")}
    answers = (*body["grounds"], *body["refusals"])
    document_ids = {identity for each in answers for identity in each.document_ids}
    application = verifying.verify(
        applied,
        current_policy().programmes.get(case.programme).aid_law,
        Verification(
            by=call.who.account,
            grounds=tuple(body["grounds"]),
            refusals=tuple(body["refusals"]),
            **call.body,
        ),
        posts=posts_of(call.who.office),
        today=call.today,
        filed=Documents(call.session, documents).not_withdrawn(
            case.number, document_ids
        ),
    )
    save(call, applied, application)
    return application


@api(
    "GET",
    "/aid-applications",
    query=schemas.ApplicationList,
    answer=schemas.ApplicationView,
    many=True,
)
def list_applications(call: Call) -> Page[Application]:
    """
    Applications of an office and all below it, without the texts about persons.
    """
    return Applications(call.session).of_offices(
        call.offices(),
        call.page,
        state=call.query.get("state"),
        origin=call.query.get("origin"),
    )


@api("GET", "/aid-applications/<identity>", answer=schemas.ApplicationView)
def show_application(call: Call) -> Application:
    """
    One application with its verification, decision and payment, without the texts.
    """
    return _visible_application(call)


@api(
    "POST",
    "/aid-applications/<identity>/openings",
    roles=READERS,
    body=OpeningBody,
    answer=schemas.OpenedApplication,
    status=201,
    repeatable=False,
)
def open_application(call: Call) -> dict[str, Any]:
    """
    Read what describes the person, why it was decided so and how the aid was used, for
    a purpose: the office of the application, and reviewers above it.
    """
    application = _visible_application(call)
    require_reader(call, application)
    purpose = call.body["purpose"]
    note_opening(call, openings, application.id, application.office, purpose)
    follow_ups = FollowUps(call.session).of_application(application.id)
    opened = {**vars(application), "amount": application.amount}
    return {**opened, "follow_ups": follow_ups}


def _visible_application(call: Call) -> Application:
    """
    The application whose id is in the path, for reading.
    """
    identity = call.path["identity"]
    stored = Applications(call.session).get(identity)
    return in_sight(call, stored, "救助申请", identity)


READ_LOG = read_log_endpoints("aid", openings)


def person_of(name: str, number: str, original_case_no: str) -> Person:
    """
    What aid stores of the person with this identity number, in the matter of a case.
    """
    key = settings.person_key
    matter = canonical_number("".join(original_case_no.split()))
    return Person(
        hash=person_hash(key, number),
        matter=keyed_hash(key, "aid_matter", matter),
        last_four=identity_number(number)[-4:],
        name=name,
    )
