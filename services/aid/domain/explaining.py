"""
How a decision is explained, in the words that the person and the file get.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from services.aid.domain.application import Application, Decision, Share
from services.aid.domain.wages import Wage
from shared.numerals import yuan
from shared.policy.parts.aid import AidGround, AidLaw, EarlierWage


def grant(
    decided: Decision,
    application: Application,
    *,
    wage: Wage,
    earlier: EarlierWage | None,
    months: int,
    law: AidLaw | None,
    names: Mapping[str, str],
) -> str:
    """
    On which ground, how much, and what the amount was measured by.
    """
    verified = application.verification
    amount, cap = decided.amount or 0, wage.amount * months
    grounds_met = (
        [answer.ground for answer in verified.grounds if answer.holds]
        if verified
        else []
    )
    measured_by = (
        f"{names[wage.place]}所在地{wage.year}年职工月平均工资{yuan(wage.amount)}元"
        f"（{wage.source}）"
    )
    sentences = [
        _on_grounds("经核实，符合：", law.grounds if law else (), grounds_met),
        f"救助金额{yuan(amount)}元，",
        f"相当于{measured_by}的{_times(amount, wage.amount)}倍；",
        f"上限为{months}个月，即{yuan(cap)}元。",
    ]
    if earlier and wage.year < decided.on.year - 1:
        sentences.append(
            f"{decided.on.year - 1}年没有经确认的数，"
            f"按前一年的计算（{earlier.source}）。"
        )
    if decided.over_cap and amount > cap:
        sentences.append(
            f"超过上限{yuan(amount - cap)}元，经{decided.over_cap.document}从严审批："
            f"{decided.over_cap.reason}。"
        )
    if verified and verified.award is not None:
        sentences.append(f"依法应当判决的赔偿数额为{yuan(verified.award)}元，未超过。")
    if len(decided.shares) > 1:
        sentences.append(f"由{_shares(decided.shares, names)}分担。")
    return "".join(sentences)


def refusal(application: Application, law: AidLaw | None) -> str:
    """
    Which ground of refusal was found, or that none of aid was.
    """
    verified = application.verification
    if verified and verified.barred_by:
        grounds = law.refusals if law else ()
        return _on_grounds("经核实，属于：", grounds, verified.barred_by)
    return "经核实，国家司法救助的各项情形均不成立。"


def _on_grounds(start: str, grounds: Sequence[AidGround], ids: Collection[str]) -> str:
    titles = [f"{each.title}（{each.source}）" for each in grounds if each.id in ids]
    return f"{start}{'；'.join(titles)}。" if titles else ""


def _shares(shares: Sequence[Share], names: Mapping[str, str]) -> str:
    return "、".join(f"{names[each.office]}{yuan(each.amount)}元" for each in shares)


def _times(amount: int, wage: int) -> str:
    """
    How many times *wage* the *amount* is, with two decimals, rounded up.
    """
    hundredths = -(-amount * 100 // wage)
    return yuan(hundredths)
