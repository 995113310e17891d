"""
Payment files, confirmations and counter-entries.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from services.aid.domain.payments.instructing import Line, Payee, PaymentFile
from services.aid.domain.payments.reconciling import Finding
from shared.records.views import view_of
from shared.web.messages import Message
from shared.web.schema.fields import (
    Strict,
    as_of_json_schema,
    count,
    day,
    flag,
    many,
    money,
    nested,
    signed_money,
    text,
)

MOST_LINES = 100


_CELL_FORM = Message(
    "cell_form",
    "应为 1 至 80 个字，不以 = + - @ 等符号开头。",
    "请只写姓名或银行的名称。",
)
_ACCOUNT_FORM = Message("account_form", "账号应为 8 至 32 位数字。", "请对照存折填写。")


def _of_form(pattern: str, message: Message, example: str) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Regexp(f"{pattern}\\Z", error=message),
        error_messages={"required": message, "null": message, "invalid": message},
        metadata={
            "pattern": as_of_json_schema(f"^{pattern}$"),
            "examples": [example],
        },
    )


def _cell(example: str) -> fields.String:
    """
    A text that no program for tables takes for a formula.
    """
    return _of_form(r"[\w(（][\w()（）·. -]{0,79}", _CELL_FORM, example)


class PayeeBody(Strict):
    """To which account an application is paid."""

    application = text(longest=40)
    payee = _cell("甄虚构")
    bank = _cell("某银行清丰支行")
    account_no = _of_form("[0-9]{8,32}", _ACCOUNT_FORM, "6222000000000000")

    @post_load
    def _payee(self, values: dict[str, Any], **_: Any) -> Payee:
        return Payee(**values)


class FileOrdered(Strict):
    """The payments of a new file."""

    payments = many(nested(PayeeBody), least=1, most=MOST_LINES)


_LineView = view_of(Line, without=("amount",), amount_yuan=money(attribute="amount"))

PaymentFileView = view_of(
    PaymentFile,
    without=("content", "total", "lines", "made_by"),
    total_yuan=money(attribute="total"),
    lines=many(nested(_LineView), most=MOST_LINES),
)


class FileSent(Strict):
    """A file is fetched to be sent: nothing more to say."""


_FindingView = view_of(
    Finding,
    without=("instructed", "paid", "vouchers"),
    instructed_yuan=money(attribute="instructed"),
    paid_yuan=signed_money(attribute="paid"),
    difference_yuan=signed_money(attribute="difference"),
    vouchers=fields.List(fields.String(), required=True),
    settled=flag(attribute="is_settled"),
)


class Reconciliation(Strict):
    """
    A payment file compared with all confirmations: a finding for each line, and the
    sums. *sent* and *confirmations* count how often the file went out and came back.
    """

    file = fields.String(required=True)
    sent = count()
    confirmations = count()
    settled = flag()
    instructed_yuan = money(attribute="instructed")
    paid_yuan = signed_money(attribute="paid")
    difference_yuan = signed_money(attribute="difference")
    findings = fields.List(fields.Nested(_FindingView), required=True)


class EntryOfFile(Strict):
    """Money that came back on a line of a payment file."""

    reference = text(longest=80)
    on = day()
    amount_yuan = money(attribute="amount")
    voucher_no = text(longest=80)
    reason = text(longest=500)


class EntryOfApplication(Strict):
    """A payment by voucher that came back whole."""

    on = day()
    voucher_no = text(longest=80)
    reason = text(longest=500)
