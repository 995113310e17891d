"""
The measure ledger, figures, returns and notices: what reporting is made of.
"""

from __future__ import annotations

from eventlet import tpool
from nameko.timer import timer
from sqlalchemy import Connection

from services.reporting.casework.delivery import Delivery
from services.reporting.casework.mail import Server
from services.reporting.casework.milestones import judge_all
from services.reporting.casework.notices import (
    NoticeDelivery,
    collect_notices,
    mail_urgent,
)
from services.reporting.casework.received import record_received
from services.reporting.casework.roll_ups import roll_up
from services.reporting.endpoints import entries, figures, mailings, returns
from services.reporting.events import DeliveryRequested, NoticesCollected
from services.reporting.gauges import metrics
from services.reporting.schemas import READS
from services.reporting.store import TABLES
from shared import telemetry
from shared.events import Envelope, ReceivedEvent
from shared.service.base import Service, task
from shared.service.gauges import Gauges
from shared.settings import settings
from shared.storage.database import transaction

EVERY_SWEEP = settings.integer("SWEEP_SECONDS")
EVERY_ROLL_UP = 1


class ReportingService(Service):
    """
    统计·报表·通知.
    """

    name = "reporting"
    reads = READS
    tables = TABLES
    gauges = Gauges(metrics)
    endpoints = (figures, entries, returns, mailings)

    def handle(self, session: Connection, *events: ReceivedEvent) -> None:
        record_received(session, *events)

    @timer(interval=EVERY_ROLL_UP)
    def roll_up_entries(self) -> None:
        self.repeat(roll_up)

    @timer(interval=EVERY_SWEEP)
    def judge_milestones(self) -> None:
        self.repeat(judge_all)

    @timer(interval=EVERY_SWEEP)
    def collect_notices(self) -> None:
        self.repeat(mail_urgent, collect_notices)

    @task(DeliveryRequested.type)
    def deliver_return(self, event: Envelope) -> None:
        _deliver(Delivery, event)

    @task(NoticesCollected.type)
    def mail_notices(self, event: Envelope) -> None:
        _deliver(NoticeDelivery, event)


def _deliver(kind: type[Delivery], event: Envelope) -> None:
    delivery = kind(
        transaction=lambda: transaction(ReportingService.name),
        send=Server(settings["SMTP_URL"]).send,
        off_hub=tpool.execute,
        sender=settings["MAIL_FROM"],
    )
    counts = delivery.deliver(event.case_number, event.traceparent)
    telemetry.add_log_fields(**counts)


SERVICE = ReportingService
