"""
An application for aid: its states and the moves between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.errors import Conflict, Problem
from shared.vocabulary import AidOrigin, Term


class State(Term):
    """The state of an application for aid."""

    APPLIED = "applied", "已申请"
    GRANTED = "granted", "已决定救助"
    REFUSED = "refused", "已决定不予救助"
    PAID = "paid", "已发放"


class Act(Term):
    """What is done about an application."""

    GRANT = "grant", "予以救助的决定"
    REFUSE = "refuse", "不予救助的决定"
    PAY = "pay", "发放"


MOVES = {
    (State.APPLIED, Act.GRANT): State.GRANTED,
    (State.APPLIED, Act.REFUSE): State.REFUSED,
    (State.GRANTED, Act.PAY): State.PAID,
}

# The code of the refusal of a move that is not in MOVES.
REFUSALS = {
    (State.GRANTED, Act.GRANT): "already_decided",
    (State.GRANTED, Act.REFUSE): "already_decided",
    (State.REFUSED, Act.GRANT): "already_decided",
    (State.REFUSED, Act.REFUSE): "already_decided",
    (State.PAID, Act.GRANT): "already_decided",
    (State.PAID, Act.REFUSE): "already_decided",
    (State.APPLIED, Act.PAY): "not_granted",
    (State.REFUSED, Act.PAY): "not_granted",
    (State.PAID, Act.PAY): "already_paid",
}


@dataclass(frozen=True)
class Person:
    """
    A keyed hash that identifies the person, and the last four digits to show.
    """

    hash: str
    last_four: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    An application for aid and what became of it.
    """

    id: str
    case_number: str
    office: str
    programme: str
    state: State
    person: str
    id_last_four: str
    origin: AidOrigin
    applied_on: date
    hardship: str
    decided_on: date | None = None
    approver_post: str | None = None
    reason: str | None = None
    amount: int | None = None
    paid_on: date | None = None
    voucher_no: str | None = None


Problems = Iterator[Problem]


def moved(application: Application, act: Act) -> State:
    """
    The state after *act*. Raises `Conflict` when the application cannot move so.
    """
    state = MOVES.get((application.state, act))
    if state is None:
        raise Conflict.because(
            REFUSALS[application.state, act],
            f"救助申请目前“{application.state.chinese}”，不能登记{act.chinese}。",
            f"请先查看该申请的现状，编号 {application.id}。",
        )
    return state


def yuan(fen: int) -> str:
    """
    A sum in fen as an office reads it: yuan with two decimals.
    """
    return f"{fen // 100}.{fen % 100:02d}"
