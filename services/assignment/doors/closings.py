"""
Closings: reported by the office, reviewed by the hub, undone when a case flows back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import schemas
from services.assignment.casework import Casework, summary
from services.assignment.domain import closing
from services.assignment.domain.facts import Fact
from services.assignment.store import Closings, Matters, matter_of
from shared.events import Event
from shared.http import CLERKS, REVIEWERS, Call, api, found
from shared.security import require_office


class ClosingDoor(Casework):
    """
    报结、审核、重启.
    """

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
        row, body = self.case_of(call, lock=True), call.body
        lists = {name: tuple(body[name]) for name in ("dispositions", "measures")}
        report = closing.Closing(
            **{**body, **lists},
            id=str(uuid7()),
            number=row.number,
            submitted_by=call.who.actor,
        )
        matters = Matters(call.session)
        reopened_on = closing.last_reopened(matters.facts(row.number))
        matter = replace(
            matter_of(row),
            reopened_on=reopened_on,
            hearing_asked=self._asks_for_hearings(row.programme),
        )
        matter, event = closing.submit(matter, report, today=call.today)
        matters.put(row.number, standing=matter.standing)
        Closings(call.session).add(report)
        self.announce(call.session, event)
        submitted = Fact(event.type, event.occurred_on, event.payload())
        self.add_fact(call.session, row.number, str(uuid7()), submitted)
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
        row = self.case_of(call, lock=True)
        matter, event = closing.reopen(
            matter_of(row), on=call.body["reopened_on"], today=call.today
        )
        self._end(call.session, matter, event)
        return summary(Matters(call.session).get(row.number))

    def _asks_for_hearings(self, programme: str) -> bool:
        """
        Whether some duty of the programme ends with a decision on a hearing.
        """
        return any(
            rule.discharged("hearing.hearing_decided", {"decision": "hold"})
            for rule in self.programmes.get(programme).duties
        )

    def _end(self, session: Connection, matter: closing.Matter, event: Event) -> None:
        """
        Keep a new standing and let it discharge or resume what is owed.
        """
        Matters(session).put(
            matter.number, standing=matter.standing, concluded_on=matter.concluded_on
        )
        self.announce(session, event)
        fact = Fact(event.type, event.occurred_on, event.payload())
        self.add_fact(session, matter.number, str(uuid7()), fact)
