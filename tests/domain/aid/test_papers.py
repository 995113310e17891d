"""
What the papers of an application for aid say of it at each stage.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain.application import Clue, Notice, Payment
from services.aid.domain.wages import WageState
from services.aid.papers import PAPERS, true_since, values
from shared.documents.rules import document_rules
from shared.papers import Table
from shared.policy.current import current_policy
from shared.vocabulary import AidOrigin, ReplyMode
from tests.builders.aid import (
    APPLIED,
    CASHIER,
    LAW,
    WAGE,
    answers,
    decided,
    funded,
    verified,
)

DAY = date(2021, 5, 28)
OWN_MOTION = replace(
    APPLIED,
    origin=AidOrigin.OWN_MOTION,
    clue=Clue(found_on=date(2021, 5, 8), department="公诉部门"),
)
PAID = funded(
    notice=Notice(on=date(2021, 5, 25), by=CASHIER, mode=ReplyMode.IN_PERSON),
    payment=Payment(on=date(2021, 5, 26), by=CASHIER, voucher_no="华检财〔2021〕18号"),
)
REFUSED, _ = decided(
    verified(refusals=answers(own_fault=True)),
    decision="refused",
    amount=None,
    reason="已获其他救助。",
)


def printed(wanted, application, wage=WAGE):
    template = PAPERS.in_force()[wanted]
    found = values(
        application, law=LAW, wage=wage, directory=current_policy().directory
    )
    words = {asked.id: f"{asked.title}。" for asked in template.asks}
    office = "华龙区人民检察院"
    return template.fill(found, number="", office=office, day=DAY, words=words)


def filled(paper):
    return {
        row[0]: row[1]
        for block in paper.body
        if isinstance(block, Table) and not block.heads
        for row in block.rows
    }


@pytest.mark.parametrize(
    ("wanted", "application", "before"),
    [
        ("application", OWN_MOTION, None),
        ("approval", decided()[0], APPLIED),
        ("approval", REFUSED, verified()),
        ("decision_notice", REFUSED, verified()),
        ("decision_notice", PAID, APPLIED),
        ("collection_notice", PAID, decided()[0]),
        ("payment_slip", PAID, funded()),
    ],
)
def test_each_paper_is_made_from_the_step_that_it_tells_of(wanted, application, before):
    template = PAPERS.in_force()[wanted]
    paper = printed(wanted, application)
    text = "".join(paper.texts())

    assert "甄虚构" in text
    assert "None" not in text
    assert true_since(template.states, application) is not None
    assert before is None or true_since(template.states, before) is None
    assert template.filed_as in document_rules().titles


def test_what_is_declared_is_what_every_paper_is_given():
    found = values(APPLIED, law=None, wage=None, directory=current_policy().directory)

    assert {*found} == {*PAPERS.names}


def test_the_approval_shows_what_the_amount_was_measured_by():
    corrected = replace(WAGE, state=WageState.SUPERSEDED)
    found = filled(printed("approval", decided()[0], corrected))

    assert found["救助金额"] == "12000.00元（人民币壹万贰仟元整）"
    assert found["计算基数"] == (
        "濮阳市人民检察院所在地2020年职工月平均工资5200.00元"
        "（来源：市统计公报；已被更正）"
    )
    assert found["上限"] == "36个月，即187200.00元"
    assert found["说明"] == decided()[0].decision.explanation


def test_a_refusal_has_no_amount_and_says_where_else_to_turn():
    sheet, letter = (
        printed("approval", REFUSED, None),
        printed("decision_notice", REFUSED),
    )

    assert filled(sheet)["救助金额"] == filled(sheet)["计算基数"] == ""
    assert "决定不予救助" in "".join(letter.texts())
    assert "社会救助" in "".join(letter.texts())
    assert letter.addressee == "甄虚构"


@pytest.mark.parametrize("stop", ["", "。"])
def test_the_reason_of_a_decision_is_one_sentence_however_it_was_entered(stop):
    reason = f"符合国家司法救助条件{stop}"
    paid = replace(PAID, decision=replace(PAID.decision, reason=reason))
    paper = printed("decision_notice", paid)

    assert "符合国家司法救助条件。" in {*paper.texts()}
