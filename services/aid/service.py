"""
How aid is reached: its endpoints, and the cases it hears of.
"""

from __future__ import annotations

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.aid import domain
from services.aid.domain import Application, Case, Terms
from services.aid.person import person_of
from services.aid.schemas import (
    READS,
    ApplicationList,
    ApplicationView,
    Applied,
    DecisionMade,
    Payment,
)
from services.aid.store import OUTBOX, TABLES, Applications, Cases
from shared.messaging.consumer import Fact, on
from shared.service import Service
from shared.settings import settings
from shared.web.endpoint import CLERKS, LEADERS, Call, Page, after, api, found, page_of


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
        case: Case = found(Cases(call.session).locked(number), "案件", number)
        call.office(case.office)
        person = person_of(call.body.pop("person")["id_no"], settings.person_key)
        applications = Applications(call.session)
        once = self.programmes.get(case.programme).aid.once_per_case_and_person
        application, event = domain.apply_for_aid(
            case,
            applications.of_person(number, person.fingerprint) if once else (),
            person,
            identity=str(uuid7()),
            today=call.today,
            **call.body,
        )
        applications.add(application)
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
        Applications(call.session).keep(decided)
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
        Applications(call.session).keep(paid)
        self.announce(call.session, event)
        return paid

    @api(
        "GET",
        "/aid-applications",
        query=ApplicationList,
        answer=ApplicationView,
        many=True,
    )
    def list_applications(self, call: Call) -> Page:
        """
        Applications of an office and all below it.
        """
        limit = call.query["limit"]
        rows = Applications(call.session).of_offices(
            call.offices(),
            state=call.query.get("state"),
            after=after(call.query),
            limit=limit,
        )
        return page_of(rows, limit, key=lambda application: application.id)

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

    @on("intake.case_opened")
    def know_case(self, session: Connection, fact: Fact) -> None:
        Cases(session).know(fact)

    @on("intake.case_merged")
    def merge_case(self, session: Connection, fact: Fact) -> None:
        Cases(session).merge(fact)

    @on("intake.case_unmerged")
    def unmerge_case(self, session: Connection, fact: Fact) -> None:
        Cases(session).merge(fact, undone=True)

    def _application(self, call: Call) -> tuple[Case, Application]:
        identity = call.path["identity"]
        locked = Cases(call.session).locked_of_application(identity)
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


SERVICE = AidService
