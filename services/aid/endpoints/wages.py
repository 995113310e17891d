"""
Average wages, by which grants are capped, and budgets.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.aid.domain import budgets as budgeting
from services.aid.domain import wages as wage_rules
from services.aid.domain.budgets import Budget
from services.aid.domain.wages import Wage, WageState
from services.aid.schemas import wages as schemas
from services.aid.store import Budgets, Grants, Wages
from shared.policy.current import current_policy
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery

_FEN = 100


@api(
    "POST",
    "/wages",
    roles=CLERKS,
    body=schemas.WageEntered,
    answer=schemas.WageView,
    status=201,
)
def enter_wage(call: Call) -> Wage:
    """
    Enter the published average monthly wage of a place and year, with its source.
    """
    place = call.office(call.body.pop("place", None))
    wage = wage_rules.enter(
        str(uuid7()), place=place, by=call.who.account, on=call.today, **call.body
    )
    Wages(call.session).insert(wage)
    return wage


@api(
    "POST",
    "/wages/<identity>/confirmations",
    roles=CLERKS,
    body=schemas.WageConfirmed,
    answer=schemas.WageView,
    status=201,
)
def confirm_wage(call: Call) -> Wage:
    """
    Confirm a wage that somebody else entered; grants are measured by it from then on.
    """
    identity, wages = call.path["identity"], Wages(call.session)
    typed = wages.get(identity, lock=True)
    if typed is not None and not call.may_see(typed.place):
        typed = None
    entered = or_not_found(typed, "月平均工资", identity)
    confirmed, superseded = wage_rules.confirm(
        entered,
        wages.confirmed([entered.place], entered.year),
        by=call.who.account,
        on=call.today,
    )
    for wage in (*superseded, confirmed):
        wages.update(wage)
    return confirmed


@api("GET", "/wages", query=ListQuery, answer=schemas.WageView, many=True)
def list_wages(call: Call) -> Page[Wage]:
    """
    The average wages of an office, of those below it and of those above it whose
    figure holds for it.
    """
    directory = current_policy().directory
    above = directory.lineage(call.office(), call.today)
    places = {*call.offices(), *above}
    return Wages(call.session).of_places(places, call.page)


@api("GET", "/example-wages", query=ListQuery, answer=schemas.WageView, many=True)
def list_example_wages(call: Call) -> Page[Wage]:
    """
    The invented wages in the files of programmes; nothing is granted by them.
    """
    call.office()
    example_wages = [
        Wage(
            id=f"{programme.code}-{wage.office_prefix}-{wage.year}",
            place=wage.office_prefix,
            year=wage.year,
            amount=int(wage.yuan * _FEN),
            source=wage.source,
            state=WageState.EXAMPLE,
        )
        for programme in current_policy().programmes
        for wage in programme.aid.example_wages
    ]
    return Page(example_wages, None)


@api(
    "POST",
    "/aid-budgets",
    roles=LEADERS,
    body=schemas.BudgetEntered,
    answer=schemas.BudgetView,
    status=201,
)
def enter_budget(call: Call) -> Budget:
    """
    Enter what an office may grant in a year; a newer entry takes its place.
    """
    office = call.office(call.body.pop("office", None))
    year, budgets = call.body["year"], Budgets(call.session)
    budgets.lock([office], year)
    budget = budgeting.enter(
        str(uuid7()),
        office=office,
        granted=Grants(call.session).sums([office], year).get(office, 0),
        by=call.who.account,
        on=call.today,
        **call.body,
    )
    budgets.insert(budget)
    return budget


@api("GET", "/aid-budgets", query=ListQuery, answer=schemas.SpendingView, many=True)
def list_budgets(call: Call) -> Page[dict[str, object]]:
    """
    The budgets of an office and all below it, in the order in which they were entered,
    with what was granted in their years and what is left.
    """
    page = Budgets(call.session).of_offices(call.offices(), call.page)
    return page.map(
        lambda row: {
            **vars(row[0]),
            "granted": row[1].granted,
            "left": row[1].remaining,
        }
    )
