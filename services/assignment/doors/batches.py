"""
Batches: cases handed down under a letter, and the receipts of the offices (PY-18).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uuid_utils import uuid7

from services.assignment import events, schemas
from services.assignment.casework import Casework
from services.assignment.domain import closing
from services.assignment.domain.facts import HANDED, Fact
from services.assignment.store import Batches, Matters
from shared.errors import Conflict, Fault, Rejected, reject_if
from shared.http import CLERKS, REVIEWERS, Call, Page, after, api, found, page_of
from shared.security import require_office


class BatchDoor(Casework):
    """
    集中交办.
    """

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
        programme = self.programme_of(body["programme"])
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
            self.add_fact(call.session, number, str(uuid7()), handed)
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

    def _batch(self, call: Call, *, lock: bool = False) -> Any:
        number = call.path["number"]
        batch = found(Batches(call.session).get(number, lock=lock), "交办批次", number)
        ours = call.offices()
        if batch.office not in ours and not set(ours) & set(batch.offices):
            require_office(call.who, batch.office, self.directory, call.today)
        return batch


def _unknown(numbers: list[str], cases: dict[str, Any]) -> Iterable[Fault]:
    for index, number in enumerate(numbers):
        if number not in cases:
            yield Fault(
                "case_unknown",
                f"还没有编号为“{number}”的案件。",
                "如刚刚报送，请稍后重试；否则请核对编号。",
                f"/case_numbers/{index}",
            )
