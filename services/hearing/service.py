"""
Whether a case gets a hearing, and how it is held: what hearing is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection

from services.hearing.casework.received import record_received
from services.hearing.endpoints import calendars, decisions, members, planning, sittings
from services.hearing.endpoints.documents import DOCUMENTS
from services.hearing.endpoints.papers import PRINTED
from services.hearing.papers import PAPERS
from services.hearing.schemas import READS
from services.hearing.store import TABLES, Cases
from shared.events import ReceivedEvent
from shared.service.base import Service
from shared.service.gauges import Gauges
from shared.web.call import Call


class HearingService(Service):
    """
    Decides on, announces and records hearings (听证).
    """

    name = "hearing"
    reads = READS
    tables = TABLES
    gauges = Gauges()
    endpoints = (
        *(decisions, planning, members, sittings),
        *(calendars, PRINTED, DOCUMENTS),
    )

    @classmethod
    def prepare(cls) -> None:
        PAPERS.in_force()

    @staticmethod
    def matters_of(call: Call, numbers: Collection[str]) -> Iterable[Any]:
        return Cases(call.session).of_numbers(numbers).values()

    def handle(self, session: Connection, *events: ReceivedEvent) -> None:
        record_received(session, *events)


SERVICE = HearingService
