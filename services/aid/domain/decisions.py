"""
The decision on an application: granted within the cap, or refused (TL-35).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from services.aid.domain.application import (
    Act,
    Application,
    Problems,
    State,
    moved,
    yuan,
)
from services.aid.events import AidGranted, AidRefused
from shared.case import Case, about
from shared.errors import Problem, reject_if
from shared.rules import (
    check_rules,
    day_has_come,
    day_not_before,
    leader_approves,
    text_is_given,
)
from shared.vocabulary import AidDecision


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


def decision_has_a_reason(decided: Application, _terms: Terms) -> Problems:
    """
    A decision has a reason, whether it grants or refuses.
    """
    yield from text_is_given(decided.reason, "/reason", "reason_missing", "理由")


def decision_has_come(decided: Application, terms: Terms) -> Problems:
    yield from day_has_come(decided.decided_on, terms.today, "/decided_on", "决定日期")


def decision_follows_the_application(decided: Application, _terms: Terms) -> Problems:
    yield from day_not_before(
        decided.decided_on, decided.applied_on, "/decided_on", "申请日期", "决定日期"
    )


def a_leader_approves(decided: Application, terms: Terms) -> Problems:
    """
    Aid is approved by the office's leading group (TL-35).
    """
    yield from leader_approves(decided.approver_post, terms.approvers, "/approver_post")


def only_what_is_granted_has_an_amount(decided: Application, _terms: Terms) -> Problems:
    """
    The opinion on a granted application carries its amount (TL-35).
    """
    granted = decided.state is State.GRANTED
    if granted and not decided.amount:
        yield Problem(
            "amount_missing",
            "予以救助的决定没有写明大于零的金额。",
            "请填写救助金额。",
            "/amount_yuan",
        )
    if not granted and decided.amount is not None:
        yield Problem(
            "amount_on_refusal",
            "不予救助的决定不应有金额。",
            "请删去金额，或改为予以救助。",
            "/amount_yuan",
        )


def amount_is_within_the_cap(decided: Application, terms: Terms) -> Problems:
    """
    Normally at most so many months of last year's average wage of the place
    (国家司法救助意见).
    """
    if decided.state is not State.GRANTED or decided.amount is None:
        return
    if terms.cap is None:
        yield Problem(
            "wage_unknown",
            "案件所在地上一年度的月平均工资尚未录入，无法核对救助上限。",
            "请管理员在专项工作的配置中补上该年度的月平均工资。",
            "/amount_yuan",
        )
    elif decided.amount > terms.cap:
        basis = f"案件所在地上一年度 {terms.months} 个月的月平均工资"
        yield Problem(
            "amount_over_cap",
            f"救助金额 {yuan(decided.amount)} 元超过上限"
            f" {yuan(terms.cap)} 元（{basis}）。",
            f"请改为不超过 {yuan(terms.cap)} 元。",
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

    Raises `Conflict` the second time, `Rejected` with all problems.
    """
    grants = AidDecision(decision) is AidDecision.GRANTED
    decided = replace(
        applied,
        state=moved(applied, Act.GRANT if grants else Act.REFUSE),
        decided_on=decided_on,
        approver_post=approver_post,
        reason=reason,
        amount=amount,
    )
    reject_if(check_rules(DECIDING, decided, terms))
    if decided.state is State.REFUSED or amount is None:
        return decided, AidRefused(
            **about(case, decided_on),
            aid=applied.id,
        )
    return decided, AidGranted(
        **about(case, decided_on),
        aid=applied.id,
        amount=amount,
    )
