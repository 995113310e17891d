"""
Funds, telling the person, and the payment by a voucher.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.aid.domain import funds
from services.aid.domain.accounts import require_not_granter
from services.aid.domain.application import (
    Application,
    Funds,
    Notice,
    Payment,
    granted_amount,
)
from services.aid.domain.payments import paying
from services.aid.domain.payments.reconciling import CounterEntry
from services.aid.endpoints.lookup import application_of, save
from services.aid.schemas.applications import ApplicationView, FundsReceived, Paid, Told
from services.aid.schemas.payments import EntryOfApplication
from services.aid.store import OUTBOX, CounterEntries
from shared.errors import Conflict, reject_if
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import ReplyMode
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/aid-applications/<identity>/funds",
    roles=CLERKS,
    body=FundsReceived,
    answer=ApplicationView,
    status=201,
)
def receive_aid_funds(call: Call) -> Application:
    """
    Record that the finance office appropriated what was granted.
    """
    case, granted = application_of(call)
    amount = call.body.pop("amount")
    received = Funds(by=call.who.account, **call.body)
    application, event = funds.receive(
        case, granted, received, amount=amount, today=call.today
    )
    save(call, granted, application)
    OUTBOX.announce(call.session, event)
    return application


@api(
    "POST",
    "/aid-applications/<identity>/notices",
    roles=CLERKS,
    body=Told,
    answer=ApplicationView,
    status=201,
)
def tell_of_aid(call: Call) -> Application:
    """
    Record that the person was told to collect the aid, or that it is refused and why.
    """
    case, decided = application_of(call)
    notice = Notice(
        on=call.body["on"], by=call.who.account, mode=ReplyMode(call.body["mode"])
    )
    application, event = funds.tell(case, decided, notice, today=call.today)
    save(call, decided, application)
    OUTBOX.announce(call.session, event)
    return application


@api(
    "POST",
    "/aid-applications/<identity>/payments",
    roles=CLERKS,
    body=Paid,
    answer=ApplicationView,
    status=201,
)
def record_payment(call: Call) -> Application:
    """
    Record that the amount granted was paid by a voucher, outside any payment file.
    """
    case, funded = application_of(call)
    amount = call.body.pop("amount")
    payment = Payment(by=call.who.account, **call.body)
    application, event = paying.pay(
        case, funded, payment, today=call.today, amount=amount
    )
    save(call, funded, application)
    OUTBOX.announce(call.session, event)
    return application


@api(
    "POST",
    "/aid-applications/<identity>/counter-entries",
    roles=CLERKS,
    body=EntryOfApplication,
    answer=ApplicationView,
    status=201,
)
def take_payment_back(call: Call) -> Application:
    """
    Enter that a payment by voucher came back whole; it may then be paid anew.
    """
    case, paid = application_of(call)
    account, on = call.who.account, call.body["on"]
    require_not_granter(paid, account)
    if paid.reference is not None:
        raise Conflict.because(
            "in_payment_file",
            f"该款由支付文件的 {paid.reference} 支付。",
            "请在该支付文件上登记冲正。",
        )
    application, event = paying.take_back(case, paid, on=on)
    paid_on = paid.payment.on if paid.payment else None
    reject_if(
        [
            *day_has_come(on, call.today, "/on", "收回日期"),
            *day_not_before(on, paid_on, "/on", "发放日期", "收回日期"),
        ]
    )
    entry = CounterEntry(
        id=str(uuid7()),
        office=paid.office,
        file=None,
        application=paid.id,
        reference=None,
        amount=granted_amount(paid),
        entered_by=account,
        **call.body,
    )
    CounterEntries(call.session).insert(entry)
    save(call, paid, application)
    OUTBOX.announce(call.session, event)
    return application
