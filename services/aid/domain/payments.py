"""
The payment of a granted application, once and in full.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.aid.domain.application import Act, Application, Problems, moved, yuan
from services.aid.events import AidPaid
from shared.case import Case, about
from shared.errors import Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before


def payment_has_come(paid: Application, today: date) -> Problems:
    yield from day_has_come(paid.paid_on, today, "/paid_on", "发放日期")


def payment_follows_the_decision(paid: Application, _today: date) -> Problems:
    yield from day_not_before(
        paid.paid_on, paid.decided_on, "/paid_on", "救助决定的日期", "发放日期"
    )


PAYING = (payment_has_come, payment_follows_the_decision)


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
        state=moved(granted, Act.PAY),
        paid_on=paid_on,
        voucher_no=voucher_no,
    )
    reject_if(
        [
            *check_rules(PAYING, paid, today),
            *_paid_as_granted(granted, amount),
        ]
    )
    return paid, AidPaid(
        **about(case, paid_on),
        in_scope=case.in_scope,
        aid=granted.id,
        amount=amount,
        person=granted.person,
    )


def _paid_as_granted(granted: Application, amount: int) -> Problems:
    if granted.amount is not None and amount != granted.amount:
        yield Problem(
            "amount_not_as_granted",
            f"发放金额 {yuan(amount)} 元与决定的 {yuan(granted.amount)} 元不一致。",
            "请按决定的金额一次发放。",
            "/amount_yuan",
        )
