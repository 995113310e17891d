"""
Aid by the rules: once per case and person, within the cap, paid once and in full.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain.application import (
    MOVES,
    REFUSALS,
    Act,
    Application,
    Person,
    State,
)
from services.aid.domain.applying import apply_for_aid
from services.aid.domain.decisions import Terms, decide
from services.aid.domain.payments import pay
from services.aid.events import AidGranted, AidOpened, AidPaid, AidRefused
from shared.case import Case
from shared.errors import Conflict, Rejected
from shared.vocabulary import AidOrigin
from tests.builders import places

NUMBER = "999999197808240059"
PERSON = Person("5f3a", "0059")
TODAY = date(2021, 5, 28)
CAP = 36 * 520_000
CASE = Case(
    number="华检信〔2020〕0005号",
    office="410902",
    programme="puyang-2020",
    in_scope=True,
)
TERMS = Terms(today=TODAY, approvers=["检察长", "副检察长"], cap=CAP, months=36)
APPLIED = Application(
    id="a1",
    case_number=CASE.number,
    office="410902",
    programme="puyang-2020",
    state=State.APPLIED,
    person=PERSON.hash,
    id_last_four="0059",
    origin=AidOrigin.ON_APPLICATION,
    applied_on=date(2021, 5, 10),
    hardship="因案致贫，无其他收入来源",
)
GRANTED = replace(
    APPLIED,
    state=State.GRANTED,
    decided_on=date(2021, 5, 20),
    approver_post="检察长",
    reason="符合国家司法救助条件",
    amount=1_200_000,
)
REFUSED = replace(GRANTED, state=State.REFUSED, amount=None)
PAID = replace(
    GRANTED, state=State.PAID, paid_on=date(2021, 5, 27), voucher_no="2021-救助-1"
)
COMMON = {
    "office": "410902",
    "case_number": CASE.number,
    "programme": "puyang-2020",
    "aid": "a1",
}


def applying(earlier=(), *, case=CASE, **facts):
    return apply_for_aid(
        case,
        earlier,
        PERSON,
        **{
            "identity": "a1",
            "today": TODAY,
            "origin": "on_application",
            "applied_on": date(2021, 5, 10),
            "hardship": "因案致贫，无其他收入来源",
        }
        | facts,
    )


def deciding(application=APPLIED, *, terms=TERMS, **facts):
    return decide(
        CASE,
        application,
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


def paying(application=GRANTED, *, case=CASE, **facts):
    return pay(
        case,
        application,
        **{
            "today": TODAY,
            "paid_on": date(2021, 5, 27),
            "amount": 1_200_000,
            "voucher_no": "2021-救助-1",
        }
        | facts,
    )


def test_an_application_opens_and_names_nobody():
    application, event = applying()

    assert application == APPLIED
    assert event == AidOpened(
        **COMMON, occurred_on=date(2021, 5, 10), origin="on_application"
    )


def test_an_application_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        applying(applied_on=date(2021, 5, 29), hardship=" ")

    assert places(refused) == {
        ("hardship_missing", "/hardship"),
        ("date_in_future", "/applied_on"),
    }


def test_a_person_is_aided_once_in_a_case():
    with pytest.raises(Conflict) as refused:
        applying([REFUSED, PAID])

    assert places(refused) == {("already_aided", "/person/id_no")}


def test_after_a_refusal_a_person_may_apply_again():
    application, _ = applying([REFUSED])

    assert application.state is State.APPLIED


def test_a_merged_case_takes_no_applications_from_its_merge_on():
    merged = replace(CASE, merged_into="其他", merged_on=date(2021, 5, 10))

    with pytest.raises(Conflict) as refused:
        applying(case=merged)

    assert refused.value.code == "case_merged"
    assert applying(case=merged, applied_on=date(2021, 5, 9))


def test_a_grant_is_announced_with_its_amount():
    application, event = deciding()

    assert application == GRANTED
    assert event == AidGranted(
        **COMMON, occurred_on=date(2021, 5, 20), amount=1_200_000
    )


def test_a_refusal_is_announced_without_its_reason():
    application, event = deciding(decision="refused", amount=None)

    assert application == REFUSED
    assert event == AidRefused(**COMMON, occurred_on=date(2021, 5, 20))


def test_the_cap_itself_may_be_granted():
    assert deciding(amount=CAP)[0].amount == CAP


def test_a_fen_over_the_cap_is_refused_and_the_cap_named():
    with pytest.raises(Rejected) as refused:
        deciding(amount=CAP + 1)

    assert places(refused) == {("amount_over_cap", "/amount_yuan")}
    assert "187200.00" in refused.value.problems[0].detail


def test_nothing_is_granted_while_the_wage_is_unknown():
    with pytest.raises(Rejected) as refused:
        deciding(terms=replace(TERMS, cap=None))

    assert places(refused) == {("wage_unknown", "/amount_yuan")}
    assert deciding(terms=replace(TERMS, cap=None), decision="refused", amount=None)


@pytest.mark.parametrize("amount", [None, 0])
def test_a_grant_needs_an_amount(amount):
    with pytest.raises(Rejected) as refused:
        deciding(amount=amount)

    assert places(refused) == {("amount_missing", "/amount_yuan")}


def test_a_refusal_needs_a_reason_and_no_amount():
    with pytest.raises(Rejected) as refused:
        deciding(decision="refused", reason=" ", amount=100)

    assert places(refused) == {
        ("reason_missing", "/reason"),
        ("amount_on_refusal", "/amount_yuan"),
    }


def test_a_decision_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        deciding(decided_on=date(2021, 5, 9), approver_post="检察官", amount=CAP * 2)

    assert places(refused) == {
        ("date_before_start", "/decided_on"),
        ("approver_not_a_leader", "/approver_post"),
        ("amount_over_cap", "/amount_yuan"),
    }


def test_nothing_is_decided_tomorrow():
    with pytest.raises(Rejected) as refused:
        deciding(decided_on=date(2021, 5, 29))

    assert places(refused) == {("date_in_future", "/decided_on")}


def test_a_payment_is_announced_with_the_hash_and_the_scope():
    application, event = paying()

    assert application == PAID
    assert event == AidPaid(
        **COMMON,
        occurred_on=date(2021, 5, 27),
        in_scope=True,
        amount=1_200_000,
        person=PERSON.hash,
    )


def test_a_second_payment_is_refused():
    with pytest.raises(Conflict) as refused:
        paying(PAID)

    assert refused.value.code == "already_paid"


@pytest.mark.parametrize("application", [APPLIED, REFUSED])
def test_only_what_was_granted_is_paid(application):
    with pytest.raises(Conflict) as refused:
        paying(application)

    assert refused.value.code == "not_granted"


@pytest.mark.parametrize("application", [GRANTED, REFUSED, PAID])
@pytest.mark.parametrize("decision", ["granted", "refused"])
def test_an_application_is_decided_once(application, decision):
    with pytest.raises(Conflict) as refused:
        deciding(application, decision=decision)

    assert refused.value.code == "already_decided"


def test_a_payment_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        paying(paid_on=date(2021, 5, 19), amount=1_199_999)

    assert places(refused) == {
        ("date_before_start", "/paid_on"),
        ("amount_not_as_granted", "/amount_yuan"),
    }


def test_nothing_was_paid_tomorrow():
    with pytest.raises(Rejected) as refused:
        paying(paid_on=date(2021, 5, 29))

    assert places(refused) == {("date_in_future", "/paid_on")}


def test_every_move_is_either_made_or_refused_by_name():
    moves = {(state, act) for state in State for act in Act}

    assert MOVES.keys() | REFUSALS.keys() == moves
    assert not MOVES.keys() & REFUSALS.keys()
