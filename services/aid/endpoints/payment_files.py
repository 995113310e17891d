"""
Payment files: made, fetched to be sent, confirmed and corrected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eventlet import tpool
from uuid_utils import uuid7

from services.aid.casework.payment_tables import table_of, workbook_of
from services.aid.domain.accounts import require_not_granter
from services.aid.domain.application import Act, Application, Payment
from services.aid.domain.payments import paying
from services.aid.domain.payments.instructing import PaymentFile, instruct
from services.aid.domain.payments.reading import Confirmed, read_confirmation
from services.aid.domain.payments.receipts import Receipt, send
from services.aid.domain.payments.reconciling import (
    CounterEntry,
    Finding,
    act_of,
    reconcile,
    require_owed_back,
)
from services.aid.schemas import payments as schemas
from services.aid.store import (
    OUTBOX,
    Applications,
    Cases,
    CounterEntries,
    PaymentFiles,
    Receipts,
    Sendings,
)
from shared.cases.case import Case
from shared.documents.endpoints import ANY_FILE
from shared.errors import Problem, reject_if
from shared.media_types import XLSX
from shared.web.call import CLERKS, Call, Download
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery

CSV = "text/csv"
_MARK = "\ufeff"  # by which programs for tables see that a file is UTF-8


@api(
    "POST",
    "/payment-files",
    roles=CLERKS,
    body=schemas.FileOrdered,
    answer=schemas.PaymentFileView,
    status=201,
)
def make_payment_file(call: Call) -> PaymentFile:
    """
    Make a file of payments for the finance office, each grant in one line.
    """
    payees = call.body["payments"]
    ids = [payee.application for payee in payees]
    applications = Applications(call.session)
    # The cases before their applications are read: whoever decides or pays in them
    # locks the case first, too.
    Cases(call.session).of_numbers(applications.numbers_of(ids), lock=True)
    by_id = applications.of_ids(ids)
    reject_if(
        Problem(
            "not_found",
            f"没有编号为“{payee.application}”的救助申请。",
            "请核对编号。",
            f"/payments/{number}/application",
        )
        for number, payee in enumerate(payees)
        if payee.application not in by_id
        or not call.may_see(by_id[payee.application].office)
    )
    files = PaymentFiles(call.session)
    file, instructed = instruct(
        files.next_id(call.who.office, call.today.year),
        call.who.office,
        [(by_id[payee.application], payee) for payee in payees],
        by=call.who.account,
        on=call.today,
    )
    files.insert(file)
    for application in instructed:
        applications.update(application)
    return file


@api(
    "GET",
    "/payment-files",
    query=ListQuery,
    answer=schemas.PaymentFileView,
    many=True,
)
def list_payment_files(call: Call) -> Page[PaymentFile]:
    """
    Payment files of an office and all below it.
    """
    return PaymentFiles(call.session).of_offices(call.offices(), call.page)


@api(
    "POST",
    "/payment-files/<identity>/sendings",
    roles=CLERKS,
    body=schemas.FileSent,
    gives=CSV,
    repeatable=False,
)
def send_payment_file(call: Call) -> Download:
    """
    Fetch the file for the finance office; its content is the same every time.
    """
    file = _sent(call)
    return Download((_MARK + file.content).encode(), CSV, f"{file.id}.csv")


@api(
    "POST",
    "/payment-files/<identity>/sendings/xlsx",
    roles=CLERKS,
    body=schemas.FileSent,
    gives=XLSX,
    repeatable=False,
)
def send_payment_workbook(call: Call) -> Download:
    """
    Fetch the same as a workbook of texts, in which numbers of accounts keep all digits.
    """
    file = _sent(call)
    content = tpool.execute(workbook_of, file.content, file.made_on)
    return Download(content, XLSX, f"{file.id}.xlsx")


def _sent(call: Call) -> PaymentFile:
    """
    The file, with a note that it was fetched.
    """
    file = _file(call, own=True)
    sending = send(
        file.id,
        _applications(call, file).values(),
        identity=str(uuid7()),
        by=call.who.account,
        on=call.today,
    )
    Sendings(call.session).insert(sending)
    return file


@api("GET", "/payment-files/<identity>", answer=schemas.Reconciliation)
def show_payment_file(call: Call) -> ReconciledFile:
    """
    A payment file compared with all its confirmations.
    """
    file = _file(call)
    return _reconciled(call, file, _applications(call, file))


def _confirmed_in(call: Call) -> tuple[Confirmed, ...]:
    """
    The rows of the confirmation, read off the event loop. Raises `Malformed`,
    `Rejected`.
    """
    return read_confirmation(table_of(call.raw), call.today)


@api(
    "POST",
    "/payment-files/<identity>/confirmations",
    roles=CLERKS,
    accepts=ANY_FILE,
    vet=_confirmed_in,
    answer=schemas.Reconciliation,
    status=201,
    refusals=(413,),
)
def confirm_payment_file(call: Call) -> ReconciledFile:
    """
    Take in a confirmation of the finance office (xlsx or csv): what it confirms is
    paid, each grant once; what differs is named. The same confirmation again changes
    nothing.
    """
    file, cases, applications = _locked_file(call)
    receipt = Receipt(
        id=str(uuid7()),
        file=file.id,
        on=call.today,
        by=call.who.account,
        checksum=hashlib.sha256(call.raw).hexdigest(),
        rows=call.vetted,
    )
    # Unique by its checksum: the same confirmation again inserts nothing, and
    # reconciling gives the same.
    Receipts(call.session).insert_new(receipt)
    return _settle(call, file, cases, applications)


@api(
    "POST",
    "/payment-files/<identity>/counter-entries",
    roles=CLERKS,
    body=schemas.EntryOfFile,
    answer=schemas.Reconciliation,
    status=201,
)
def enter_money_returned(call: Call) -> ReconciledFile:
    """
    Enter money that came back on a line: what was paid too much, or all of it.
    """
    file, cases, applications = _locked_file(call)
    entry = CounterEntry(
        id=str(uuid7()),
        office=file.office,
        file=file.id,
        application=None,
        entered_by=call.who.account,
        **call.body,
    )
    reconciled = _reconciled(call, file, applications)
    require_owed_back(reconciled.findings, entry, call.today)
    CounterEntries(call.session).insert(entry)
    return _settle(call, file, cases, applications)


@dataclass(frozen=True)
class ReconciledFile:
    """
    A payment file and what became of its lines.
    """

    of: PaymentFile
    sent: int
    confirmations: int
    findings: Sequence[Finding]

    @property
    def file(self) -> str:
        return self.of.id

    @property
    def instructed(self) -> int:
        return self.of.total

    @cached_property
    def paid(self) -> int:
        return sum(finding.paid for finding in self.findings)

    @cached_property
    def difference(self) -> int:
        return sum(finding.difference for finding in self.findings)

    @property
    def settled(self) -> bool:
        return all(finding.is_settled for finding in self.findings)


def _file(call: Call, *, own: bool = False) -> PaymentFile:
    """
    The file whose id is in the path; *own*: only of the caller's office itself.
    """
    identity = call.path["identity"]
    stored = PaymentFiles(call.session).get(identity)
    if own and stored is not None and stored.office != call.who.office:
        stored = None
    return in_sight(call, stored, "支付文件", identity)


def _locked_file(
    call: Call,
) -> tuple[PaymentFile, Mapping[str, Case], Mapping[str, Application]]:
    """
    The file, the cases of its lines by number, locked, and its applications by id.
    Raises `Conflict` for who granted one of them.
    """
    file = _file(call)
    numbers = {line.case_number for line in file.lines}
    cases = Cases(call.session).of_numbers(numbers, lock=True)
    applications = _applications(call, file)
    for application in applications.values():
        require_not_granter(application, call.who.account)
    return file, cases, applications


def _applications(call: Call, file: PaymentFile) -> Mapping[str, Application]:
    ids = [line.application for line in file.lines]
    return Applications(call.session).of_ids(ids)


def _reconciled(
    call: Call, file: PaymentFile, applications: Mapping[str, Application]
) -> ReconciledFile:
    receipts = Receipts(call.session).of_file(file.id)
    findings = reconcile(
        file.lines,
        [receipt.rows for receipt in receipts],
        CounterEntries(call.session).of_file(file.id),
        superseded={
            line.reference
            for line in file.lines
            if applications[line.application].reference != line.reference
        },
    )
    times_sent = Sendings(call.session).count(file.id)
    return ReconciledFile(file, times_sent, len(receipts), findings)


def _settle(
    call: Call,
    file: PaymentFile,
    cases: Mapping[str, Case],
    applications: Mapping[str, Application],
) -> ReconciledFile:
    """
    Change the applications as their lines now require, and return the file as
    reconciled.
    """
    reconciled = _reconciled(call, file, applications)
    findings = {finding.reference: finding for finding in reconciled.findings}
    for line in file.lines:
        case, application = cases[line.case_number], applications[line.application]
        _follow(call, case, application, findings[line.reference])
    return reconciled


def _follow(call: Call, case: Case, application: Application, finding: Finding) -> None:
    match act_of(finding, application):
        case Act.CONFIRM:
            payment = Payment(
                on=finding.paid_on or call.today,
                by=call.who.account,
                voucher_no=finding.vouchers[0],
            )
            changed, event = paying.confirm(case, application, payment)
            OUTBOX.announce(call.session, event)
        case Act.TAKE_BACK:
            changed, returned = paying.take_back(case, application, on=call.today)
            OUTBOX.announce(call.session, returned)
        case Act.FAIL:
            changed = paying.fail(application)
        case _:
            return
    Applications(call.session).update(changed)
