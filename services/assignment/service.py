"""
Who leads a case, what is owed by when, how it ends: what assignment is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from nameko.timer import timer
from sqlalchemy import Connection

from services.assignment.casework.escalation import escalate_some
from services.assignment.casework.notice_papers import print_for_mail
from services.assignment.casework.overdue import flag_some
from services.assignment.casework.received import record_received
from services.assignment.casework.recurrence import open_periods, open_recurring
from services.assignment.endpoints.activities import (
    acts,
    case_counts,
    office_acts,
    reception_log,
    rosters,
    tallies,
)
from services.assignment.endpoints.batches import (
    baselines,
    batches,
    drives,
    filings,
    letters,
    objections,
)
from services.assignment.endpoints.closings import (
    after,
    archivings,
    audits,
    closings,
    dossier,
    endings,
    look_back,
    strike_offs,
)
from services.assignment.endpoints.documents import DOCUMENTS
from services.assignment.endpoints.duties import (
    adjustments,
    duties,
    escalation,
    notices,
)
from services.assignment.endpoints.leaders import (
    checklists,
    leaders,
    own_lists,
    units,
    workload,
)
from services.assignment.endpoints.people import (
    bodies,
    holders,
    oversight,
    responsibility,
)
from services.assignment.endpoints.working import cases, demands, moves, plans
from services.assignment.endpoints.working.papers import PRINTED
from services.assignment.events import NoticePaperRequested
from services.assignment.gauges import timers_behind
from services.assignment.papers import PAPERS, mailed_papers_problems
from services.assignment.schemas import READS
from services.assignment.store import TABLES, Matters
from shared.events import Envelope, ReceivedEvent
from shared.papers.number_series import numbering
from shared.policy.current import current_policy
from shared.service.base import Service, task
from shared.service.gauges import Gauges
from shared.service.leak_log import leak_log_endpoints
from shared.settings import settings
from shared.storage.database import transaction
from shared.web.call import Call
from shared.yaml.load import ConfigurationError

EVERY_SWEEP = settings.integer("SWEEP_SECONDS")
LEAK_LOG = leak_log_endpoints("assignment", TABLES["leak_log"])


class AssignmentService(Service):
    """
    包案·交办·督办·报结.
    """

    name = "assignment"
    reads = READS
    tables = TABLES
    gauges = Gauges(timers_behind)
    endpoints = (
        cases,
        case_counts,
        duties,
        adjustments,
        leaders,
        LEAK_LOG,
        holders,
        oversight,
        bodies,
        responsibility,
        workload,
        units,
        checklists,
        own_lists,
        acts,
        office_acts,
        demands,
        plans,
        filings,
        batches,
        letters,
        objections,
        drives,
        moves,
        baselines,
        closings,
        dossier,
        strike_offs,
        archivings,
        after,
        audits,
        endings,
        look_back,
        escalation,
        notices,
        rosters,
        reception_log,
        tallies,
        PRINTED,
        DOCUMENTS,
    )

    @classmethod
    def prepare(cls) -> None:
        programmes = current_policy().programmes
        papers, own = PAPERS.in_force(), PAPERS.own_in_force()
        if problems := list(mailed_papers_problems(programmes, papers, own)):
            raise ConfigurationError(problems)
        numbering()

    @staticmethod
    def matters_of(call: Call, numbers: Collection[str]) -> Iterable[Any]:
        return Matters(call.session).begun_among(numbers)

    def handle(self, session: Connection, *events: ReceivedEvent) -> None:
        record_received(session, *events)

    @timer(interval=EVERY_SWEEP)
    def flag_overdue(self) -> None:
        self.repeat(flag_some)

    @timer(interval=EVERY_SWEEP)
    def escalate(self) -> None:
        self.repeat(escalate_some)

    @timer(interval=EVERY_SWEEP)
    def open_recurring(self) -> None:
        self.repeat(open_recurring, open_periods)

    @task(NoticePaperRequested.type)
    def print_notice(self, event: Envelope) -> None:
        print_for_mail(partial(transaction, self.name), event.case_number)


SERVICE = AssignmentService
