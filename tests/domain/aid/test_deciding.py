"""
Aid is decided on what was verified, by another account, within cap and budget.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain.application import OverCap, Share
from services.aid.domain.budgets import Spending
from services.aid.events import AidGranted, AidRefused
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.policy.parts.aid import EarlierWage
from tests.builders import places
from tests.builders.aid import (
    APPLIED,
    CAP,
    COMMON,
    TERMS,
    WAGE,
    answers,
    decided,
    granted,
    verified,
)

# -- deciding


def test_nothing_is_decided_without_a_verification():
    with pytest.raises(Conflict) as refused:
        decided(APPLIED)

    assert refused.value.code == "not_verified"


def test_a_grant_is_announced_with_its_amount_and_explained():
    application, event = decided()

    assert event == AidGranted(
        **COMMON, occurred_on=date(2021, 5, 20), amount=1_200_000
    )
    assert application.decision.explanation == (
        "经核实，符合：刑事被害人重伤（第一项）。救助金额12000.00元，"
        "相当于濮阳市院所在地2020年职工月平均工资5200.00元（市统计公报）的2.31倍；"
        "上限为36个月，即187200.00元。"
    )
    assert (application.decision.wage, application.decision.cap) == (520_000, CAP)


def test_a_refusal_is_announced_without_its_reason_and_explained():
    barred = verified(refusals=answers(own_fault=True))
    application, event = decided(barred, decision="refused", amount=None)

    assert event == AidRefused(**COMMON, occurred_on=date(2021, 5, 20))
    assert application.decision.explanation == "经核实，属于：有重大过错（第三款）。"


def test_nobody_is_refused_against_the_verification():
    with pytest.raises(Rejected) as refused:
        decided(decision="refused", amount=None)

    assert places(refused) == {("refusal_without_ground", "/decision")}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"grounds": answers(hurt=False, support=False)}, "no_ground"),
        ({"refusals": answers(own_fault=True)}, "refusal_ground"),
    ],
)
def test_nothing_is_granted_against_the_verification(record, code):
    with pytest.raises(Rejected) as refused:
        decided(verified(**record))

    assert places(refused) == {(code, "/decision")}


def test_the_cap_itself_may_be_granted():
    assert decided(amount=CAP)[0].amount == CAP


def test_a_fen_over_the_cap_is_refused_and_the_cap_named():
    with pytest.raises(Rejected) as refused:
        decided(amount=CAP + 1)

    assert places(refused) == {("amount_over_cap", "/amount_yuan")}
    assert "187200.00" in refused.value.problems[0].detail


def test_beyond_the_cap_goes_only_what_the_chief_approved_by_a_document():
    over = OverCap(document="政法委〔2021〕3号", reason="损失特别重大")
    beyond, _ = decided(amount=CAP + 100, over_cap=over)

    assert "政法委〔2021〕3号" in beyond.decision.explanation
    with pytest.raises(Rejected) as refused:
        decided(amount=CAP + 100, over_cap=over, approver_post="副检察长")
    assert places(refused) == {("over_cap_by", "/approver_post")}


def test_never_more_than_a_court_should_award():
    with pytest.raises(Rejected) as refused:
        decided(verified(award=1_199_999))

    assert places(refused) == {("amount_over_award", "/amount_yuan")}


def test_while_no_wage_is_confirmed_it_is_said_who_enters_which_where():
    with pytest.raises(Rejected) as refused:
        decided(terms=replace(TERMS, wage=None))

    (problem,) = refused.value.problems
    assert (problem.code, problem.location) == ("wage_unknown", "/amount_yuan")
    assert "华龙区院 2020 年度" in problem.detail
    assert "POST /wages" in problem.remedy
    assert "aid.earlier_wage" in problem.remedy


def test_until_last_years_wage_is_published_that_of_the_year_before_may_hold():
    """
    Off by default: the law speaks of 上一年度 alone.
    """
    rules = current_policy().programmes.get("puyang-2020").aid
    earlier = EarlierWage(through_month=6, source="市财政局通知")
    may = replace(rules, earlier_wage=earlier)
    june, july = date(2021, 6, 30), date(2021, 7, 1)
    wage = replace(WAGE, year=2019)
    terms = replace(TERMS, years=(2020, 2019), wage=wage, earlier_wage=earlier)
    with pytest.raises(Rejected) as refused:
        decided(terms=replace(terms, wage=None))
    (problem,) = refused.value.problems
    with pytest.raises(Rejected) as late:
        decided(terms=replace(terms, wage=None, years=(2020,)))
    (too_late,) = late.value.problems
    application, _ = decided(terms=terms)

    assert rules.years(june) == (2020,)
    assert (may.years(june), may.years(july)) == ((2020, 2019), (2020,))
    assert "2020 年度、2019 年度" in problem.detail
    assert "可先录入 2019 年度的" in problem.remedy
    assert "只许在 6 月底前" in too_late.remedy
    assert "没有写明" not in too_late.remedy
    explained = "2020年没有经确认的数，按前一年的计算（市财政局通知）。"
    assert explained in application.decision.explanation


@pytest.mark.parametrize("amount", [None, 0])
def test_a_grant_needs_an_amount(amount):
    with pytest.raises(Rejected) as refused:
        decided(amount=amount)

    assert places(refused) == {("amount_missing", "/amount_yuan")}


def test_a_decision_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        decided(
            decided_on=date(2021, 5, 9),
            approver_post="检察官",
            reason=" ",
            amount=CAP * 2,
        )

    assert places(refused) == {
        ("date_before_start", "/decided_on"),
        ("approver_not_a_leader", "/approver_post"),
        ("reason_missing", "/reason"),
        ("amount_over_cap", "/amount_yuan"),
    }


def test_a_refusal_has_no_amount():
    with pytest.raises(Rejected) as refused:
        decided(verified(refusals=answers(own_fault=True)), decision="refused")

    assert places(refused) == {("amount_on_refusal", "/amount_yuan")}


def test_who_applied_or_ever_verified_does_not_decide():
    # Who verified first as well, though another verified it anew.
    first, second, third = ("410902/甲", "410902/乙", "410902/丙")
    again = verified(verified(verified(by=first), by=second), by=third)
    for by in (APPLIED.applied_by, first, second, third):
        with pytest.raises(Conflict) as refused:
            decided(again, terms=replace(TERMS, by=by))
        assert refused.value.code == "applicant_decides"


@pytest.mark.parametrize("decision", ["granted", "refused"])
def test_an_application_is_decided_once(decision):
    with pytest.raises(Conflict) as refused:
        decided(granted(), decision=decision)

    assert refused.value.code == "already_decided"


# -- joint aid and budgets


@pytest.mark.requirement("DY-26")
def test_offices_that_aid_together_name_their_shares_which_make_the_amount():
    shares = [
        Share(office="410902", amount=200_000),
        Share(office="410900", amount=1_000_000, document="濮检〔2021〕5号"),
    ]
    of_city = replace(TERMS, by="410900/院领导", visible=("410900", "410902"))
    application, _ = decided(terms=of_city, shares=shares)

    assert application.decision.shares == tuple(shares)
    assert "濮阳市院10000.00元" in application.decision.explanation
    with pytest.raises(Rejected) as refused:
        decided(
            terms=of_city,
            shares=[
                Share(office="410900", amount=1),
                Share(office="419999", amount=1),
                Share(office="410902", amount=1),
                Share(office="410902", amount=1),
            ],
        )
    assert places(refused) == {
        ("shares_differ", "/shares"),
        ("share_document_missing", "/shares/0/document"),
        ("no_such_office", "/shares/1/office"),
        ("office_repeated", "/shares/2/office"),
        ("office_repeated", "/shares/3/office"),
    }


def test_no_office_decides_on_the_share_of_one_that_it_does_not_see():
    above = Share(office="410900", amount=1_000_000, document="濮检〔2021〕5号")

    with pytest.raises(Rejected) as refused:
        decided(shares=[Share(office="410902", amount=200_000), above])
    assert places(refused) == {("share_out_of_sight", "/shares/1/office")}


def test_nobody_grants_beyond_the_budget_and_the_figures_are_named():
    short = replace(TERMS, budgets={"410902": Spending(2_000_000, 900_000)})

    with pytest.raises(Rejected) as refused:
        decided(terms=short)

    (problem,) = refused.value.problems
    assert (problem.code, problem.location) == (
        "budget_exceeded",
        "/shares/0/amount_yuan",
    )
    for figure in ("20000.00", "9000.00", "11000.00", "12000.00"):
        assert figure in problem.detail
    assert decided(terms=short, amount=1_100_000)
