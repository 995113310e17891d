"""
How hearing is reached: its endpoints, and the events of cases it mirrors.
"""

from __future__ import annotations

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.hearing import domain
from services.hearing.domain import Hearing, Terms
from services.hearing.schemas import (
    READS,
    DecisionMade,
    HearingList,
    HearingView,
    Notice,
    Result,
    Sitting,
)
from services.hearing.store import OUTBOX, TABLES, Cases, Hearings
from shared.case import Case
from shared.events import ReceivedEvent
from shared.messaging.consumer import handles
from shared.service import Service
from shared.web.endpoint import CLERKS, LEADERS, Call, api, found
from shared.web.paging import Page, PageRequest


class HearingService(Service):
    """
    Decides on, announces and records hearings.
    """

    name = "hearing"
    reads = READS
    tables = TABLES
    outbox = OUTBOX

    @api(
        "POST",
        "/cases/<number>/hearing-decisions",
        roles=LEADERS,
        body=DecisionMade,
        answer=HearingView,
        status=201,
    )
    def decide_on_hearing(self, call: Call) -> Hearing:
        """
        Decide whether a case gets a hearing, with the reason.
        """
        case = self._case(call)
        hearings = Hearings(call.session)
        hearing, replaced, event = domain.decide(
            case,
            domain.standing(hearings.of_case(case.number)),
            self._terms(call, case),
            identity=str(uuid7()),
            **call.body,
        )
        if replaced:
            hearings.update(replaced)
        hearings.insert(hearing)
        self.announce(call.session, event)
        return hearing

    @api(
        "POST",
        "/cases/<number>/hearings",
        roles=CLERKS,
        body=Notice,
        answer=HearingView,
        status=201,
    )
    def schedule_hearing(self, call: Call) -> Hearing:
        """
        Record that those who take part were told of the hearing.
        """
        case = self._case(call)
        hearings = Hearings(call.session)
        hearing, event = domain.schedule(
            case,
            domain.standing(hearings.of_case(case.number)),
            self._terms(call, case),
            **call.body,
        )
        hearings.update(hearing)
        self.announce(call.session, event)
        return hearing

    @api(
        "POST",
        "/hearings/<identity>/sittings",
        roles=CLERKS,
        body=Sitting,
        answer=HearingView,
        status=201,
    )
    def record_sitting(self, call: Call) -> Hearing:
        """
        Record that the hearing took place.
        """
        case, hearing = self._hearing(call)
        held, event = domain.sit(case, hearing, self._terms(call, case), **call.body)
        Hearings(call.session).update(held)
        self.announce(call.session, event)
        return held

    @api(
        "POST",
        "/hearings/<identity>/results",
        roles=CLERKS,
        body=Result,
        answer=HearingView,
        status=201,
    )
    def record_result(self, call: Call) -> Hearing:
        """
        Record what came of the hearing.
        """
        case, hearing = self._hearing(call)
        resulted, event = domain.give_result(
            case, hearing, self._terms(call, case), **call.body
        )
        Hearings(call.session).update(resulted)
        self.announce(call.session, event)
        return resulted

    @api("GET", "/hearings", query=HearingList, answer=HearingView, many=True)
    def list_hearings(self, call: Call) -> Page[Hearing]:
        """
        Decisions and hearings of an office and all below it.
        """
        return Hearings(call.session).of_offices(
            call.offices(), PageRequest.of(call.query), state=call.query.get("state")
        )

    @api("GET", "/hearings/<identity>", answer=HearingView)
    def show_hearing(self, call: Call) -> Hearing:
        """
        One decision and what came of it.
        """
        identity = call.path["identity"]
        hearing: Hearing = found(Hearings(call.session).get(identity), "听证", identity)
        call.office(hearing.office)
        return hearing

    @handles("intake.case_opened")
    def save_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).save(event)

    @handles("intake.case_merged")
    def merge_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).merge(event)

    @handles("intake.case_unmerged")
    def unmerge_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).merge(event, undone=True)

    def _case(self, call: Call) -> Case:
        number = call.path["number"]
        case: Case = found(Cases(call.session).lock(number), "案件", number)
        call.office(case.office)
        return case

    def _hearing(self, call: Call) -> tuple[Case, Hearing]:
        identity = call.path["identity"]
        locked = Cases(call.session).lock_of(Hearings.table, identity)
        case: Case = found(locked, "听证", identity)
        call.office(case.office)
        return case, found(Hearings(call.session).get(identity), "听证", identity)

    def _terms(self, call: Call, case: Case) -> Terms:
        """
        The programme's terms; who decides approves through its own leaders.
        """
        rules = self.programmes.get(case.programme).hearing
        deciding = self.directory.office(call.who.office).posts
        return Terms(
            today=call.today,
            approvers=[title for title, post in deciding.items() if post.leader],
            posts=list(self.directory.office(case.office).posts),
            members_min=rules.members_min,
            members_max=rules.members_max,
            notice_over=lambda day: self.calendar.due(day, rules.notice).day,
        )


SERVICE = HearingService
