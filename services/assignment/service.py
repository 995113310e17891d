"""
Who leads, what is owed, how it ends: batches, leaders, duties, closings, the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nameko.timer import timer
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events, schemas
from services.assignment.domain import closing, duties, leading
from services.assignment.domain.facts import (
    HANDED,
    MERGED,
    NAMED,
    OPENED,
    PETITION,
    UNMERGED,
    Fact,
)
from services.assignment.filing import filing_faults
from services.assignment.store import (
    OUTBOX,
    TABLES,
    Batches,
    Closings,
    Duties,
    Matters,
    is_led,
    matter_of,
    steps_of,
)
from shared import bus, clock, telemetry
from shared.bus import on
from shared.database import transaction
from shared.errors import Conflict, Fault, Rejected, reject_if
from shared.events import Event
from shared.gauges import Gauges
from shared.http import (
    CLERKS,
    LEADERS,
    REVIEWERS,
    Call,
    Page,
    after,
    api,
    found,
    page_of,
)
from shared.programme import Programme, UnknownProgramme
from shared.security import require_office
from shared.service import Service
from shared.settings import settings

_FLAGGED_AT_ONCE = 200


def clock_behind(session: Connection) -> Iterator[Metric]:
    """
    Duties overdue since yesterday or longer and not yet announced: 0, if all is well.
    """
    yield GaugeMetricFamily(
        "jianjian_duties_unflagged",
        "Duties overdue that nobody was told of",
        value=Duties(session).overdue_unflagged(clock.today()),
    )


class AssignmentService(Service):
    """
    包案·交办·督办·报结.
    """

    name = "assignment"
    reads = schemas.READS
    tables = TABLES
    outbox = OUTBOX
    gauges = Gauges(clock_behind)

    # -- facts of a matter, ours and others'

    @on(*schemas.READS)
    def learn(self, session: Connection, fact: bus.Fact) -> None:
        """
        Take a fact in and reckon anew what is owed and who leads.
        """
        event = fact.envelope
        matters = Matters(session)
        matters.lock(event.case_number)
        if event.type in {OPENED, PETITION}:
            matters.put(
                event.case_number,
                office=event.office,
                programme=fact["programme"],
                is_case=event.type == OPENED,
                opened_on=event.occurred_on,
                in_scope=event.payload.get("in_scope", False),
            )
        if event.type == "hearing.hearing_decided":
            matters.put(event.case_number, hearing_decided=True)
        known = Fact(event.type, event.occurred_on, event.payload)
        self._add(session, event.case_number, event.id, known)

    def _add(self, session: Connection, number: str, identity: str, fact: Fact) -> None:
        """
        Keep *fact* and announce what it changes in the matter's standing.
        """
        matters = Matters(session)
        matters.add_fact(number, identity, fact)
        row, facts = matters.lock(number), matters.facts(number)
        if row.opened_on is None:
            return  # Its beginning is still on its way; then all is reckoned.
        programme = self.programmes.get(row.programme)
        if fact.type in {MERGED, UNMERGED}:
            undone = fact.type == UNMERGED
            ended = closing.merged_away(matter_of(row), on=fact.on, undone=undone)
            self.announce(session, *ended)
        if row.is_case:
            led = leading.reckon(row.office, facts, programme, self.directory)
            matters.put_leading(number, led)
            facts += [
                Fact(events.LeaderNamed.type, step.on, {})
                for step in led.steps
                if step.kind == "named"
            ]
            told = leading.announcements(
                led,
                steps_of(row),
                number=number,
                office=row.office,
                programme=row.programme,
                in_scope=row.in_scope,
            )
            self.announce(session, *told)
        self._put_duties(session, row, facts, programme)

    def _put_duties(
        self, session: Connection, row: Any, facts: list[Fact], programme: Programme
    ) -> None:
        ledger = Duties(session)
        before = {duty.id: duty for duty in ledger.of_matter(row.number)}
        now = duties.reckon(row.number, row.office, facts, programme, self.calendar)
        changed = [duty for duty in now if duty != before.get(duty.id)]
        ledger.put(changed)
        self.announce(
            session,
            *(e for d in changed for e in duties.announcements(d, before.get(d.id))),
        )

    # -- batches

    @api(
        "POST",
        "/batches",
        roles=REVIEWERS,
        body=schemas.BatchBody,
        answer=schemas.BatchView,
        status=201,
    )
    def hand_down(self, call: Call) -> Any:
        """
        Hand cases down under one letter (PY-18); they then need two levels (A-46).
        """
        body, office = call.body, call.office()
        programme = self._programme(body["programme"])
        closing.check_has_come(body["handed_on"], call.today, "/handed_on")
        numbers = list(dict.fromkeys(body["case_numbers"]))
        cases = Matters(call.session).lock_cases(numbers)
        reject_if(_unknown(numbers, cases))
        for row in cases.values():
            require_office(call.who, row.office, self.directory, call.today)
        offices = sorted({row.office for row in cases.values()})
        values = {**body, "case_numbers": numbers, "office": office, "offices": offices}
        identity = str(uuid7())
        batches = Batches(call.session)
        if not batches.add(id=identity, receipts=dict.fromkeys(offices), **values):
            raise Conflict.because(
                "letter_number_used",
                f"文号“{body['letter_no']}”已用于另一批交办。",
                "请核对文号。",
                "/letter_no",
            )
        self.announce(
            call.session,
            events.BatchHandedDown(
                office=office,
                case_number=body["letter_no"],
                occurred_on=body["handed_on"],
                programme=programme.code,
                source=body["source"],
                cases=len(numbers),
            ),
        )
        for number in numbers:
            handed = Fact(HANDED, body["handed_on"], {"batch": identity})
            self._add(call.session, number, str(uuid7()), handed)
        return batches.get(identity)

    @api(
        "GET", "/batches", query=schemas.ListQuery, answer=schemas.BatchView, many=True
    )
    def batches(self, call: Call) -> Page:
        """
        List the batches handed down by, or to, an office and those below it.
        """
        limit = call.query["limit"]
        rows = Batches(call.session).of(call.offices(), after(call.query), limit + 1)
        return page_of(rows, limit, lambda row: row.id)

    @api("GET", "/batches/<number>", answer=schemas.BatchView)
    def batch(self, call: Call) -> Any:
        """
        Show a batch and which offices confirmed receipt.
        """
        return self._batch(call)

    @api(
        "POST",
        "/batches/<number>/receipts",
        roles=CLERKS,
        body=schemas.ReceiptBody,
        answer=schemas.BatchView,
        status=201,
    )
    def receive_batch(self, call: Call) -> Any:
        """
        Confirm that a responsible office received a batch (A-11).
        """
        batch, office = (
            self._batch(call, lock=True),
            call.office(call.body.get("office")),
        )
        received_on = call.body["received_on"]
        closing.check_has_come(received_on, call.today, "/received_on")
        if office not in batch.offices:
            raise Rejected.because(
                "not_in_batch",
                f"这批交办里没有机关 {office} 的案件。",
                "请核对批次。",
                "/office",
            )
        if batch.receipts.get(office):
            raise Conflict.because(
                "already_received", "本机关已经签收这批交办。", "无需再次签收。"
            )
        Batches(call.session).receive(batch.id, office, received_on)
        self.announce(
            call.session,
            events.BatchReceived(
                office=office,
                case_number=batch.letter_no,
                occurred_on=received_on,
                programme=batch.programme,
            ),
        )
        return Batches(call.session).get(batch.id)

    # -- leaders and filing

    @api(
        "POST",
        "/cases/<number>/leaders",
        roles=LEADERS,
        body=schemas.LeadersBody,
        answer=schemas.LeadersView,
    )
    def name_leaders(self, call: Call) -> dict[str, Any]:
        """
        Name the leaders and the department of a case (PY-23, PY-24).
        """
        row, body = self._case(call, lock=True), call.body
        leaders = [(each["office"], each["post"]) for each in body["leaders"]]
        reject_if(
            [
                *closing.has_come(body["named_on"], call.today, "/named_on"),
                *closing.not_before(body["named_on"], row.opened_on, "/named_on"),
                *leading.faults_of_posts(
                    leaders, body["department"], row.office, self.directory
                ),
            ]
        )
        for office, _ in leaders:
            # Leaders are named by their own office or by one above it.
            require_office(call.who, office, self.directory, call.today)
        said = {**body, "leaders": leaders, "named_on": body["named_on"].isoformat()}
        self._add(
            call.session, row.number, str(uuid7()), Fact(NAMED, body["named_on"], said)
        )
        gaps = self._gaps(call.session, row.number)
        return {"number": row.number, "complete": not gaps, "missing": gaps}

    def _gaps(self, session: Connection, number: str) -> Any:
        row = Matters(session).get(number)
        return self.programmes.get(row.programme).leader_gaps(
            handed=row.handed,
            responsible_office=row.office,
            leaders=[(office, post) for office, post in row.leaders],
            department=row.department,
            directory=self.directory,
        )

    @api(
        "POST",
        "/filings",
        roles=CLERKS,
        body=schemas.FilingBody,
        answer=schemas.FilingView,
        status=201,
    )
    def file(self, call: Call) -> dict[str, Any]:
        """
        File an office's list: only when every case is led and placed (PY-17).
        """
        body, office = call.body, call.office(call.body.get("office"))
        programme = self._programme(body["programme"])
        closing.check_has_come(body["filed_on"], call.today, "/filed_on")
        cases = Matters(call.session).to_file(office, programme.code)
        faults = tuple(filing_faults(cases, programme, self.directory))
        if faults:
            raise Conflict(*faults, code="filing_incomplete")
        filing = {
            "id": str(uuid7()),
            "programme": programme.code,
            "office": office,
            "filed_on": body["filed_on"],
            "cases": len(cases),
            "received_by": programme.hub_department,
        }
        Batches(call.session).add_filing(**filing)
        self.announce(
            call.session,
            events.FilingAccepted(
                office=office,
                case_number=f"{programme.code}/{office}",
                occurred_on=body["filed_on"],
                programme=programme.code,
                cases=len(cases),
            ),
        )
        return filing

    @api(
        "GET", "/filings", query=schemas.ListQuery, answer=schemas.FilingView, many=True
    )
    def filings(self, call: Call) -> Page:
        """
        List the filings of an office and of those below it.
        """
        limit = call.query["limit"]
        rows = Batches(call.session).filings_of(
            call.offices(), after(call.query), limit + 1
        )
        return page_of(rows, limit, lambda row: row.id)

    # -- closing, review, reopening

    @api(
        "POST",
        "/cases/<number>/closings",
        roles=CLERKS,
        body=schemas.ClosingBody,
        answer=schemas.ClosingView,
        status=201,
    )
    def submit_closing(self, call: Call) -> closing.Closing:
        """
        Report a case closed and ask the hub for review.
        """
        row, body = self._case(call, lock=True), call.body
        lists = {name: tuple(body[name]) for name in ("dispositions", "measures")}
        report = closing.Closing(
            **{**body, **lists},
            id=str(uuid7()),
            number=row.number,
            submitted_by=call.who.actor,
        )
        matter, event = closing.submit(matter_of(row), report, today=call.today)
        Matters(call.session).put(row.number, standing=matter.standing)
        Closings(call.session).add(report)
        self.announce(call.session, event)
        return report

    @api(
        "POST",
        "/closings/<number>/reviews",
        roles=REVIEWERS,
        body=schemas.ReviewBody,
        answer=schemas.ClosingView,
        status=201,
    )
    def review_closing(self, call: Call) -> closing.Closing:
        """
        Confirm a closing or send it back; only the programme's hub may.
        """
        number, body = call.path["number"], call.body
        report = found(Closings(call.session).get(number), "报结", number)
        row = Matters(call.session).get(report.number, lock=True)
        call.office(row.office)
        programme = self.programmes.get(row.programme)
        require_office(call.who, programme.hub, self.directory, call.today)
        matter, reviewed, event = closing.review(
            matter_of(row),
            Closings(call.session).get(number, lock=True) or report,
            verdict=body["verdict"],
            on=body["reviewed_on"],
            by=call.who.actor,
            checklist=body["checklist"],
            reasons=body["reasons"],
            programme=programme,
            today=call.today,
        )
        Closings(call.session).put(reviewed)
        self._end(call.session, matter, event)
        return reviewed

    @api(
        "POST",
        "/cases/<number>/reopenings",
        roles=CLERKS,
        body=schemas.ReopeningBody,
        answer=schemas.CaseSummary,
        status=201,
    )
    def reopen(self, call: Call) -> dict[str, Any]:
        """
        A closed case flowed back: open it again, its old clocks resume.
        """
        row = self._case(call, lock=True)
        matter, event = closing.reopen(
            matter_of(row), on=call.body["reopened_on"], today=call.today
        )
        self._end(call.session, matter, event)
        return _summary(Matters(call.session).get(row.number))

    def _end(self, session: Connection, matter: closing.Matter, event: Event) -> None:
        """
        Keep a new standing and let it discharge or resume what is owed.
        """
        Matters(session).put(
            matter.number, standing=matter.standing, concluded_on=matter.concluded_on
        )
        self.announce(session, event)
        fact = Fact(event.type, event.occurred_on, event.payload())
        self._add(session, matter.number, str(uuid7()), fact)

    # -- looking

    @api(
        "GET", "/cases", query=schemas.ListQuery, answer=schemas.CaseSummary, many=True
    )
    def cases(self, call: Call) -> Page:
        """
        List the cases of an office and of those below it.
        """
        limit = call.query["limit"]
        rows = Matters(call.session).of(call.offices(), after(call.query), limit + 1)
        page = page_of(rows, limit, lambda row: row.number)
        return Page([_summary(row) for row in page.items], page.next)

    @api("GET", "/cases/<number>", answer=schemas.CaseView)
    def case(self, call: Call) -> dict[str, Any]:
        """
        Show a case with what is owed in it and how it was closed.
        """
        row, session = self._case(call), call.session
        return {
            **_summary(row),
            "duties": self._shown(Duties(session).of_matter(row.number), call),
            "closings": Closings(session).of_matter(row.number),
        }

    @api("GET", "/duties", query=schemas.DutyQuery, answer=schemas.DutyView, many=True)
    def owed(self, call: Call) -> Page:
        """
        List what an office and those below it owe or owed.
        """
        limit, state = call.query["limit"], call.query.get("state")
        rows = Duties(call.session).page(
            call.offices(), state, call.today, after(call.query), limit + 1
        )
        page = page_of(rows, limit, lambda duty: duty.id)
        return Page(self._shown(page.items, call), page.next)

    def _shown(self, shown: Iterable[duties.Duty], call: Call) -> list[dict[str, Any]]:
        return [
            {
                **vars(duty),
                "state": "overdue"
                if duty.state == "open" and duty.due_on < call.today
                else duty.state,
                "state_on": duty.state_on,
            }
            for duty in shown
        ]

    # -- the clock

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def flag_overdue(self) -> None:
        """
        Announce duties that fell overdue; any number of replicas share the work.
        """
        try:
            while self._flag_some() == _FLAGGED_AT_ONCE:
                pass
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("sweep_interrupted", error=repr(error)[:300])

    def _flag_some(self) -> int:
        today = self.today()
        with transaction(self.name) as session:
            fallen = Duties(session).fallen_due(today, _FLAGGED_AT_ONCE)
            if fallen:
                with telemetry.work("overdue_flagged", trail=telemetry.own_trail()):
                    telemetry.note(count=len(fallen))
                    self.announce(session, *map(duties.overdue, fallen))
        return len(fallen)

    # --

    def _case(self, call: Call, *, lock: bool = False) -> Any:
        number = call.path["number"]
        row = found(Matters(call.session).get(number, lock=lock), "案件", number)
        call.office(row.office)
        return row

    def _batch(self, call: Call, *, lock: bool = False) -> Any:
        number = call.path["number"]
        batch = found(Batches(call.session).get(number, lock=lock), "交办批次", number)
        ours = call.offices()
        if batch.office not in ours and not set(ours) & set(batch.offices):
            require_office(call.who, batch.office, self.directory, call.today)
        return batch

    def _programme(self, code: str) -> Programme:
        try:
            return self.programmes.get(code)
        except UnknownProgramme as error:
            raise Rejected.because(
                "no_such_programme",
                f"没有专项“{code}”。",
                "可用：" + "、".join(p.code for p in self.programmes) + "。",
                "/programme",
            ) from error


def _unknown(numbers: list[str], cases: dict[str, Any]) -> Iterable[Fault]:
    for index, number in enumerate(numbers):
        if number not in cases:
            yield Fault(
                "case_unknown",
                f"还没有编号为“{number}”的案件。",
                "如刚刚报送，请稍后重试；否则请核对编号。",
                f"/case_numbers/{index}",
            )


def _summary(row: Any) -> dict[str, Any]:
    return {**row._mapping, "led": is_led(row)}  # noqa: SLF001 - public by SQLAlchemy


SERVICE = AssignmentService
