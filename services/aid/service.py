"""
Judicial aid in a case, from application to payment: what aid is made of.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.aid import endpoints
from services.aid.schemas import READS
from services.aid.store import TABLES, Cases
from shared.events import ReceivedEvent
from shared.messaging.consumer import handles
from shared.metrics import Gauges
from shared.service import Service


class AidService(Service):
    """
    Takes applications for judicial aid, decides on them, records payments (司法救助).
    """

    name = "aid"
    reads = READS
    tables = TABLES
    gauges = Gauges()
    endpoints = (endpoints,)
    sealed = True

    @handles(*READS)
    def mirror_case(self, session: Connection, event: ReceivedEvent) -> None:
        Cases(session).mirror(event)


SERVICE = AidService
