"""
What the finance office appropriated for a grant, and telling the person of it (TL-36)
or of a refusal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.aid.domain.accounts import require_not_granter
from services.aid.domain.application import (
    Act,
    Application,
    Funds,
    Notice,
    State,
    granted_amount,
    state_after,
)
from services.aid.events import AidFundsReceived, AidRefusalTold, AidTold
from shared.cases.case import Case, about
from shared.errors import Problem, reject_if
from shared.numerals import yuan
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import ReplyMode


def receive(
    case: Case, granted: Application, funds: Funds, *, amount: int, today: date
) -> tuple[Application, AidFundsReceived]:
    """
    Record the receipt of the whole amount. Raises `Conflict`, also for who granted it;
    `Rejected`.
    """
    state, expected = state_after(granted, Act.RECEIVE_FUNDS), granted_amount(granted)
    require_not_granter(granted, funds.by)
    decided_on = granted.decision.on if granted.decision else None
    problems = [
        *day_has_come(funds.on, today, "/received_on", "收到拨款的日期"),
        *day_not_before(
            funds.on, decided_on, "/received_on", "决定日期", "收到拨款的日期"
        ),
    ]
    if amount != expected:
        problems.append(
            Problem(
                "funds_differ",
                f"拨款 {yuan(amount)} 元与决定的 {yuan(expected)} 元不一致。",
                "请与财务部门核对，拨款到齐后登记。",
                "/amount_yuan",
            )
        )
    reject_if(problems)
    return replace(granted, state=state, funds=funds), AidFundsReceived(
        **about(case, funds.on), aid=granted.id
    )


def tell(
    case: Case, application: Application, notice: Notice, *, today: date
) -> tuple[Application, AidTold | AidRefusalTold]:
    """
    Record that the person was told to collect the aid, or that it is refused and why;
    the law orders no limit for the latter. Raises `Conflict`, `Rejected`.
    """
    state = state_after(application, Act.TELL)
    since, title = _informed_since(application, state)
    reject_if(
        [
            *day_has_come(notice.on, today, "/told_on", "通知日期"),
            *day_not_before(notice.on, since, "/told_on", title, "通知日期"),
        ]
    )
    event = AidRefusalTold if state is State.REFUSED else AidTold
    notified = replace(application, state=state, notice=notice)
    return notified, event(
        **about(case, notice.on), aid=application.id, mode=ReplyMode(notice.mode)
    )


def _informed_since(application: Application, state: State) -> tuple[date | None, str]:
    """
    From which day the person can be told, with its title: the decision that refuses, or
    the receipt of the funds.
    """
    if state is State.REFUSED:
        decision = application.decision
        return (decision.on if decision else None), "决定日期"
    return (application.funds.on if application.funds else None), "收到拨款的日期"
