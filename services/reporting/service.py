"""
Reporting as nameko runs it: events in, figures and signed returns out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from eventlet import tpool
from nameko.timer import timer
from sqlalchemy import Connection, Row

from services.reporting import schemas
from services.reporting.closing_terms import terms_of
from services.reporting.delivery import notices
from services.reporting.delivery.delivery import Delivery, ask_again
from services.reporting.delivery.mail import Server
from services.reporting.delivery.notices import STEP_REACHED, NoticeDelivery
from services.reporting.delivery.render import XLSX
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.measures import registry
from services.reporting.domain.postings import entries_for
from services.reporting.domain.returns import differences, revision_after, sign
from services.reporting.drafting import candidates_of, draft, offices_of, rates_of
from services.reporting.events import (
    DeliveryRequested,
    NoticesCollected,
    ReturnSigned,
)
from services.reporting.gauges import metrics
from services.reporting.judging import judge_after, judge_all
from services.reporting.overtaken import changed_cells, overtaken
from services.reporting.queries import (
    as_of_in_future,
    case_place,
    entry_place,
    known_at_in_future,
    programme_for,
    return_place,
)
from services.reporting.store import (
    OUTBOX,
    TABLES,
    Deliveries,
    Ledger,
    Notices,
    Returns,
)
from services.reporting.under_way import announced, under_way
from shared import clock, telemetry
from shared.errors import Conflict, Problem, reject_if
from shared.events import Envelope, ReceivedEvent
from shared.messaging.consumer import handles
from shared.metrics import Gauges
from shared.policy.current import current_policy
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
    or_not_found,
    page_of,
)


class ReportingService(Service):
    """
    Posts events to the ledger; answers figures; signs and mails returns.
    """

    name = "reporting"
    reads = schemas.READS
    tables = TABLES
    outbox = OUTBOX
    gauges = Gauges(metrics)

    @handles(*schemas.READS)
    def post(self, session: Connection, fact: ReceivedEvent) -> None:
        """
        Post the entries of an event, and announce what follows from them at once.
        """
        event = fact.envelope
        posted = entries_for(
            event, fact.fields, terms_of(session, event, current_policy())
        )
        Ledger(session).take(event, posted)
        judged = judge_after(
            session, posted, self.programmes, self.directory, self.today()
        )
        self.announce(session, *judged)
        if fact.type == STEP_REACHED:
            self.announce(session, *notices.take(session, fact, self.directory))

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def judge_milestones(self) -> None:
        """
        Once a day: judge what the day itself decides. Entries judge at once.
        """
        try:
            with transaction(self.name) as session:
                judged = [
                    *judge_all(session, self.programmes, self.directory, self.today())
                ]
                if judged:
                    trace = telemetry.background_context()
                    with telemetry.work("milestones_judged", trace=trace):
                        telemetry.add_log_fields(count=len(judged))
                        self.announce(session, *judged)
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
                        self.announce(session, *made)
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("collecting_interrupted", error=repr(error)[:300])

    @api("GET", "/figures", query=schemas.FiguresQuery, answer=schemas.FiguresView)
    def figures(self, call: Call) -> dict[str, Any]:
        """
        The figures of an office: a row for each office below, one for its own cases.
        """
        request, programme = self._request(call)
        ledger = Ledger(call.session)
        return draft(ledger, programme, self.directory, request, as_known=True)

    @api(
        "GET",
        "/inspection-candidates",
        query=schemas.FiguresQuery,
        answer=schemas.CandidatesView,
    )
    def list_inspection_candidates(self, call: Call) -> dict[str, Any]:
        """
        The offices that the programme's thresholds name, with the reason (PY-37).
        """
        request, programme = self._request(call)
        ledger = Ledger(call.session)
        named = candidates_of(ledger, programme, self.directory, request)
        return {**vars(request), "items": named}

    @api(
        "GET",
        "/baseline-rates",
        query=schemas.FiguresQuery,
        answer=schemas.BaselineRatesView,
    )
    def list_baseline_rates(self, call: Call) -> dict[str, Any]:
        """
        What of each baseline's list is resolved: of the frozen list, and of the live.
        """
        request, programme = self._request(call)
        rates = rates_of(Ledger(call.session), programme, self.directory, request)
        return {**vars(request), "items": rates}

    @api(
        "GET",
        "/entries",
        query=schemas.EntriesQuery,
        answer=schemas.EntryView,
        many=True,
    )
    def entries(self, call: Call) -> Page:
        """
        The entries, and so the cases or duties, that one figure is the sum of.
        """
        request, programme = self._request(call)
        offices = offices_of(self.directory, request)
        ledger, measure = Ledger(call.session), call.query["measure"]
        query = ledger.behind(request, offices, measure, as_known=True)
        limit = call.query["limit"]
        rows = ledger.page(query, entry_place(call.query), limit + 1)
        shown = [schemas.opened(row, registry()[measure], programme) for row in rows]
        return page_of(
            shown,
            limit,
            lambda e: (e["office"], e["day"], e["case_number"], e["position"]),
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
        The cases, or the duties, that make up one figure, each with its share of it.
        """
        request, programme = self._request(call)
        offices = offices_of(self.directory, request)
        ledger, measure = Ledger(call.session), call.query["measure"]
        query = ledger.behind(request, offices, measure, as_known=True)
        limit = call.query["limit"]
        rows = ledger.cases(query, case_place(call.query), limit + 1)
        shown = [schemas.opened(row, registry()[measure], programme) for row in rows]
        return page_of(
            shown, limit, lambda e: (e["case_number"], e["office"], e["duty"] or "")
        )

    @api(
        "POST",
        "/returns",
        roles=LEADERS,
        body=schemas.Signing,
        answer=schemas.ReturnView,
        status=202,
        refusals=(409,),
    )
    def sign(self, call: Call) -> dict[str, Any]:
        """
        Sign a return: its figures are fixed now, rendered and mailed upward next.

        *under_way* says how many facts had not arrived, *differences* where a line is
        not what its office signed. Refused when nothing has changed since last time.
        """
        office, as_of = call.office(call.body.get("office")), call.body["as_of"]
        programme = self._programme(
            call.body["programme"], office, call, as_of_in_future(as_of, call.today)
        )
        returns, ledger = Returns(call.session), Ledger(call.session)
        events = announced()
        returns.lock_closings(programme.code)
        # The lock comes first: a later revision must not know less.
        newest = returns.newest(programme.code, office, as_of)
        request = FiguresRequest(programme.code, office, as_of, ledger.latest())
        figures = draft(ledger, programme, self.directory, request, as_known=True)
        revision = revision_after(newest, figures)
        below = returns.signed_by(
            programme.code, [row["office"] for row in figures["rows"]], as_of
        )
        signed = sign(
            request,
            figures,
            programme,
            self.directory,
            revision=revision,
            signed_by=call.who.actor,
            reason=call.body["reason"],
            under_way=under_way(call.session, events, request.known_at),
            differences=differences(figures, below),
            sender=settings["MAIL_FROM"],
        )
        returns.add(signed.row, signed.mails)
        about = {"office": office, "case_number": signed.number, "occurred_on": as_of}
        self.announce(
            call.session,
            ReturnSigned(**about, programme=programme.code, revision=revision),
            DeliveryRequested(**about),
        )
        return self._shown(call, [self._return(call, signed.number)])[0]

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
        return page_of(self._shown(call, rows), limit, lambda signed: signed["id"])

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
        limit, store = call.query["limit"], Notices(call.session)
        rows = store.of(call.offices(), after(call.query), limit + 1)
        mails = store.mails_of([row.id for row in rows])
        shown = [row._asdict() | {"deliveries": mails[row.id]} for row in rows]
        return page_of(shown, limit, lambda mailing: mailing["id"])

    @api("GET", "/returns/<number>", answer=schemas.WholeReturnView)
    def one_return(self, call: Call) -> dict[str, Any]:
        """
        A return with its figures, what they would be now, and the state of every mail.
        """
        signed = self._return(call, call.path["number"])
        mails = Deliveries(call.session, signed.id).all()
        cells = changed_cells(call.session, signed)
        return signed._asdict() | {
            "deliveries": mails,
            "changes": cells,
            "overtaken": bool(cells),
        }

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
    def deliver_again(self, call: Call) -> dict[str, Any]:
        """
        Mail a return again to the recipients it did not reach, and to them only.
        """
        signed = self._return(call, call.path["number"])
        ask_again(call.session, signed.id)
        again = DeliveryRequested(
            office=signed.office, case_number=signed.id, occurred_on=signed.as_of
        )
        self.announce(call.session, again)
        return self._shown(call, [self._return(call, signed.id)])[0]

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

    def _request(self, call: Call) -> tuple[FiguresRequest, Programme]:
        """
        What is asked, and of which programme.
        """
        office, known_at = call.office(), call.query.get("known_at")
        programme = self._programme(call.query["programme"], office, call)
        latest = Ledger(call.session).latest()
        reject_if(known_at_in_future(known_at, latest))
        as_of = call.query["as_of"]
        own = call.query["own"]
        return FiguresRequest(
            programme.code, office, as_of, known_at or latest, own
        ), programme

    def _programme(
        self, code: str, office: str, call: Call, more: Iterable[Problem] = ()
    ) -> Programme:
        return programme_for(
            self.programmes, self.directory, code, office, on=call.today, more=more
        )

    @staticmethod
    def _shown(call: Call, rows: list[Row[Any]]) -> list[dict[str, Any]]:
        """
        Returns as they are listed: with whether later facts would change them.
        """
        numbers = overtaken(call.session, rows)
        return [row._asdict() | {"overtaken": row.id in numbers} for row in rows]

    @staticmethod
    def _return(call: Call, number: str) -> Row[Any]:
        signed: Row[Any] = or_not_found(
            Returns(call.session).get(number), "报表", number
        )
        call.office(signed.office)
        return signed

    def _frozen(self, call: Call) -> Row[Any]:
        signed = self._return(call, call.path["number"])
        if signed.workbook is None:
            raise Conflict.because("not_rendered_yet", "报表正在生成。", "请稍后再取。")
        return signed


SERVICE = ReportingService
