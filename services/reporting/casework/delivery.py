"""
Delivers a signed return: it is rendered once, and each mail has a state of its own.

Every step is committed before the next begins, so the process may be killed anywhere.
A mail that was being sent is then in doubt and is sent once more later; the others are
not affected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, ClassVar

from sqlalchemy import Connection, Row

from services.reporting.casework import mail
from services.reporting.casework.mail import Outcome
from services.reporting.domain.notices import DeliveryState
from services.reporting.domain.returns import ReturnState
from services.reporting.events import ReturnDelivered
from services.reporting.papers import render
from services.reporting.papers.render import Document
from services.reporting.store import OUTBOX, Deliveries, Returns
from shared.errors import Conflict, NotFound
from shared.records.tables import kinds_of

MOVES: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.DUE: frozenset({DeliveryState.SENDING}),
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.SENT,
            DeliveryState.UNCERTAIN,
            DeliveryState.REFUSED,
            DeliveryState.FAILED,
        }
    ),
    DeliveryState.UNCERTAIN: frozenset({DeliveryState.SENDING, DeliveryState.DUE}),
    DeliveryState.FAILED: frozenset({DeliveryState.SENDING, DeliveryState.DUE}),
    DeliveryState.REFUSED: frozenset({DeliveryState.DUE}),
    DeliveryState.SENT: frozenset(),
}
# A second doubt is for a person to decide: the server may have taken both, and the
# recipient would get the same return again and again.
DOUBTS_ALLOWED = 1  # how often a mail in doubt is sent again without a person

Transaction = Callable[[], AbstractContextManager[Connection]]
OffHub = Callable[..., Any]
"""
Calls a function with its arguments in a thread, where it does not block the process.
"""


class Undelivered(Exception):  # noqa: N818 - the task is retried
    """
    Some recipients have not got their mail yet; the task is retried.
    """


@dataclass(frozen=True)
class Delivery:
    """
    Delivers returns; *send* hands one mail to a server.
    """

    mails: ClassVar[type[Deliveries]] = Deliveries

    transaction: Transaction
    send: Callable[[EmailMessage], Outcome]
    off_hub: OffHub
    sender: str

    def deliver(self, number: str, traceparent: str) -> dict[str, int]:
        """
        Render, freeze and mail a return. Returns the number of mails in each state.

        Raises `Undelivered` when it must be tried again, `NotFound` for no return.
        """
        signed = self._frozen(number)
        for waiting in self._waiting(number):
            message = mail.letter(
                document_of(signed),
                workbook=bytes(signed.workbook),
                page=signed.page,
                sender=self.sender,
                recipient=waiting.recipient,
                message_id=waiting.message_id,
                traceparent=traceparent,
            )
            # Each in transactions of its own: no row is locked while a server answers.
            self._attempt(number, waiting.recipient, message)
        return self._settle(number)

    def _frozen(self, number: str) -> Row[Any]:
        with self.transaction() as session:
            signed = _existing(Returns(session).get(number), number)
        if signed.workbook is not None:
            return signed
        # Rendered outside a transaction: a province's workbook takes seconds.
        document = document_of(signed)
        workbook = self.off_hub(render.workbook, document)
        page = self.off_hub(render.page, document)
        checksum = hashlib.sha256(workbook).hexdigest()
        with self.transaction() as session:
            Returns(session).freeze(number, workbook, page, checksum)
            return _existing(Returns(session).get(number), number)

    def _waiting(self, number: str) -> list[Row[Any]]:
        """
        The mails to send now. What a killed process was sending is marked as in doubt
        and is sent at the next attempt.
        """
        with self.transaction() as session:
            mails = self.mails(session, number)
            waiting = [row for row in mails.all() if _to_send(row)]
            for row in mails.all():
                if row.state == DeliveryState.SENDING:
                    ended = Outcome(DeliveryState.UNCERTAIN, "发送中断，结果不明")
                    _move(mails, row.recipient, ended)
        return waiting

    def _attempt(self, number: str, recipient: str, message: EmailMessage) -> None:
        with self.transaction() as session:
            mails = self.mails(session, number)
            # Committed before the mail goes out: after a kill it is found in doubt, and
            # not sent a second time unseen.
            allowed = _states_before(DeliveryState.SENDING)
            if not mails.move(
                recipient, DeliveryState.SENDING, allowed=allowed, tried=1
            ):
                return
        outcome = self.send(message)
        with self.transaction() as session:
            _move(self.mails(session, number), recipient, outcome)

    def _settle(self, number: str) -> dict[str, int]:
        with self.transaction() as session:
            mails = self.mails(session, number).all()
            counts = {
                state.value: sum(row.state == state for row in mails)
                for state in DeliveryState
            }
            # The task is retried as a whole; mails that were sent are not due.
            if any(_to_send(row) for row in mails):
                raise Undelivered(f"{number}: {_listed(counts)}")
            if mails:
                is_delivered = counts[DeliveryState.SENT] == len(mails)
                self.conclude(session, number, delivered=is_delivered)
        return counts

    def conclude(self, session: Connection, number: str, *, delivered: bool) -> None:
        """
        Record that every mail is sent or has failed; *delivered* if all are sent.
        """
        signed = _existing(Returns(session).get(number, lock=True), number)
        state = ReturnState.DELIVERED if delivered else ReturnState.FAILED
        if Returns(session).become(number, state) and delivered:
            event = ReturnDelivered(
                office=signed.office,
                case_number=number,
                occurred_on=signed.as_of,
                programme=signed.programme,
                revision=signed.revision,
            )
            OUTBOX.announce(session, event)


def document_of(signed: Row[Any]) -> Document:
    """
    The content of a return, from its row.
    """
    names = [name for name in kinds_of(Document) if name != "number"]
    return Document(number=signed.id, **{name: getattr(signed, name) for name in names})


def ask_again(mails: Deliveries) -> None:
    """
    Make the mails due again that failed; the caller asks for a new attempt at all that
    are not sent, also those whose task was given up. Those sent are not touched.

    Raises `Conflict` if all are sent.
    """
    rows = [row for row in mails.all() if row.state != DeliveryState.SENT]
    if not rows:
        raise Conflict.because(
            "nothing_to_deliver_again",
            "没有尚未送达的收件人。",
            "请在 deliveries 中查看各收件人的状态。",
        )
    for row in rows:
        if not _goes_again(row):
            mails.move(
                row.recipient,
                DeliveryState.DUE,
                allowed=_states_before(DeliveryState.DUE),
            )


def _to_send(row: Row[Any]) -> bool:
    return row.state in {DeliveryState.DUE, DeliveryState.FAILED} or _goes_again(row)


def _goes_again(row: Row[Any]) -> bool:
    """
    Whether a mail in doubt is sent again without a person looking at it first.
    """
    return bool(row.state == DeliveryState.UNCERTAIN and row.doubts <= DOUBTS_ALLOWED)


def _states_before(state: DeliveryState) -> tuple[DeliveryState, ...]:
    return tuple(before for before, after in MOVES.items() if state in after)


def _move(mails: Deliveries, recipient: str, outcome: Outcome) -> None:
    mails.move(
        recipient,
        outcome.state,
        allowed=_states_before(outcome.state),
        reply=outcome.reply,
        doubted=int(outcome.state == DeliveryState.UNCERTAIN),
    )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count)


def _existing(signed: Row[Any] | None, number: str) -> Row[Any]:
    if signed is None:
        raise NotFound.because("not_found", f"没有编号为“{number}”的报表。")
    return signed
