"""
How aid is reached over HTTP: applications, decisions and payments.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.aid.domain import applying, decisions, payments
from services.aid.domain.application import Application, Person
from services.aid.domain.decisions import Terms
from services.aid.schemas import (
    ApplicationList,
    ApplicationView,
    Applied,
    DecisionMade,
    Payment,
)
from services.aid.store import OUTBOX, Applications, Cases
from shared.case import Case
from shared.person import identity_number, person_hash
from shared.policy.current import current_policy
from shared.settings import settings
from shared.web.endpoint import CLERKS, LEADERS, Call, api, in_sight, or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/aid-applications",
    roles=CLERKS,
    body=Applied,
    answer=ApplicationView,
    status=201,
)
def apply_for_aid(call: Call) -> Application:
    """
    Take in an application for aid, or the office's own motion.
    """
    number = call.path["number"]
    case = in_sight(call, Cases(call.session).lock(number), "案件", number)
    person = person_of(call.body.pop("person")["id_no"])
    applications = Applications(call.session)
    rules = current_policy().programmes.get(case.programme).aid
    once = rules.once_per_case_and_person
    application, event = applying.apply_for_aid(
        case,
        applications.of_person(number, person.hash) if once else (),
        person,
        identity=str(uuid7()),
        today=call.today,
        **call.body,
    )
    applications.insert(application)
    OUTBOX.announce(call.session, event)
    return application


@api(
    "POST",
    "/aid-applications/<identity>/decisions",
    roles=LEADERS,
    body=DecisionMade,
    answer=ApplicationView,
    status=201,
)
def decide_on_aid(call: Call) -> Application:
    """
    Grant aid within the cap, or refuse it with the reason.
    """
    case, applied = _application_of(call)
    application, event = decisions.decide(
        case, applied, _terms(call, case), **call.body
    )
    call.changed(applied, application)
    Applications(call.session).update(application)
    OUTBOX.announce(call.session, event)
    return application


@api(
    "POST",
    "/aid-applications/<identity>/payments",
    roles=CLERKS,
    body=Payment,
    answer=ApplicationView,
    status=201,
)
def record_payment(call: Call) -> Application:
    """
    Record that the amount granted was paid.
    """
    case, granted = _application_of(call)
    application, event = payments.pay(case, granted, today=call.today, **call.body)
    call.changed(granted, application)
    Applications(call.session).update(application)
    OUTBOX.announce(call.session, event)
    return application


@api(
    "GET",
    "/aid-applications",
    query=ApplicationList,
    answer=ApplicationView,
    many=True,
)
def list_applications(call: Call) -> Page[Application]:
    """
    Applications of an office and all below it.
    """
    state = call.query.get("state")
    return Applications(call.session).of_offices(call.offices(), call.page, state=state)


@api("GET", "/aid-applications/<identity>", answer=ApplicationView)
def show_application(call: Call) -> Application:
    """
    One application with its decision and payment.
    """
    identity = call.path["identity"]
    stored = Applications(call.session).get(identity)
    return in_sight(call, stored, "救助申请", identity)


def person_of(number: str) -> Person:
    """
    What aid stores of the person with this identity number.
    """
    last_four = identity_number(number)[-4:]
    return Person(person_hash(settings.person_key, number), last_four)


def _application_of(call: Call) -> tuple[Case, Application]:
    """
    The application whose id is in the path, and its case, locked.
    """
    identity = call.path["identity"]
    locked = Cases(call.session).lock_of(Applications.table, identity)
    case = in_sight(call, locked, "救助申请", identity)
    stored = Applications(call.session).get(identity)
    return case, or_not_found(stored, "救助申请", identity)


def _terms(call: Call, case: Case) -> Terms:
    """
    The programme's cap for the case's place; the office that decides approves through
    its own leaders.
    """
    policy = current_policy()
    rules = policy.programmes.get(case.programme).aid
    cap = rules.cap(case.office, call.body["decided_on"])
    deciding = policy.directory.office(call.who.office).posts
    return Terms(
        today=call.today,
        approvers=[title for title, post in deciding.items() if post.leader],
        cap=None if cap is None else int(cap * 100),
        months=rules.cap_months,
    )
