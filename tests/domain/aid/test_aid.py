"""
Funds, what social aid answers, and every move of an application.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.aid.domain import funds, social
from services.aid.domain.application import MOVES, Act, Notice, State, refusal_code
from services.aid.events import AidFundsReceived, AidTold
from shared.errors import Conflict, Rejected
from shared.vocabulary import ReplyMode
from tests.builders import places
from tests.builders.aid import (
    CASE,
    CLERK,
    COMMON,
    LEADER,
    TERMS,
    TODAY,
    funded,
    granted,
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


def test_every_move_is_either_made_or_refused_by_name():
    codes = {
        refusal_code(state, act)
        for state in State
        for act in Act
        if (state, act) not in MOVES
    }

    assert codes == {
        "already_decided",
        "already_funded",
        "already_paid",
        "in_payment_file",
        "not_funded",
        "not_granted",
        "not_paid",
        "not_verified",
    }
    assert TERMS.by == LEADER
