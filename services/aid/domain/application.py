"""
An application for aid: what is recorded of it, its states and the moves between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.errors import Conflict, Problem
from shared.vocabulary import AidOrigin, ReplyMode, Term


class State(Term):
    """The state of an application for aid."""

    APPLIED = "applied", "已申请"
    VERIFIED = "verified", "已核实"
    REFUSED = "refused", "已决定不予救助"
    GRANTED = "granted", "已决定救助"
    FUNDED = "funded", "拨款已到"
    INSTRUCTED = "instructed", "已列入支付文件"
    PAID = "paid", "已发放"


class Act(Term):
    """What is done about an application."""

    VERIFY = "verify", "核实"
    GRANT = "grant", "予以救助的决定"
    REFUSE = "refuse", "不予救助的决定"
    RECEIVE_FUNDS = "receive_funds", "收到拨款"
    TELL = "tell", "通知申请人"
    PAY = "pay", "发放"
    INSTRUCT = "instruct", "列入支付文件"
    CONFIRM = "confirm", "财务确认支付"
    FAIL = "fail", "财务支付失败"
    TAKE_BACK = "take_back", "冲正"


MOVES = {
    (State.APPLIED, Act.VERIFY): State.VERIFIED,
    (State.VERIFIED, Act.VERIFY): State.VERIFIED,
    (State.VERIFIED, Act.GRANT): State.GRANTED,
    (State.VERIFIED, Act.REFUSE): State.REFUSED,
    (State.REFUSED, Act.TELL): State.REFUSED,
    (State.GRANTED, Act.RECEIVE_FUNDS): State.FUNDED,
    (State.FUNDED, Act.TELL): State.FUNDED,
    (State.FUNDED, Act.PAY): State.PAID,
    (State.FUNDED, Act.INSTRUCT): State.INSTRUCTED,
    # A payment that was reported as failed and was made all the same.
    (State.FUNDED, Act.CONFIRM): State.PAID,
    (State.INSTRUCTED, Act.TELL): State.INSTRUCTED,
    (State.INSTRUCTED, Act.CONFIRM): State.PAID,
    (State.INSTRUCTED, Act.FAIL): State.FUNDED,
    (State.PAID, Act.TAKE_BACK): State.FUNDED,
}
UNDECIDED = (State.APPLIED, State.VERIFIED)
"""
The states of an application that goes with its case to another office.
"""
# The codes of refused moves: of what is decided already, and of what is paid.
_DECIDING = {Act.VERIFY, Act.GRANT, Act.REFUSE}
_BY_STATE = {
    State.APPLIED: "not_granted",
    State.VERIFIED: "not_granted",
    State.REFUSED: "not_granted",
    State.GRANTED: "not_funded",
    State.FUNDED: "already_funded",
    State.INSTRUCTED: "in_payment_file",
    State.PAID: "already_paid",
}


def refusal_code(state: State, act: Act) -> str:
    """
    The code of the refusal of a move that is not in MOVES.
    """
    if act in _DECIDING:
        return "not_verified" if state is State.APPLIED else "already_decided"
    if act is Act.TAKE_BACK:
        return "not_paid"
    return _BY_STATE[state]


@dataclass(frozen=True)
class Person:
    """
    Keyed hashes that identify the person, and the matter in which aid is sought; the
    last four digits to show.
    """

    hash: str
    matter: str
    last_four: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Clue:
    """
    Who in the office found that somebody may need aid (DY-24), and when.
    """

    found_on: date
    department: str


@dataclass(frozen=True, kw_only=True)
class AnotherCase:
    """
    That the *office* above found that an application is in another case than those of
    the person at offices which cannot see each other, on which day and in which
    *document*.
    """

    office: str
    on: date
    document: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    Whether a ground of aid or of its refusal holds, and what shows it: in words, and by
    files of the case.
    """

    ground: str
    holds: bool
    evidence: str
    document_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verification:
    """
    The record of the verification. *award*: the compensation that a court should award,
    in fen, if that is known. *earlier*: the accounts of those whose place it took.
    """

    on: date
    post: str
    by: str
    grounds: tuple[Answer, ...]
    refusals: tuple[Answer, ...]
    award: int | None = None
    earlier: tuple[str, ...] = ()

    @property
    def eligible(self) -> bool:
        """
        Whether some ground of aid holds, or none had to be answered.
        """
        return not self.grounds or any(answer.holds for answer in self.grounds)

    def names(self, document: str) -> bool:
        """
        Whether a document shows one of the answers.
        """
        answers = (*self.grounds, *self.refusals)
        return any(document in answer.document_ids for answer in answers)

    @property
    def barred_by(self) -> tuple[str, ...]:
        return tuple(answer.ground for answer in self.refusals if answer.holds)


@dataclass(frozen=True, kw_only=True)
class Share:
    """
    What an office contributes to a joint grant (DY-26), in fen, by which document.
    """

    office: str
    amount: int
    document: str | None = None


@dataclass(frozen=True, kw_only=True)
class OverCap:
    """
    Why a grant goes beyond the cap, and the document of its special approval.
    """

    document: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """
    What was decided. A grant also has the amount, the average monthly wage by which it
    was measured and the cap (all in fen), and the explanation.
    """

    on: date
    approver_post: str
    by: str
    reason: str
    explanation: str
    amount: int | None = None
    wage: int | None = None
    cap: int | None = None
    over_cap: OverCap | None = None
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Funds:
    """
    The receipt of what the finance office appropriated.
    """

    on: date
    by: str
    document: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """
    How and when the person was told to collect the aid (TL-36), or that there is none.
    """

    on: date
    by: str
    mode: ReplyMode


@dataclass(frozen=True, kw_only=True)
class Payment:
    """
    The one payment of what was granted.
    """

    on: date
    by: str
    voucher_no: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    An application for aid and what became of it.

    *once* is the key of person and matter while no other application may have it.
    *reference*: the line of a payment file by which it is or was to be paid.
    """

    id: str
    case_number: str
    office: str
    programme: str
    state: State
    person: str
    matter: str
    once: str | None
    id_last_four: str
    name: str
    origin: AidOrigin
    applied_on: date
    applied_by: str
    hardship: str
    clue: Clue | None = None
    another_case: AnotherCase | None = None
    verification: Verification | None = None
    decision: Decision | None = None
    funds: Funds | None = None
    notice: Notice | None = None
    payment: Payment | None = None
    reference: str | None = None

    @property
    def amount(self) -> int | None:
        """
        What was granted, in fen.
        """
        return self.decision.amount if self.decision else None


Problems = Iterator[Problem]


def state_after(application: Application, act: Act) -> State:
    """
    The state after *act*. Raises `Conflict` when the application cannot move so.
    """
    state = MOVES.get((application.state, act))
    if state is None:
        raise Conflict.because(
            refusal_code(application.state, act),
            f"救助申请目前“{application.state.chinese}”，不能登记{act.chinese}。",
            f"请先查看该申请的现状，编号 {application.id}。",
        )
    return state


def granted_amount(application: Application) -> int:
    """
    What was granted, in fen. Raises `Conflict` when nothing was.
    """
    if application.amount is None:
        raise Conflict.because(
            "not_granted",
            f"救助申请 {application.id} 没有予以救助的决定。",
            "请先由单位领导作出决定。",
        )
    return application.amount
