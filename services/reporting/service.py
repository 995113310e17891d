"""
Events in, figures and signed returns out: what reporting is made of.
"""

from __future__ import annotations

from functools import partial

from eventlet import tpool
from nameko.timer import timer
from sqlalchemy import Connection

from services.reporting import schemas
from services.reporting.closing_terms import terms_of
from services.reporting.delivery import notices
from services.reporting.delivery.delivery import Delivery
from services.reporting.delivery.mail import Server
from services.reporting.delivery.notices import CROSSED, NoticeDelivery
from services.reporting.domain.postings import entries_for
from services.reporting.endpoints import figures, mailings, returns
from services.reporting.events import DeliveryRequested, NoticesCollected
from services.reporting.gauges import metrics
from services.reporting.judging import judge_after, judge_all
from services.reporting.store import OUTBOX, TABLES, Ledger
from shared import clock, telemetry
from shared.events import Envelope, ReceivedEvent
from shared.messaging.consumer import handles
from shared.metrics import Gauges
from shared.policy.current import current_policy
from shared.service import Service, task
from shared.settings import settings
from shared.storage.database import transaction


class ReportingService(Service):
    """
    Posts events to the ledger; answers figures; signs and mails returns.
    """

    name = "reporting"
    reads = schemas.READS
    tables = TABLES
    gauges = Gauges(metrics)
    endpoints = (figures, returns, mailings)

    @handles(*schemas.READS)
    def post(self, session: Connection, fact: ReceivedEvent) -> None:
        """
        Post the entries of an event, and announce what follows from them at once.
        """
        event, policy = fact.envelope, current_policy()
        posted = entries_for(event, fact.fields, terms_of(session, event, policy))
        Ledger(session).take(event, posted)
        judged = judge_after(
            session, posted, policy.programmes, policy.directory, clock.today()
        )
        OUTBOX.announce(session, *judged)
        if fact.type == CROSSED:
            OUTBOX.announce(session, *notices.take(session, fact, policy.directory))

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def judge_milestones(self) -> None:
        """
        Once a day: judge what the day itself decides. Entries judge at once.
        """
        try:
            with transaction(self.name) as session:
                policy = current_policy()
                judged = [
                    *judge_all(
                        session, policy.programmes, policy.directory, clock.today()
                    )
                ]
                if judged:
                    trace = telemetry.background_context()
                    with telemetry.work("milestones_judged", trace=trace):
                        telemetry.add_log_fields(count=len(judged))
                        OUTBOX.announce(session, *judged)
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("judging_interrupted", error=repr(error)[:300])

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def collect_notices(self) -> None:
        """
        Make one mail of an office's notices a day, once its office hours have begun.
        """
        try:
            with transaction(self.name) as session:
                moment = clock.now().astimezone(clock.SHANGHAI)
                made = notices.collect(session, moment, current_policy())
                if made:
                    with telemetry.work(
                        "notices_made", trace=telemetry.background_context()
                    ):
                        telemetry.add_log_fields(count=len(made))
                        OUTBOX.announce(session, *made)
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("collecting_interrupted", error=repr(error)[:300])

    @task(DeliveryRequested.type)
    def deliver(self, event: Envelope) -> None:
        delivery = self._delivery(Delivery)
        telemetry.add_log_fields(
            **delivery.deliver(event.case_number, event.traceparent)
        )

    @task(NoticesCollected.type)
    def mail_notices(self, event: Envelope) -> None:
        delivery = self._delivery(NoticeDelivery)
        telemetry.add_log_fields(
            **delivery.deliver(event.case_number, event.traceparent)
        )

    def _delivery(self, kind: type[Delivery]) -> Delivery:
        return kind(
            transaction=partial(transaction, self.name),
            send=Server(settings["SMTP_URL"]).send,
            off_hub=tpool.execute,
            sender=settings["MAIL_FROM"],
        )


SERVICE = ReportingService
