"""
Separation of duties, by the account of the token: whoever applies or verifies does not
grant, and whoever grants does not pay.
"""

from __future__ import annotations

from services.aid.domain.application import Application
from shared.accounts import is_one_of
from shared.errors import Conflict


def require_not_applicant(application: Application, account: str) -> None:
    """
    Raises `Conflict` when *account* entered what it is to decide on, or verified it,
    the last time or an earlier one.
    """
    verified = application.verification
    verifiers = (*verified.earlier, verified.by) if verified else ()
    if is_one_of(account, (application.applied_by, *verifiers)):
        raise Conflict.because(
            "applicant_decides",
            "登记或核实这件救助申请的账号不能同时作出决定。",
            "请由另一位院领导用本人的令牌作出决定。",
        )


def require_not_granter(application: Application, account: str) -> None:
    """
    Raises `Conflict` when *account* granted what it is to pay.
    """
    decision = application.decision
    if decision is not None and is_one_of(account, [decision.by]):
        raise Conflict.because(
            "granter_pays",
            "作出救助决定的账号不能同时办理发放。",
            "请由另一位经办人用本人的令牌办理。",
        )
