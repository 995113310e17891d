"""
The decision on an application.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.aid.domain import deciding
from services.aid.domain.application import Application
from services.aid.domain.budgets import Grant
from services.aid.domain.deciding import Terms
from services.aid.domain.wages import Wage, nearest
from services.aid.endpoints.lookup import application_of, save
from services.aid.schemas.applications import DecidedApplication, DecisionMade
from services.aid.store import OUTBOX, Budgets, Grants, Wages
from shared.cases.case import Case
from shared.policy.current import current_policy
from shared.web.call import LEADERS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/aid-applications/<identity>/decisions",
    roles=LEADERS,
    body=DecisionMade,
    answer=DecidedApplication,
    status=201,
)
def decide_on_aid(call: Call) -> Application:
    """
    Grant aid within the cap and the budget, or refuse it with the reason.
    """
    case, applied = application_of(call)
    decided, event = deciding.decide(case, applied, _terms(call, case), **call.body)
    save(call, applied, decided)
    Grants(call.session).insert(*_grants(decided))
    OUTBOX.announce(call.session, event)
    return decided


def _grants(decided: Application) -> list[Grant]:
    decision = decided.decision
    if decision is None:
        return []
    return [
        Grant(
            application=decided.id,
            office=share.office,
            year=decision.on.year,
            amount=share.amount,
        )
        for share in decision.shares
    ]


def _terms(call: Call, case: Case) -> Terms:
    """
    Return what the decision is measured by. The office that decides approves through
    its own leaders. The budgets stay locked until the decision is recorded.
    """
    policy, on = current_policy(), call.body["decided_on"]
    programme = policy.programmes.get(case.programme)
    posts = policy.directory.office(call.who.office).posts
    shares = call.body.get("shares") or ()
    visible = policy.directory.subtree(call.who.office, call.today)
    charged = {share.office for share in shares} or {case.office}
    offices = charged.intersection(visible)
    budgets = Budgets(call.session)
    budgets.lock(offices, on.year)
    return Terms(
        today=call.today,
        by=call.who.account,
        approvers=[title for title, post in posts.items() if post.leader],
        chiefs=[
            title
            for title, post in posts.items()
            if programme.aid_law and getattr(post, programme.aid_law.over_cap_by)
        ],
        wage=_wage(call, case, programme.aid.years(on)),
        years=programme.aid.years(on),
        earlier_wage=programme.aid.earlier_wage,
        place=policy.directory.office(case.office).name,
        months=programme.aid.cap_months,
        law=programme.aid_law,
        visible=visible,
        names={office.code: office.name for office in policy.directory.offices()},
        budgets=budgets.spending(offices, on.year),
    )


def _wage(call: Call, case: Case, years: Sequence[int]) -> Wage | None:
    """
    The confirmed wage of the narrowest place of the case, of the first of these *years*
    that has one.
    """
    on = call.body["decided_on"]
    lineage = current_policy().directory.lineage(case.office, on)
    wages = Wages(call.session)
    wages_of_years = (
        nearest(wages.confirmed(lineage, year), lineage) for year in years
    )
    return next((wage for wage in wages_of_years if wage), None)
