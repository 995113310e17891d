"""
Reporting as nameko runs it: facts in, figures and signed returns out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from eventlet import tpool
from nameko.timer import timer
from sqlalchemy import Connection, Row

from services.reporting import gauges as escalation
from services.reporting import schemas
from services.reporting.delivery import notices
from services.reporting.delivery.delivery import Courier, ask_again
from services.reporting.delivery.mail import Server
from services.reporting.delivery.notice_store import Noticeboard
from services.reporting.delivery.notices import CROSSED, NoticeCourier
from services.reporting.delivery.render import XLSX
from services.reporting.domain.figures import Asked
from services.reporting.domain.milestones import judged
from services.reporting.domain.postings import entries_for
from services.reporting.domain.returns import sign
from services.reporting.drafting import draft
from services.reporting.events import (
    DeliveryRequested,
    NoticesCollected,
    ReturnSigned,
)
from services.reporting.queries import (
    as_of_in_future,
    entry_place,
    programme_for,
    return_place,
)
from services.reporting.store import OUTBOX, TABLES, Deliveries, Ledger, Returns
from shared import clock, telemetry
from shared.errors import Conflict, Fault
from shared.events import Envelope, ReceivedEvent
from shared.messaging.consumer import handles
from shared.metrics import Gauges
from shared.policy.current import policy
from shared.policy.programme import Programme
from shared.service import Service, task
from shared.settings import settings
from shared.storage.database import transaction
from shared.web.endpoint import (
    LEADERS,
    Call,
    Download,
    Page,
    after,
    api,
    found,
    page_of,
)


class ReportingService(Service):
    """
    The counting house: posts what happened, answers and signs what it makes.
    """

    name = "reporting"
    reads = schemas.READS
    tables = TABLES
    outbox = OUTBOX
    gauges = Gauges(escalation.gauges)

    @handles(*schemas.READS)
    def post(self, session: Connection, fact: ReceivedEvent) -> None:
        Ledger(session).take(fact.envelope, entries_for(fact.envelope, fact.fields))
        if fact.type == CROSSED:
            self.announce(session, *notices.take(session, fact, self.directory))

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def collect_notices(self) -> None:
        """
        Make one mail of an office's notices a day, once its office hours have begun.
        """
        try:
            with transaction(self.name) as session:
                moment = clock.now().astimezone(clock.SHANGHAI)
                made = notices.collect(session, moment, policy())
                if made:
                    with telemetry.work(
                        "notices_made", trace=telemetry.background_context()
                    ):
                        telemetry.add_log_fields(count=len(made))
                        self.announce(session, *made)
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("collecting_interrupted", error=repr(error)[:300])

    @api("GET", "/figures", query=schemas.FiguresQuery, answer=schemas.FiguresView)
    def figures(self, call: Call) -> dict[str, Any]:
        """
        The figures of an office: a row for each office below, one for its own cases.
        """
        asked, programme, as_known = self._asked(call)
        ledger = Ledger(call.session)
        return draft(ledger, programme, self.directory, asked, as_known=as_known)

    @api(
        "GET",
        "/entries",
        query=schemas.EntriesQuery,
        answer=schemas.EntryView,
        many=True,
    )
    def entries(self, call: Call) -> Page:
        """
        The entries, and so the cases, that one figure is the sum of.
        """
        asked, _, as_known = self._asked(call)
        offices = self.directory.subtree(asked.office, asked.as_of)
        ledger, measure = Ledger(call.session), call.query["measure"]
        query = ledger.behind(asked, offices, measure, as_known=as_known)
        limit = call.query["limit"]
        rows = ledger.page(query, entry_place(call.query), limit + 1)
        return page_of(
            rows, limit, lambda e: (e.office, e.day, e.case_number, e.position)
        )

    @api(
        "GET",
        "/cases",
        query=schemas.EntriesQuery,
        answer=schemas.CaseView,
        many=True,
    )
    def cases(self, call: Call) -> Page:
        """
        The cases that make up one figure, each with its share of it.
        """
        asked, _, as_known = self._asked(call)
        offices = self.directory.subtree(asked.office, asked.as_of)
        ledger, measure = Ledger(call.session), call.query["measure"]
        query = ledger.behind(asked, offices, measure, as_known=as_known)
        limit = call.query["limit"]
        rows = ledger.cases(query, after(call.query), limit + 1)
        return page_of(rows, limit, lambda row: row.case_number)

    @api(
        "POST",
        "/returns",
        roles=LEADERS,
        body=schemas.Signing,
        answer=schemas.ReturnView,
        status=202,
    )
    def sign(self, call: Call) -> Row[Any]:
        """
        Sign a return: its figures are fixed now, rendered and mailed upward next.
        """
        office, as_of = call.office(call.body.get("office")), call.body["as_of"]
        programme = self._programme(
            call.body["programme"], office, call, as_of_in_future(as_of, call.today)
        )
        asked = Asked(programme.code, office, as_of, clock.now())
        returns = Returns(call.session)
        # The turn comes first: a later revision must not tell of less.
        revision = returns.next_revision(programme.code, office, as_of)
        figures = draft(Ledger(call.session), programme, self.directory, asked)
        signed = sign(
            asked,
            figures,
            programme,
            self.directory,
            revision=revision,
            signed_by=call.who.actor,
            reason=call.body["reason"],
            sender=settings["MAIL_FROM"],
        )
        returns.add(signed.row, signed.mails)
        about = {"office": office, "case_number": signed.number, "occurred_on": as_of}
        self.announce(
            call.session,
            ReturnSigned(**about, programme=programme.code, revision=revision),
            DeliveryRequested(**about),
            *judged(asked, figures, programme, self.directory),
        )
        return self._return(call, signed.number)

    @api(
        "GET",
        "/returns",
        query=schemas.ReturnsQuery,
        answer=schemas.ReturnView,
        many=True,
    )
    def returns(self, call: Call) -> Page:
        """
        The signed returns of an office and of all below it.
        """
        limit, place = call.query["limit"], return_place(call.query)
        rows = Returns(call.session).of(call.offices(), place, limit + 1)
        return page_of(rows, limit, lambda signed: signed.id)

    @api(
        "GET",
        "/mailings",
        query=schemas.ReturnsQuery,
        answer=schemas.MailingView,
        many=True,
    )
    def mailings(self, call: Call) -> Page:
        """
        The mails of supervision notices to an office and to all below it.
        """
        limit, board = call.query["limit"], Noticeboard(call.session)
        rows = board.of(call.offices(), after(call.query), limit + 1)
        mails = board.mails_of([row.id for row in rows])
        shown = [{**row._mapping, "deliveries": mails[row.id]} for row in rows]  # noqa: SLF001 - SQLAlchemy's
        return page_of(shown, limit, lambda mailing: mailing["id"])

    @api("GET", "/returns/<number>", answer=schemas.WholeReturnView)
    def one_return(self, call: Call) -> dict[str, Any]:
        """
        A return with its figures and the state of every mail.
        """
        signed = self._return(call, call.path["number"])
        mails = Deliveries(call.session, signed.id).all()
        return {**signed._mapping, "deliveries": mails}  # noqa: SLF001 - SQLAlchemy's

    @api("GET", "/returns/<number>/workbook", gives=XLSX, refusals=(409,))
    def workbook(self, call: Call) -> Download:
        """
        The frozen workbook of a return, byte for byte as it was mailed.
        """
        signed = self._frozen(call)
        return Download(bytes(signed.workbook), XLSX, f"{signed.id}.xlsx")

    @api("GET", "/returns/<number>/page", gives="text/html", refusals=(409,))
    def page(self, call: Call) -> Download:
        """
        The frozen page of a return.
        """
        signed = self._frozen(call)
        return Download(signed.page.encode(), "text/html", f"{signed.id}.html")

    @api(
        "POST",
        "/returns/<number>/deliveries",
        roles=LEADERS,
        body=schemas.Redelivery,
        answer=schemas.ReturnView,
        status=202,
    )
    def deliver_again(self, call: Call) -> Row[Any]:
        """
        Mail a return again to the recipients it did not reach, and to them only.
        """
        signed = self._return(call, call.path["number"])
        ask_again(call.session, signed.id)
        again = DeliveryRequested(
            office=signed.office, case_number=signed.id, occurred_on=signed.as_of
        )
        self.announce(call.session, again)
        return self._return(call, signed.id)

    @task(DeliveryRequested.type)
    def deliver(self, event: Envelope) -> None:
        courier = self._courier(Courier)
        telemetry.add_log_fields(
            **courier.deliver(event.case_number, event.traceparent)
        )

    @task(NoticesCollected.type)
    def mail_notices(self, event: Envelope) -> None:
        courier = self._courier(NoticeCourier)
        telemetry.add_log_fields(
            **courier.deliver(event.case_number, event.traceparent)
        )

    def _courier(self, kind: type[Courier]) -> Courier:
        return kind(
            transaction=partial(transaction, self.name),
            send=Server(settings["SMTP_URL"]).send,
            off_hub=tpool.execute,
            sender=settings["MAIL_FROM"],
        )

    def _asked(self, call: Call) -> tuple[Asked, Programme, bool]:
        """
        What is asked, of which programme, and whether as it was known then.
        """
        office, known_at = call.office(), call.query.get("known_at")
        programme = self._programme(call.query["programme"], office, call)
        asked = Asked(
            programme.code, office, call.query["as_of"], known_at or clock.now()
        )
        return asked, programme, known_at is not None

    def _programme(
        self, code: str, office: str, call: Call, more: Iterable[Fault] = ()
    ) -> Programme:
        return programme_for(
            self.programmes, self.directory, code, office, on=call.today, more=more
        )

    @staticmethod
    def _return(call: Call, number: str) -> Row[Any]:
        signed: Row[Any] = found(Returns(call.session).get(number), "报表", number)
        call.office(signed.office)
        return signed

    def _frozen(self, call: Call) -> Row[Any]:
        signed = self._return(call, call.path["number"])
        if signed.workbook is None:
            raise Conflict.because("not_rendered_yet", "报表正在生成。", "请稍后再取。")
        return signed


SERVICE = ReportingService
