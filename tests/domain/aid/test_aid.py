"""
Funds, what social aid answers, and every move of an application.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain import funds, social
from services.aid.domain.application import Act, Notice, State, state_after
from services.aid.events import (
    AidFundsReceived,
    AidRefusalTold,
    AidTold,
)
from shared.errors import Conflict, Rejected
from shared.vocabulary import ReplyMode
from tests.builders import places
from tests.builders.aid import (
    APPLIED,
    CASE,
    CLERK,
    COMMON,
    TODAY,
    answers,
    decided,
    funded,
    granted,
    verified,
)

# -- funds and telling


@pytest.mark.requirement("TL-36")
def test_funds_are_received_whole_and_the_person_is_told():
    received, event = funds.receive(
        CASE, granted(), funded().funds, amount=1_200_000, today=TODAY
    )
    notice = Notice(on=date(2021, 5, 25), by=CLERK, mode=ReplyMode.PHONE)
    told, told_event = funds.tell(CASE, received, notice, today=TODAY)

    assert received.state is State.FUNDED
    assert event == AidFundsReceived(**COMMON, occurred_on=date(2021, 5, 24))
    assert told.notice == notice
    assert told_event == AidTold(**COMMON, occurred_on=notice.on, mode="phone")


def test_who_is_refused_is_told_after_the_decision():
    """
    A refusal with its reason; no law orders by which day (国家司法救助意见).
    """
    barred = verified(refusals=answers(own_fault=True))
    refused, _ = decided(barred, decision="refused", amount=None)
    notice = Notice(on=date(2021, 5, 20), by=CLERK, mode=ReplyMode.LETTER)
    told, event = funds.tell(CASE, refused, notice, today=TODAY)

    assert (told.state, told.notice) == (State.REFUSED, notice)
    assert event == AidRefusalTold(**COMMON, occurred_on=notice.on, mode="letter")
    with pytest.raises(Rejected) as early:
        funds.tell(CASE, refused, replace(notice, on=date(2021, 5, 19)), today=TODAY)
    assert places(early) == {("date_before_start", "/told_on")}


def test_funds_are_refused_with_all_their_faults_at_once():
    with pytest.raises(Rejected) as refused:
        funded(amount=1, on=date(2021, 5, 19))

    assert places(refused) == {
        ("date_before_start", "/received_on"),
        ("funds_differ", "/amount_yuan"),
    }


# -- what follows


def test_what_social_aid_answers_is_recorded_once():
    referral, _ = social.refer(
        CASE,
        "r1",
        to="区民政局",
        help="medical",
        referred_on=date(2021, 5, 20),
        document="移〔2021〕1号",
        today=TODAY,
    )
    facts = {
        "answered_on": date(2021, 5, 27),
        "outcome": "helped",
        "document": "民〔2021〕3号",
        "today": TODAY,
    }
    answered, event = social.answer(CASE, referral, **facts)

    assert event.outcome == "helped"
    with pytest.raises(Conflict):
        social.answer(CASE, answered, **facts)


# TL-35, TL-36: verified, decided, funded, told, paid once.
STEPS = (
    ("applied", "verify", "verified"),
    ("verified", "verify", "verified"),
    ("verified", "grant", "granted"),
    ("verified", "refuse", "refused"),
    ("refused", "tell", "refused"),
    ("granted", "receive_funds", "funded"),
    ("funded", "tell", "funded"),
    ("funded", "pay", "paid"),
    ("funded", "instruct", "instructed"),
    ("funded", "confirm", "paid"),
    ("instructed", "tell", "instructed"),
    ("instructed", "confirm", "paid"),
    ("instructed", "fail", "funded"),
    ("paid", "take_back", "funded"),
)
REFUSED_BEFORE_PAYING = {
    "applied": "not_granted",
    "verified": "not_granted",
    "refused": "not_granted",
    "granted": "not_funded",
    "funded": "already_funded",
    "instructed": "in_payment_file",
    "paid": "already_paid",
}


def code_of_refusal(state, act):
    if act in {"verify", "grant", "refuse"}:
        return "not_verified" if state == "applied" else "already_decided"
    return "not_paid" if act == "take_back" else REFUSED_BEFORE_PAYING[state]


def test_every_move_is_either_made_or_refused_by_name():
    moves = {(before, act): after for before, act, after in STEPS}
    for state in State:
        application = replace(APPLIED, state=state)
        for act in Act:
            if (state, act) in moves:
                assert state_after(application, act) == moves.pop((state, act))
                continue
            with pytest.raises(Conflict) as refused:
                state_after(application, act)
            assert refused.value.code == code_of_refusal(state, act), (state, act)

    assert moves == {}
