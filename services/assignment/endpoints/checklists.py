"""
The duties of who leads a case, item by item, with day and evidence (JZ-13, JZ-14).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.domain.activities.acts import faults_of_act
from services.assignment.domain.closings import closing
from services.assignment.domain.facts import Fact
from services.assignment.domain.leaders import checklists
from services.assignment.endpoints.acts import ActDoor
from services.assignment.schemas import checklists as schemas
from shared.errors import Fault, reject_if
from shared.policy.reports import Act
from shared.web.endpoint import CLERKS, Call, api


class MatrixDoor(ActDoor):
    """
    包案领导职责清单.
    """

    @api("GET", "/cases/<number>/matrix", answer=schemas.MatrixView)
    def show_matrix(self, call: Call) -> dict[str, Any]:
        """
        Show the lists of duties that hold for a case and what was done of them.
        """
        return self._matrix(call)

    @api(
        "POST",
        "/cases/<number>/matrix",
        roles=CLERKS,
        body=schemas.EntryBody,
        answer=schemas.MatrixView,
        status=201,
    )
    def enter(self, call: Call) -> dict[str, Any]:
        """
        Record that an item of a list was done, by which post and shown by what.
        """
        row, body = self.case_of(call, lock=True), call.body
        programme = self.programmes.get(row.programme)
        codes = dict.fromkeys((row.office, programme.hub))
        posts = [title for code in codes for title in self.directory.office(code).posts]
        act = checklists.act_of(programme, body["list"], body["item"])
        said = {**body, "act": act, "nil": None}
        kind = self.directory.office(row.office).kind
        known = {each.id: each for each in programme.acts_on(row.opened_on, kind)}
        reject_if(
            [
                *closing.has_come(body["on"], call.today, "/on"),
                *closing.not_before(body["on"], row.opened_on, "/on"),
                *checklists.faults(
                    self._sheets(call, row),
                    body["list"],
                    body["item"],
                    body["post"],
                    posts,
                ),
                # Its post is judged already.
                *(self._faults_of_act(call, row, said, known) if act else ()),
            ]
        )
        done = events.MatrixItemDone(
            office=row.office,
            case_number=row.number,
            occurred_on=body["on"],
            programme=row.programme,
            list=body["list"],
            item=body["item"],
        )
        shown = {"post": body["post"], "evidence": body["evidence"]}
        fact = Fact(done.type, body["on"], {**done.payload(), **shown})
        self.announce(call.session, done)
        self.add_fact(call.session, row.number, str(uuid7()), fact)
        if act is not None:
            self.keep_act(
                call.session,
                row.number,
                row.office,
                programme,
                act=known[act],
                body=said,
            )
        return self._matrix(call)

    def _faults_of_act(
        self, call: Call, row: Any, said: dict[str, Any], known: dict[str, Act]
    ) -> Iterator[Fault]:
        unnamed = self.unnamed(call.session, row)
        return faults_of_act(known, said, {said["post"]}, of="case", unnamed=unnamed)

    def _sheets(self, call: Call, row: Any) -> tuple[checklists.Sheet, ...]:
        facts = self.facts_of(call.session, row.number)
        led = self.leading_of(call.session, row)
        programme = self.programmes.get(row.programme)
        return tuple(checklists.sheets(led, row.standing, facts, programme))

    def _matrix(self, call: Call) -> dict[str, Any]:
        row = self.case_of(call)
        return {"number": row.number, "lists": self._sheets(call, row)}
