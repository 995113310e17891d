"""
How aid is reached: its endpoints, and the events of cases it mirrors.
"""

from __future__ import annotations

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.aid import domain
from services.aid.domain import Application, Person, Terms
from services.aid.schemas import (
    READS,
    ApplicationList,
    ApplicationView,
    Applied,
    DecisionMade,
    Payment,
)
from services.aid.store import OUTBOX, TABLES, Applications, Cases
from shared.case import Case
from shared.events import ReceivedEvent
from shared.messaging.consumer import handles
from shared.person import identity_number, person_hash
from shared.service import Service
from shared.settings import settings
from shared.web.endpoint import CLERKS, LEADERS, Call, api, found
from shared.web.paging import Page, PageRequest


class AidService(Service):
    """
    Takes applications for judicial aid, decides on them and records the payment.
    """

    name = "aid"
    reads = READS
    tables = TABLES
    outbox = OUTBOX

    @api(
        "POST",
        "/cases/<number>/aid-applications",
        roles=CLERKS,
        body=Applied,
        answer=ApplicationView,
        status=201,
    )
    def apply_for_aid(self, call: Call) -> Application:
        """
        Take in an application for aid, or the office's own motion.
        """
        number = call.path["number"]
        case: Case = found(Cases(call.session).lock(number), "案件", number)
        call.office(case.office)
        person = person_of(call.body.pop("person")["id_no"])
        applications = Applications(call.session)
        once = self.programmes.get(case.programme).aid.once_per_case_and_person
        application, event = domain.apply_for_aid(
            case,
            applications.of_person(number, person.hash) if once else (),
            person,
            identity=str(uuid7()),
            today=call.today,
            **call.body,
        )
        applications.insert(application)
        self.announce(call.session, event)
        return application

    @api(
        "POST",
        "/aid-applications/<identity>/decisions",
        roles=LEADERS,
        body=DecisionMade,
        answer=ApplicationView,
        status=201,
    )
    def decide_on_aid(self, call: Call) -> Application:
        """
        Grant aid within the cap, or refuse it with the reason.
        """
        case, application = self._application(call)
        decided, event = domain.decide(
            case, application, self._terms(call, case), **call.body
        )
        Applications(call.session).update(decided)
        self.announce(call.session, event)
        return decided

    @api(
        "POST",
        "/aid-applications/<identity>/payments",
        roles=CLERKS,
        body=Payment,
        answer=ApplicationView,
        status=201,
    )
    def record_payment(self, call: Call) -> Application:
        """
        Record that what was granted was paid.
        """
        case, application = self._application(call)
        paid, event = domain.pay(case, application, today=call.today, **call.body)
        Applications(call.session).update(paid)
        self.announce(call.session, event)
        return paid

    @api(
        "GET",
        "/aid-applications",
        query=ApplicationList,
        answer=ApplicationView,
        many=True,
    )
    def list_applications(self, call: Call) -> Page[Application]:
        """
        Applications of an office and all below it.
        """
        return Applications(call.session).of_offices(
            call.offices(), PageRequest.of(call.query), state=call.query.get("state")
        )

    @api("GET", "/aid-applications/<identity>", answer=ApplicationView)
    def show_application(self, call: Call) -> Application:
        """
        One application and what became of it.
        """
        identity = call.path["identity"]
        kept = Applications(call.session).get(identity)
        application: Application = found(kept, "救助申请", identity)
        call.office(application.office)
        return application

    @handles("intake.case_opened")
    def save_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).save(event)

    @handles("intake.case_merged")
    def merge_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).merge(event)

    @handles("intake.case_unmerged")
    def unmerge_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).merge(event, undone=True)

    def _application(self, call: Call) -> tuple[Case, Application]:
        identity = call.path["identity"]
        locked = Cases(call.session).lock_of(Applications.table, identity)
        case: Case = found(locked, "救助申请", identity)
        call.office(case.office)
        kept = Applications(call.session).get(identity)
        return case, found(kept, "救助申请", identity)

    def _terms(self, call: Call, case: Case) -> Terms:
        """
        The programme's cap for the case's place; who decides approves through its own
        leaders.
        """
        rules = self.programmes.get(case.programme).aid
        cap = rules.cap(case.office, call.body["decided_on"])
        deciding = self.directory.office(call.who.office).posts
        return Terms(
            today=call.today,
            approvers=[title for title, post in deciding.items() if post.leader],
            cap=None if cap is None else int(cap * 100),
            months=rules.cap_months,
        )


def person_of(number: str) -> Person:
    """
    What aid stores of the person with this identity number.
    """
    last_four = identity_number(number)[-4:]
    return Person(person_hash(settings.person_key, number), last_four)


SERVICE = AidService
