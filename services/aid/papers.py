"""
The papers of an application for aid: what they may tell of, and what each says.

They name the person, so they are made as documents of the case, sealed like all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from services.aid.domain.application import Answer, Application, Decision, Share
from services.aid.domain.wages import Wage
from shared.numerals import yuan
from shared.papers import Papers, sum_in_capitals
from shared.policy.directory import Directory
from shared.policy.parts.aid import AidGround, AidLaw

# What a paper may tell of, with the day since which it is true of an application.
_TELLS_OF: Mapping[str, tuple[str, Callable[[Application], date | None]]] = {
    "application": ("救助申请", lambda applied: applied.applied_on),
    "decision": ("救助决定", lambda a: a.decision.on if a.decision else None),
    "funds": ("收到拨款", lambda a: a.funds.on if a.funds else None),
    "payment": ("发放救助金", lambda a: a.payment.on if a.payment else None),
}
_GROUND = {
    "title": "刑事被害人重伤",
    "source": "第一项",
    "holds": True,
    "evidence": "鉴定",
}

PAPERS = Papers(
    "aid",
    {name: title for name, (title, _) in _TELLS_OF.items()},
    {
        "number": "某检信〔2021〕7号",
        "office": "某某县人民检察院",
        "name": "某某",
        "id_last_four": "0000",
        "origin": "依申请",
        "applied_on": date.min,
        "hardship": "因案致贫",
        "clue": {"found_on": date.min, "department": "公诉部门"},
        "verified_on": date.min,
        "verified_by": "检察官",
        "grounds": (_GROUND,),
        "refusals": (_GROUND,),
        "award": "30000.00",
        "decided_on": date.min,
        "granted": True,
        "approver": "检察长",
        "reason": "符合救助条件",
        "explanation": "经核实，符合：……",
        "amount": "12000.00",
        "in_capitals": "壹万贰仟元整",
        "wage": "5200.00",
        "wage_of": "某某市人民检察院所在地2020年职工月平均工资",
        "wage_source": "市统计公报",
        "wage_state": "已确认",
        "months": 36,
        "cap": "187200.00",
        "over_cap": {"document": "某检〔2021〕1号", "reason": "特别困难"},
        "shares": ({"office": "某某市院", "amount": "6000.00", "document": "某"},),
        "funds_on": date.min,
        "funds_document": "财〔2021〕9号",
        "told_on": date.min,
        "told_by": "当面",
        "paid_on": date.min,
        "voucher": "某财〔2021〕18号",
    },
)


def true_since(states: str, application: Application) -> date | None:
    """
    The day from which a paper of this kind has something to state; None before that.
    """
    return _TELLS_OF[states][1](application)


def values(
    application: Application,
    *,
    law: AidLaw | None,
    wage: Wage | None,
    directory: Directory,
) -> dict[str, Any]:
    """
    What the papers of an application may name; what has not happened yet is None.

    *wage*: the figure that the decision was measured by, if there was one.
    """
    verification = application.verification
    grounds, refusals = (law.grounds, law.refusals) if law else ((), ())
    return {
        "number": application.case_number,
        "office": directory.office(application.office).name,
        "name": application.name,
        "id_last_four": application.id_last_four,
        "origin": application.origin.chinese,
        "applied_on": application.applied_on,
        "hardship": application.hardship,
        "clue": application.clue,
        "verified_on": verification and verification.on,
        "verified_by": verification and verification.post,
        "grounds": _answered(grounds, verification.grounds if verification else ()),
        "refusals": _answered(refusals, verification.refusals if verification else ()),
        "award": _yuan(verification.award if verification else None),
        **_decided(application.decision, directory),
        **_measure(application, wage, directory),
        "funds_on": application.funds and application.funds.on,
        "funds_document": application.funds and application.funds.document,
        "told_on": application.notice and application.notice.on,
        "told_by": application.notice and application.notice.mode.chinese,
        "paid_on": application.payment and application.payment.on,
        "voucher": application.payment and application.payment.voucher_no,
    }


def _decided(decision: Decision | None, directory: Directory) -> dict[str, Any]:
    """
    The decision, its amount in figures and capitals, and what each office contributes.
    """
    amount = decision.amount if decision else None
    return {
        "decided_on": decision and decision.on,
        "granted": amount is not None,
        "approver": decision and decision.approver_post,
        "reason": decision and decision.reason,
        "explanation": decision and decision.explanation,
        "amount": _yuan(amount),
        "in_capitals": None if amount is None else sum_in_capitals(amount),
        "over_cap": decision and decision.over_cap,
        "shares": [
            {
                "office": directory.office(share.office).name,
                "amount": yuan(share.amount),
                "document": share.document,
            }
            for share in _joint(decision)
        ],
    }


def _joint(decision: Decision | None) -> tuple[Share, ...]:
    """
    What each office contributes, if there are several.
    """
    shares = decision.shares if decision else ()
    return shares if len(shares) > 1 else ()


def _measure(
    application: Application, wage: Wage | None, directory: Directory
) -> dict[str, Any]:
    """
    The wage of the decision with its source and state, the months and the cap.
    """
    decision = application.decision
    base, cap = (decision.wage, decision.cap) if decision else (None, None)
    place = wage and directory.office(wage.place).name
    return {
        "wage": _yuan(base),
        "wage_of": wage and f"{place}所在地{wage.year}年职工月平均工资",
        "wage_source": wage and wage.source,
        "wage_state": wage and wage.state.chinese,
        "months": cap // base if base and cap else None,
        "cap": _yuan(cap),
    }


def _answered(
    grounds: Sequence[AidGround], answers: Sequence[Answer]
) -> list[dict[str, Any]]:
    grounds_by_id = {ground.id: ground for ground in grounds}
    return [
        {
            "title": ground.title if ground else "",
            "source": ground.source if ground else "",
            "holds": answer.holds,
            "evidence": answer.evidence,
        }
        for answer in answers
        for ground in (grounds_by_id.get(answer.ground),)
    ]


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)
