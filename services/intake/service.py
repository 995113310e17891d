"""
Petitions, ledgers and cases as they come in: what intake is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any

from nameko.timer import timer
from sqlalchemy import Connection

from services.intake.casework.forms import form_of
from services.intake.casework.importing import (
    READERS,
    clear_rejected_rows,
    end_overdue_import,
    give_up_import,
    read_imports,
)
from services.intake.casework.received import record_received
from services.intake.endpoints import directory, national, openings
from services.intake.endpoints.cases import (
    cases,
    enrolments,
    exports,
    ledgers,
    matching,
    proposals,
)
from services.intake.endpoints.corrections import (
    corrections,
    history,
    step_corrections,
    withdrawals,
)
from services.intake.endpoints.documents import DOCUMENTS
from services.intake.endpoints.lookup import kept_or_not
from services.intake.endpoints.openings import READ_LOG
from services.intake.endpoints.petitions import (
    counts,
    lifecycle,
    petitions,
    progress,
    replies,
    routing,
    splitting,
)
from services.intake.endpoints.petitions.papers import PRINTED
from services.intake.events.ledgers import ImportRequested
from services.intake.gauges import metrics
from services.intake.ledger import NATIONAL
from services.intake.papers import PAPERS
from services.intake.schemas import READS
from services.intake.store import TABLES
from services.intake.store.matching.match_rules import match_rules
from shared.events import Envelope, ReceivedEvent
from shared.policy.current import current_policy
from shared.service.base import Service, task
from shared.service.gauges import Gauges
from shared.service.leak_log import leak_log_endpoints
from shared.web.call import Call

_HOUR = 3600
LEAK_LOG = leak_log_endpoints("intake", TABLES["leak_log"])


class IntakeService(Service):
    """
    Registers petitions and ledgers, opens cases, records replies, merges cases (受理).
    """

    name = "intake"
    reads = READS
    tables = TABLES
    gauges = Gauges(metrics)
    endpoints = (
        *(petitions, routing, lifecycle, step_corrections, splitting, matching),
        *(proposals, progress, replies, ledgers, cases, exports, history),
        *(corrections, withdrawals, enrolments, openings, national, PRINTED, counts),
        *(directory, DOCUMENTS, READ_LOG, LEAK_LOG),
    )
    sealed = True

    @classmethod
    def prepare(cls) -> None:
        for programme in current_policy().programmes:
            form_of(programme.form)
        form_of(NATIONAL)
        current_policy().directory.named("")  # of thousands it takes a while
        match_rules()
        PAPERS.in_force()
        READERS.keep_ready()

    @staticmethod
    def matters_of(call: Call, numbers: Collection[str]) -> Iterable[Any]:
        return kept_or_not(call, numbers)

    def handle(self, session: Connection, *events: ReceivedEvent) -> None:
        record_received(session, *events)

    @task(ImportRequested.type, turn=attrgetter("office"), first=True)
    def import_ledger(self, event: Envelope) -> None:
        """
        Read a pushed ledger, then others of the same office that wait.

        An office has one turn at a time: its large files do not hold up others'.
        """
        read_imports(event.case_number, event.office)

    @classmethod
    def give_up(cls, task: Envelope) -> None:
        """
        Show on the import of a task that it is read no further.
        """
        if task.type == ImportRequested.type:
            give_up_import(task.case_number)

    @timer(interval=_HOUR)
    def end_overdue_imports(self) -> None:
        """
        Delete the files of imports that were not read to their end in time, and the
        rows that came back some days ago.
        """
        self.repeat(end_overdue_import, clear_rejected_rows)


SERVICE = IntakeService
