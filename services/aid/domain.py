"""
What aid decides: who may be granted how much, and that it is paid once.

Pure: days, posts and the cap are arguments. Money is in fen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.aid.events import AidGranted, AidOpened, AidPaid, AidRefused
from shared.case import Case, require_unmerged
from shared.errors import Conflict, Fault, reject_if
from shared.rules import day_has_come, day_not_before, leader_approves, text_is_given
from shared.vocabulary import AidDecision, AidOrigin, Term


class State(Term):
    """Where an application for aid stands."""

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

# Why a move that is not in MOVES is refused, where the state alone does not say it.
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
    A keyed hash that says "the same person", and the last four for the eye.
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


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    What a decision is measured by, on one day, in one office.

    *approvers* are the posts that may approve. *cap*: the highest sum in fen, *months*
    times the place's average monthly wage of the year before; None if that is unknown.
    """

    today: date
    approvers: Collection[str]
    cap: int | None
    months: int


Found = Iterator[Fault]


def hardship_is_stated(asked: Application, _today: date) -> Found:
    """
    Aid is for urgent hardship, and the application says which (国家司法救助意见).
    """
    yield from text_is_given(
        asked.hardship, "/hardship", "hardship_missing", "困难情况"
    )


def application_has_come(asked: Application, today: date) -> Found:
    yield from day_has_come(asked.applied_on, today, "/applied_on", "申请日期")


APPLYING = (hardship_is_stated, application_has_come)


def decision_has_a_reason(decided: Application, _terms: Terms) -> Found:
    """
    Granted or refused, the decision says why.
    """
    yield from text_is_given(decided.reason, "/reason", "reason_missing", "理由")


def decision_has_come(decided: Application, terms: Terms) -> Found:
    yield from day_has_come(decided.decided_on, terms.today, "/decided_on", "决定日期")


def decision_follows_the_application(decided: Application, _terms: Terms) -> Found:
    yield from day_not_before(
        decided.decided_on, decided.applied_on, "/decided_on", "申请日期", "决定日期"
    )


def a_leader_approves(decided: Application, terms: Terms) -> Found:
    """
    Aid is approved by the office's leading group (TL-35).
    """
    yield from leader_approves(decided.approver_post, terms.approvers, "/approver_post")


def only_what_is_granted_has_an_amount(decided: Application, _terms: Terms) -> Found:
    """
    The opinion on a granted application carries its amount (TL-35).
    """
    granted = decided.state is State.GRANTED
    if granted and not decided.amount:
        yield Fault(
            "amount_missing",
            "予以救助的决定没有写明大于零的金额。",
            "请填写救助金额。",
            "/amount_yuan",
        )
    if not granted and decided.amount is not None:
        yield Fault(
            "amount_on_refusal",
            "不予救助的决定不应有金额。",
            "请删去金额，或改为予以救助。",
            "/amount_yuan",
        )


def amount_is_within_the_cap(decided: Application, terms: Terms) -> Found:
    """
    Normally at most so many months of last year's average wage of the place
    (国家司法救助意见).
    """
    if decided.state is not State.GRANTED or decided.amount is None:
        return
    if terms.cap is None:
        yield Fault(
            "wage_unknown",
            "案件所在地上一年度的月平均工资尚未录入，无法核对救助上限。",
            "请管理员在专项工作的配置中补上该年度的月平均工资。",
            "/amount_yuan",
        )
    elif decided.amount > terms.cap:
        basis = f"案件所在地上一年度 {terms.months} 个月的月平均工资"
        yield Fault(
            "amount_over_cap",
            f"救助金额 {_yuan(decided.amount)} 元超过上限"
            f" {_yuan(terms.cap)} 元（{basis}）。",
            f"请改为不超过 {_yuan(terms.cap)} 元。",
            "/amount_yuan",
        )


DECIDING = (
    decision_has_a_reason,
    decision_has_come,
    decision_follows_the_application,
    a_leader_approves,
    only_what_is_granted_has_an_amount,
    amount_is_within_the_cap,
)


def payment_has_come(paid: Application, today: date) -> Found:
    yield from day_has_come(paid.paid_on, today, "/paid_on", "发放日期")


def payment_follows_the_decision(paid: Application, _today: date) -> Found:
    yield from day_not_before(
        paid.paid_on, paid.decided_on, "/paid_on", "救助决定的日期", "发放日期"
    )


PAYING = (payment_has_come, payment_follows_the_decision)


def apply_for_aid(
    case: Case,
    earlier: Iterable[Application],
    person: Person,
    *,
    identity: str,
    today: date,
    origin: str,
    applied_on: date,
    hardship: str,
) -> tuple[Application, AidOpened]:
    """
    Take in an application; *earlier* are the same person's in the same matter.

    A person is aided once in a case (国家司法救助意见). Raises `Conflict`, `Rejected`.
    """
    require_unmerged(case, applied_on)
    _require_first(earlier)
    application = Application(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        state=State.APPLIED,
        person=person.hash,
        id_last_four=person.last_four,
        origin=AidOrigin(origin),
        applied_on=applied_on,
        hardship=hardship,
    )
    reject_if(fault for rule in APPLYING for fault in rule(application, today))
    return application, AidOpened(
        office=case.office,
        case_number=case.number,
        occurred_on=applied_on,
        programme=case.programme,
        aid=identity,
        origin=origin,
    )


def decide(
    case: Case,
    applied: Application,
    terms: Terms,
    *,
    decision: str,
    decided_on: date,
    approver_post: str,
    reason: str,
    amount: int | None = None,
) -> tuple[Application, AidGranted | AidRefused]:
    """
    Grant or refuse, once.

    Raises `Conflict` the second time, `Rejected` with all faults.
    """
    grants = AidDecision(decision) is AidDecision.GRANTED
    decided = replace(
        applied,
        state=_moved(applied, Act.GRANT if grants else Act.REFUSE),
        decided_on=decided_on,
        approver_post=approver_post,
        reason=reason,
        amount=amount,
    )
    reject_if(fault for rule in DECIDING for fault in rule(decided, terms))
    if decided.state is State.REFUSED or amount is None:
        return decided, AidRefused(
            office=case.office,
            case_number=case.number,
            occurred_on=decided_on,
            programme=case.programme,
            aid=applied.id,
        )
    return decided, AidGranted(
        office=case.office,
        case_number=case.number,
        occurred_on=decided_on,
        programme=case.programme,
        aid=applied.id,
        amount=amount,
    )


def pay(
    case: Case,
    granted: Application,
    *,
    today: date,
    paid_on: date,
    amount: int,
    voucher_no: str,
) -> tuple[Application, AidPaid]:
    """
    Record the payment of what was granted, once and in full.

    Raises `Conflict` the second time or when nothing was granted, `Rejected`.
    """
    paid = replace(
        granted,
        state=_moved(granted, Act.PAY),
        paid_on=paid_on,
        voucher_no=voucher_no,
    )
    reject_if(
        [
            *(fault for rule in PAYING for fault in rule(paid, today)),
            *_paid_as_granted(granted, amount),
        ]
    )
    return paid, AidPaid(
        office=case.office,
        case_number=case.number,
        occurred_on=paid_on,
        programme=case.programme,
        in_scope=case.in_scope,
        aid=granted.id,
        amount=amount,
        person=granted.person,
    )


def _moved(application: Application, act: Act) -> State:
    state = MOVES.get((application.state, act))
    if state is None:
        raise Conflict.because(
            REFUSALS[application.state, act],
            f"救助申请目前“{application.state.chinese}”，不能登记{act.chinese}。",
            f"请先查看该申请的现状，编号 {application.id}。",
        )
    return state


def _require_first(earlier: Iterable[Application]) -> None:
    """
    What was refused aided nobody, so the person may apply again.
    """
    for application in earlier:
        if application.state is not State.REFUSED:
            raise Conflict.because(
                "already_aided",
                f"此人在本案已有救助申请，编号 {application.id}，"
                f"目前“{application.state.chinese}”；同一案件同一人只救助一次。",
                "请在该申请上继续办理。",
                "/person/id_no",
            )


def _paid_as_granted(granted: Application, amount: int) -> Found:
    if granted.amount is not None and amount != granted.amount:
        yield Fault(
            "amount_not_as_granted",
            f"发放金额 {_yuan(amount)} 元与决定的 {_yuan(granted.amount)} 元不一致。",
            "请按决定的金额一次发放。",
            "/amount_yuan",
        )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
