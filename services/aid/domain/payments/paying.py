"""
The payment of a granted application, and its taking back by a counter-entry.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.aid.domain.accounts import require_not_granter
from services.aid.domain.application import (
    Act,
    Application,
    Payment,
    Problems,
    granted_amount,
    state_after,
)
from services.aid.events import AidPaid, AidTakenBack
from shared.cases.case import Case, about
from shared.errors import Problem, reject_if
from shared.numerals import yuan
from shared.rules import day_has_come, day_not_before


def pay(
    case: Case, funded: Application, payment: Payment, *, today: date, amount: int
) -> tuple[Application, AidPaid]:
    """
    Record the payment of what was granted, once and in full, by a voucher.

    Raises `Conflict` the second time or when nothing was appropriated, `Rejected`.
    """
    state, expected = state_after(funded, Act.PAY), granted_amount(funded)
    require_not_granter(funded, payment.by)
    problems = list(_dated(funded, payment.on, today, "/paid_on"))
    if amount != expected:
        problems.append(
            Problem(
                "amount_not_as_granted",
                f"发放金额 {yuan(amount)} 元与决定的 {yuan(expected)} 元不一致。",
                "请按决定的金额一次发放。",
                "/amount_yuan",
            )
        )
    reject_if(problems)
    # A line of a payment file that failed no longer pays it.
    paid = replace(funded, state=state, payment=payment, reference=None)
    return paid, paid_event(case, paid, payment.on)


def confirm(
    case: Case, instructed: Application, payment: Payment
) -> tuple[Application, AidPaid]:
    """
    Record what the finance office confirmed. Raises `Conflict` the second time.
    """
    state = state_after(instructed, Act.CONFIRM)
    require_not_granter(instructed, payment.by)
    paid = replace(instructed, state=state, payment=payment)
    return paid, paid_event(case, paid, payment.on)


def fail(instructed: Application) -> Application:
    """
    The finance office could not pay it: it may stand in another file.
    """
    return replace(instructed, state=state_after(instructed, Act.FAIL))


def take_back(
    case: Case, paid: Application, *, on: date
) -> tuple[Application, AidTakenBack]:
    """
    A counter-entry took the whole payment back: the amount may be paid anew.

    Raises `Conflict` if nothing is paid.
    """
    state, amount = state_after(paid, Act.TAKE_BACK), granted_amount(paid)
    returned = replace(paid, state=state, payment=None)
    return returned, AidTakenBack(
        **about(replace(case, office=paid.office), on),
        in_scope=case.in_scope,
        aid=paid.id,
        amount=amount,
        person=paid.person,
    )


def paid_event(case: Case, paid: Application, on: date) -> AidPaid:
    """
    What was paid counts at the office that granted it, also when the case has moved.
    """
    return AidPaid(
        **about(replace(case, office=paid.office), on),
        in_scope=case.in_scope,
        aid=paid.id,
        amount=granted_amount(paid),
        person=paid.person,
    )


def _dated(funded: Application, on: date, today: date, place: str) -> Problems:
    received_on = funded.funds.on if funded.funds else None
    yield from day_has_come(on, today, place, "发放日期")
    yield from day_not_before(on, received_on, place, "收到拨款的日期", "发放日期")
