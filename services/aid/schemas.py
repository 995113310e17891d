"""
What aid accepts and answers over HTTP, and the events it reads.
"""

from __future__ import annotations

from services.aid.domain.application import Application, State
from shared import case_mirror
from shared.records import view_of
from shared.vocabulary import AidDecision, AidOrigin
from shared.web.fields import (
    Strict,
    day,
    identity_number,
    money,
    nested,
    office_code,
    one_of,
    page_size,
    text,
)

# The events that mirror the cases of intake, each with the schema that reads it.
READS = case_mirror.READS


class PersonNamed(Strict):
    """Who is to be aided; read for the keyed hash, then forgotten."""

    name = text(longest=50)
    id_no = identity_number()


class Applied(Strict):
    """An application for aid, or the office's own motion (DY-24)."""

    person = nested(PersonNamed)
    origin = one_of(AidOrigin)
    applied_on = day()
    hardship = text(longest=2000)


class DecisionMade(Strict):
    """Granted with an amount, or refused; why either way."""

    decision = one_of(AidDecision)
    amount_yuan = money(attribute="amount", required=False)
    decided_on = day()
    approver_post = text(longest=80)
    reason = text(longest=2000)


class Payment(Strict):
    """The payment of what was granted."""

    paid_on = day()
    amount_yuan = money(attribute="amount")
    voucher_no = text(longest=80)


ApplicationView = view_of(
    Application,
    without=("person", "amount"),
    amount_yuan=money(attribute="amount", allow_none=True),
)


class ApplicationList(Strict):
    """The filter and the page of a list of applications."""

    office = office_code()
    state = one_of(State, required=False)
    after = text(longest=200, required=False)
    limit = page_size()
