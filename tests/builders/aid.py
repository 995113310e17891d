"""
Aid as tests need it: an application on its way from the hand-in to the payment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.aid.domain import deciding, funds, verifying, wages
from services.aid.domain.application import (
    Answer,
    Application,
    Funds,
    Person,
    State,
    Verification,
)
from services.aid.domain.deciding import Terms
from services.aid.domain.wages import WageState
from shared.cases.case import Case
from shared.policy.parts.aid import AidGround, AidLaw
from shared.vocabulary import AidOrigin

TODAY = date(2021, 5, 28)
CLERK, LEADER, CASHIER = "410902/经办人", "410902/院领导", "410902/出纳"
PERSON = Person("5f3a", "m1", "0059", "甄虚构")
CASE = Case(
    number="华检信〔2020〕0005号",
    office="410902",
    programme="puyang-2020",
    in_scope=True,
)
COMMON = {
    "office": "410902",
    "case_number": CASE.number,
    "programme": "puyang-2020",
    "aid": "a1",
}
LAW = AidLaw(
    grounds=(
        AidGround("hurt", "刑事被害人重伤", "第一项"),
        AidGround("support", "追索赡养费", "第六项"),
    ),
    refusals=(AidGround("own_fault", "有重大过错", "第三款"),),
    over_cap_by="chief",
    source="第三条",
)
WAGE = wages.Wage(
    id="w1",
    place="410900",
    year=2020,
    amount=520_000,
    source="市统计公报",
    state=WageState.CONFIRMED,
)
CAP = 36 * WAGE.amount
TERMS = Terms(
    today=TODAY,
    by=LEADER,
    approvers=["检察长", "副检察长"],
    chiefs=["检察长"],
    wage=WAGE,
    years=(2020,),
    place="华龙区院",
    months=36,
    law=LAW,
    names={"410902": "华龙区院", "410900": "濮阳市院"},
    visible=("410902",),
    budgets={},
)
APPLIED = Application(
    id="a1",
    case_number=CASE.number,
    office="410902",
    programme="puyang-2020",
    state=State.APPLIED,
    person=PERSON.hash,
    matter=PERSON.matter,
    once="5f3a/m1",
    id_last_four="0059",
    name="甄虚构",
    origin=AidOrigin.ON_APPLICATION,
    applied_on=date(2021, 5, 10),
    applied_by=CLERK,
    hardship="因案致贫，无其他收入来源",
)


def answers(**held):
    """
    An answer to each ground named.
    """
    return tuple(
        Answer(ground=ground, holds=holds, evidence="卷宗")
        for ground, holds in held.items()
    )


def a_verification(**changes):
    record = Verification(
        on=date(2021, 5, 12),
        post="检察官",
        by=CLERK,
        grounds=answers(hurt=True, support=False),
        refusals=answers(own_fault=False),
    )
    return replace(record, **changes)


def verified(application=APPLIED, *, law=LAW, filed=(), **changes):
    return verifying.verify(
        application,
        law,
        a_verification(**changes),
        posts=["检察长", "检察官"],
        today=TODAY,
        filed=filed,
    )


def decided(application=None, *, terms=TERMS, **facts):
    """
    The application as decided, and the event.
    """
    return deciding.decide(
        CASE,
        application or verified(),
        terms,
        **{
            "decision": "granted",
            "decided_on": date(2021, 5, 20),
            "approver_post": "检察长",
            "reason": "符合国家司法救助条件",
            "amount": 1_200_000,
        }
        | facts,
    )


def granted(**changes):
    application, _ = decided()
    return replace(application, **changes)


def funded(
    application=None, *, amount=1_200_000, on=date(2021, 5, 24), by=CLERK, **changes
):
    received = Funds(on=on, by=by, document="财〔2021〕9号")
    application, _ = funds.receive(
        CASE, application or granted(), received, amount=amount, today=TODAY
    )
    return replace(application, **changes)
