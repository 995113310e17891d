"""
Payment files: what an office has its finance office pay, a line for each grant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.aid.domain.accounts import require_not_granter
from services.aid.domain.application import (
    MOVES,
    Act,
    Application,
    granted_amount,
    refusal_code,
    state_after,
)
from services.aid.domain.payments.writing import checksum_of, text_of
from shared.errors import Conflict, Problem


@dataclass(frozen=True, kw_only=True)
class Payee:
    """
    The account to which an application is paid, and its holder.
    """

    application: str
    payee: str
    bank: str
    account_no: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    A line of a payment file; *amount* in fen.
    """

    reference: str
    application: str
    case_number: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class PaymentFile:
    """
    A payment file. Its *content* never changes: sent again it is the same file.
    """

    id: str
    office: str
    made_on: date
    made_by: str
    total: int
    checksum: str
    lines: tuple[Line, ...]
    content: str


def instruct(
    identity: str,
    office: str,
    payments: Sequence[tuple[Application, Payee]],
    *,
    by: str,
    on: date,
) -> tuple[PaymentFile, list[Application]]:
    """
    Return the file of these payments, and the applications as they stand once they are
    in it.

    Raises `Conflict` with everything that keeps one of them out of a file.
    """
    problems = list(_kept_out(office, [application for application, _ in payments]))
    if problems:
        raise Conflict(*problems)
    lines, instructed = [], []
    for number, (application, _) in enumerate(payments, start=1):
        # Who granted the money does not also have it paid.
        require_not_granter(application, by)
        line = Line(
            reference=f"{identity}-{number:03d}",
            application=application.id,
            case_number=application.case_number,
            amount=granted_amount(application),
        )
        lines.append(line)
        state = state_after(application, Act.INSTRUCT)
        instructed.append(replace(application, state=state, reference=line.reference))
    payees = [payee for _, payee in payments]
    rows = [
        (line.reference, payee.payee, payee.bank, payee.account_no, line.amount)
        for line, payee in zip(lines, payees, strict=True)
    ]
    content = text_of(rows)
    file = PaymentFile(
        id=identity,
        office=office,
        made_on=on,
        made_by=by,
        total=sum(line.amount for line in lines),
        checksum=checksum_of(content),
        lines=tuple(lines),
        content=content,
    )
    return file, instructed


def _kept_out(office: str, applications: Sequence[Application]) -> Iterator[Problem]:
    counted = Counter(application.id for application in applications)
    for number, application in enumerate(applications):
        place = f"/payments/{number}/application"
        if counted[application.id] > 1:
            yield Problem(
                "application_repeated",
                f"救助申请 {application.id} 列了不止一次。",
                "请只保留一行。",
                place,
            )
        if application.office != office:
            yield Problem(
                "other_office",
                f"救助申请 {application.id} 不由机关 {office} 办理。",
                "请由办理该案的机关制作支付文件。",
                place,
            )
        if (application.state, Act.INSTRUCT) not in MOVES:
            yield Problem(
                refusal_code(application.state, Act.INSTRUCT),
                f"救助申请 {application.id} 目前“{application.state.chinese}”，"
                "不能列入支付文件。",
                "请只列拨款已到、尚未列入支付文件的申请。",
                place,
            )
