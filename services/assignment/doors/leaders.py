"""
Leaders and filing: who answers for a case, and the gate before the hub (PY-17).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events, schemas
from services.assignment.casework import Casework
from services.assignment.domain import closing, leading
from services.assignment.domain.facts import NAMED, Fact
from services.assignment.filing import filing_faults
from services.assignment.store import Batches, Matters
from shared.errors import Conflict, reject_if
from shared.http import CLERKS, LEADERS, Call, Page, after, api, page_of
from shared.security import require_office


class LeaderDoor(Casework):
    """
    包案与备案.
    """

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
        row, body = self.case_of(call, lock=True), call.body
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
        self.add_fact(
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
        programme = self.programme_of(body["programme"])
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
