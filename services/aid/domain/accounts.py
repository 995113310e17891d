"""
Separation of duties, by the account of the token: whoever applies or verifies does not
grant, and whoever grants does not pay: neither records the money nor sends for it.
"""

from __future__ import annotations

from services.aid.domain.application import Application
from shared.errors import Conflict
from shared.rules import is_account


def require_not_applicant(application: Application, account: str) -> None:
    """
    Raises `Conflict` if *account* is to decide on an application that it entered or
    verified, now or earlier.
    """
    verified = application.verification
    verifiers = (*verified.earlier, verified.by) if verified else ()
    done_by = application.applied_by, *verifiers
    if any(is_account(by, account) for by in done_by):
        raise Conflict.because(
            "applicant_decides",
            "登记或核实这件救助申请的账号不能同时作出决定。",
            "请由另一位单位领导用本人的令牌作出决定。",
        )


def require_not_granter(application: Application, account: str) -> None:
    """
    Raises `Conflict` when *account* granted what it is to pay, or whose money it is to
    record.
    """
    decision = application.decision
    if decision is not None and is_account(decision.by, account):
        raise Conflict.because(
            "granter_pays",
            "作出救助决定的账号不能同时办理拨款登记和发放。",
            "请由另一位经办人用本人的令牌办理。",
        )
