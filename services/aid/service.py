"""
Judicial aid in a case, from application to payment: what aid is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection

from services.aid.casework.received import record_received
from services.aid.endpoints import (
    applications,
    decisions,
    payment_files,
    payments,
    social,
    wages,
)
from services.aid.endpoints.applications import READ_LOG
from services.aid.endpoints.documents import DOCUMENTS
from services.aid.endpoints.papers import PRINTED
from services.aid.papers import PAPERS
from services.aid.schemas import READS
from services.aid.store import TABLES, Cases
from shared.events import ReceivedEvent
from shared.papers.number_series import numbering
from shared.service.base import Service
from shared.service.gauges import Gauges
from shared.web.call import Call


class AidService(Service):
    """
    Takes applications for judicial aid, decides on them, records payments (司法救助).
    """

    name = "aid"
    reads = READS
    tables = TABLES
    gauges = Gauges()
    endpoints = (
        *(applications, decisions, payments, payment_files, wages, social),
        *(PRINTED, DOCUMENTS, READ_LOG),
    )
    sealed = True

    @classmethod
    def prepare(cls) -> None:
        PAPERS.in_force()
        numbering()

    @staticmethod
    def matters_of(call: Call, numbers: Collection[str]) -> Iterable[Any]:
        return Cases(call.session).of_numbers(numbers).values()

    def handle(self, session: Connection, *events: ReceivedEvent) -> None:
        record_received(session, *events)


SERVICE = AidService
