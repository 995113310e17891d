"""
Confirmations compared with a payment file: every line paid, missing, doubled, of a
wrong amount, failed or unknown, with what to do about it.

What was paid on a line is what all confirmations say together. A voucher that several
confirmations name is one payment; one that stands twice in the same confirmation, or
beside another voucher, is two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.aid.domain.application import Act, Application, State
from services.aid.domain.payments.instructing import Line
from services.aid.domain.payments.reading import Confirmed
from shared.errors import Conflict, Problem, reject_if
from shared.numerals import yuan
from shared.rules import day_has_come
from shared.vocabulary import Term


class Outcome(Term):
    """What the confirmations say of a line."""

    PAID = "paid", "已支付"
    MISSING = "missing", "未见回单"
    FAILED = "failed", "支付失败"
    DOUBLED = "doubled", "重复支付"
    WRONG_AMOUNT = "wrong_amount", "金额不符"
    UNKNOWN = "unknown", "不在支付文件中"
    CORRECTED = "corrected", "已冲正"
    REPLACED = "replaced", "已另行支付"
    TAKEN_BACK = "taken_back", "已全额退回"


_REMEDIES: Mapping[Outcome, str] = {
    Outcome.PAID: "",
    Outcome.CORRECTED: "",
    Outcome.REPLACED: "",
    Outcome.MISSING: "请与财务部门核对；原样再发同一文件，不要另行支付。",
    Outcome.FAILED: "请核对收款人、开户银行和账号，列入新的支付文件。",
    Outcome.DOUBLED: "请财务部门追回多付的部分，收回后登记冲正。",
    Outcome.WRONG_AMOUNT: "少付的请财务部门以同一付款编号补足；多付的收回后登记冲正。",
    Outcome.UNKNOWN: "请财务部门说明这笔款项；付错的收回后登记冲正。",
    Outcome.TAKEN_BACK: "请核对账号，列入新的支付文件。",
}
SETTLED = frozenset({Outcome.PAID, Outcome.CORRECTED, Outcome.REPLACED})


@dataclass(frozen=True, kw_only=True)
class CounterEntry:
    """
    Money that came back, in fen, on a line of a payment file or on an application that
    was paid by a voucher. What was entered before is never changed.
    """

    id: str
    office: str
    file: str | None
    application: str | None
    reference: str | None
    on: date
    amount: int
    voucher_no: str
    reason: str
    entered_by: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    A line, what was to be paid on it and what was, net of what came back.

    *difference*: how much more was paid than is due on it.
    """

    reference: str
    outcome: Outcome
    instructed: int
    paid: int
    vouchers: tuple[str, ...]
    paid_on: date | None
    remedy: str

    @property
    def difference(self) -> int:
        return self.paid - self.instructed

    @property
    def is_settled(self) -> bool:
        return self.outcome in SETTLED


@dataclass(frozen=True)
class _Flows:
    """
    What the confirmations and counter-entries say of one reference.
    """

    payments: Sequence[Confirmed]
    returned: int
    failed: bool

    @property
    def net(self) -> int:
        return sum(payment.amount for payment in self.payments) - self.returned


def reconcile(
    lines: Iterable[Line],
    confirmations: Iterable[Sequence[Confirmed]],
    counter_entries: Iterable[CounterEntry],
    *,
    superseded: Collection[str] = (),
) -> list[Finding]:
    """
    Return a finding for each line, in their order, and for each reference that no line
    has.

    *superseded*: the references whose application stands in a newer file, or was paid
    by it: nothing is due on them any more.
    """
    flows = _flows(confirmations, counter_entries)
    nothing = _Flows((), 0, failed=False)
    lines = list(lines)
    findings = [
        _finding(
            line.reference,
            0 if line.reference in superseded else line.amount,
            flows.pop(line.reference, nothing),
            superseded=line.reference in superseded,
        )
        for line in lines
    ]
    # What is left in `flows` has no line.
    strangers = [_stranger(reference, flow) for reference, flow in flows.items()]
    return findings + strangers


def _flows(
    confirmations: Iterable[Sequence[Confirmed]],
    counter_entries: Iterable[CounterEntry],
) -> dict[str, _Flows]:
    payments, failed = defaultdict[str, list[Confirmed]](list), set[str]()
    for row in _distinct(confirmations):
        payments[row.reference] += [] if row.failed else [row]
        failed |= {row.reference} if row.failed else set()
    returned = Counter[str]()
    for entry in counter_entries:
        returned[entry.reference or ""] += entry.amount
    return {
        reference: _Flows(paid, returned[reference], failed=reference in failed)
        for reference, paid in payments.items()
    }


def _distinct(confirmations: Iterable[Sequence[Confirmed]]) -> Iterator[Confirmed]:
    """
    Yield the payments that all confirmations report together. A voucher counts as often
    as the confirmation with most rows of it reports it; of equal ones the newest
    counts.
    """
    lines_by_key = dict[tuple[str, str], list[Confirmed]]()
    for rows in confirmations:
        by_voucher = defaultdict[tuple[str, str], list[Confirmed]](list)
        for row in rows:
            by_voucher[row.reference, row.voucher_no].append(row)
        # A confirmation may repeat earlier ones, and may be more complete: of one
        # voucher the fullest counts.
        for key, lines in by_voucher.items():
            if len(lines) >= len(lines_by_key.get(key, ())):
                lines_by_key[key] = lines
    for lines in lines_by_key.values():
        yield from lines


def _finding(
    reference: str, due: int, flow: _Flows, *, superseded: bool = False
) -> Finding:
    outcome = _outcome(due, flow, superseded=superseded)
    first = flow.payments[0] if flow.payments else None
    return Finding(
        reference=reference,
        outcome=outcome,
        instructed=due,
        paid=flow.net,
        vouchers=tuple(payment.voucher_no for payment in flow.payments),
        paid_on=first.paid_on if first else None,
        remedy=_REMEDIES[outcome],
    )


def _outcome(due: int, flow: _Flows, *, superseded: bool) -> Outcome:
    if superseded and not flow.net:
        return Outcome.REPLACED
    if not flow.payments:
        return Outcome.FAILED if flow.failed else Outcome.MISSING
    if flow.net == due:
        return Outcome.CORRECTED if flow.returned else Outcome.PAID
    if not flow.net:
        return Outcome.TAKEN_BACK
    if flow.net > due and (superseded or len(flow.payments) > 1):
        return Outcome.DOUBLED
    return Outcome.WRONG_AMOUNT


def _stranger(reference: str, flow: _Flows) -> Finding:
    """
    The finding about a reference that is not in any line.
    """
    outcome = Outcome.UNKNOWN if flow.net else Outcome.CORRECTED
    return Finding(
        reference=reference,
        outcome=outcome,
        instructed=0,
        paid=flow.net,
        vouchers=tuple(payment.voucher_no for payment in flow.payments),
        paid_on=None,
        remedy=_REMEDIES[outcome],
    )


def act_of(finding: Finding, application: Application) -> Act | None:
    """
    Return what a finding changes in the application that the line was to pay; None if
    nothing.
    """
    # The application stands in a newer file: what is said of the old line changes
    # nothing in it.
    if application.reference != finding.reference:
        return None
    if application.state is State.PAID:
        return Act.TAKE_BACK if finding.outcome is Outcome.TAKEN_BACK else None
    # Paid also if too much was: the rest is to come back by a counter-entry.
    if finding.instructed and finding.paid >= finding.instructed:
        return Act.CONFIRM
    over = finding.outcome in {Outcome.FAILED, Outcome.TAKEN_BACK}
    return Act.FAIL if over and application.state is State.INSTRUCTED else None


def require_owed_back(
    findings: Iterable[Finding], entry: CounterEntry, today: date
) -> None:
    """
    Check that a counter-entry takes back either what was overpaid or all that was paid.

    Raises `Conflict` for a reference without payments, `Rejected` for another amount.
    """
    finding = next((f for f in findings if f.reference == entry.reference), None)
    if finding is None or finding.paid <= 0:
        raise Conflict.because(
            "nothing_paid",
            f"付款编号“{entry.reference}”没有已支付的款项，无从冲正。",
            "请核对付款编号。",
            "/reference",
        )
    allowed = {amount for amount in (finding.difference, finding.paid) if amount > 0}
    problems = list(day_has_come(entry.on, today, "/on", "收回日期"))
    if entry.amount not in allowed:
        sums = " 或 ".join(f"{yuan(amount)} 元" for amount in sorted(allowed))
        problems.append(
            Problem(
                "counter_entry_amount",
                f"冲正 {yuan(entry.amount)} 元，应为 {sums}。",
                "多付的冲正多付部分，退回的冲正全额。",
                "/amount_yuan",
            )
        )
    reject_if(problems)
