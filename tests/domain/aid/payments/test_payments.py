"""
Payment once and in full: files, confirmations, differences, counter-entries.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aid.domain.application import Act, Application, Payment, State
from services.aid.domain.payments import paying
from services.aid.domain.payments.instructing import Payee, PaymentFile, instruct
from services.aid.domain.payments.reading import Confirmed
from services.aid.domain.payments.receipts import send
from services.aid.domain.payments.reconciling import (
    CounterEntry,
    Outcome,
    act_of,
    reconcile,
    require_owed_back,
)
from services.aid.events import AidPaid, AidTakenBack
from shared.errors import Conflict, Refusal, Rejected
from tests.builders import places
from tests.builders.aid import (
    APPLIED,
    CASE,
    CASHIER,
    CLERK,
    COMMON,
    LEADER,
    PERSON,
    TERMS,
    TODAY,
    decided,
    funded,
    granted,
    verified,
)

ON = date(2021, 5, 27)
AMOUNT = 1_200_000
PAYMENT = Payment(on=ON, by=CASHIER, voucher_no="2021-救助-1")


def paid(application=None, *, amount=AMOUNT, **changes):
    payment = replace(PAYMENT, **changes)
    return paying.pay(
        CASE, application or funded(), payment, today=TODAY, amount=amount
    )


def payee(application):
    return Payee(
        application=application.id,
        payee="甄虚构",
        bank="农业银行",
        account_no="6228480000000000001",
    )


def a_file(*applications, by=CASHIER, identity="F1"):
    found = applications or (funded(),)
    pairs = [(each, payee(each)) for each in found]
    return instruct(identity, "410902", pairs, by=by, on=TODAY)


def sending(*applications, by=CASHIER, file="F1"):
    return send(file, applications, identity="s1", by=by, on=TODAY)


def row(reference="F1-001", amount=AMOUNT, voucher="v1", *, failed=False):
    return Confirmed(
        reference=reference,
        amount=0 if failed else amount,
        paid_on=None if failed else ON,
        voucher_no="" if failed else voucher,
        failed=failed,
    )


def returned(amount=AMOUNT, reference="F1-001"):
    return CounterEntry(
        id="c",
        office="410902",
        file="F1",
        application=None,
        reference=reference,
        on=TODAY,
        amount=amount,
        voucher_no="r1",
        reason="退回",
        entered_by=CASHIER,
    )


def outcomes(*confirmations, entries=(), superseded=()):
    file, _ = a_file()
    found = reconcile(file.lines, confirmations, entries, superseded=superseded)
    return [(finding.reference, finding.outcome.value) for finding in found]


# -- by a voucher


def test_a_payment_is_announced_with_the_hash_and_the_scope():
    application, event = paid()

    assert application.state is State.PAID
    assert event == AidPaid(
        **COMMON, occurred_on=ON, in_scope=True, amount=AMOUNT, person=PERSON.hash
    )


def test_what_is_paid_after_a_case_moved_counts_at_the_office_that_granted_it():
    moved = replace(CASE, office="410900", had_by=("410902",))
    _, file_paid = paying.confirm(moved, a_file()[1][0], PAYMENT)
    application, by_voucher = paying.pay(
        moved, funded(), PAYMENT, today=TODAY, amount=AMOUNT
    )
    _, returned = paying.take_back(moved, application, on=TODAY)

    assert {file_paid.office, by_voucher.office, returned.office} == {"410902"}


def test_only_what_was_funded_is_paid_and_once():
    codes = []
    for application in (APPLIED, verified(), granted(), paid()[0], a_file()[1][0]):
        with pytest.raises(Conflict) as refused:
            paid(application)
        codes.append(refused.value.code)

    assert codes == [
        *("not_granted", "not_granted", "not_funded"),
        *("already_paid", "in_payment_file"),
    ]


def test_who_granted_does_not_pay():
    with pytest.raises(Conflict) as refused:
        paid(by=LEADER)
    assert refused.value.code == "granter_pays"

    with pytest.raises(Conflict) as refused:
        a_file(by=LEADER)
    assert refused.value.code == "granter_pays"

    with pytest.raises(Conflict) as refused:
        sending(funded(), by=LEADER)
    assert refused.value.code == "granter_pays"

    with pytest.raises(Conflict) as refused:
        funded(by=LEADER)
    assert refused.value.code == "granter_pays"


def test_a_payment_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        paid(on=date(2021, 5, 19), amount=AMOUNT - 1)

    assert places(refused) == {
        ("date_before_start", "/paid_on"),
        ("amount_not_as_granted", "/amount_yuan"),
    }


def test_a_counter_entry_takes_the_payment_back_and_it_may_be_paid_anew():
    application, event = paying.take_back(CASE, paid()[0], on=TODAY)

    assert event == AidTakenBack(
        **COMMON, occurred_on=TODAY, in_scope=True, amount=AMOUNT, person=PERSON.hash
    )
    assert application.payment is None
    assert paid(application)[0].state is State.PAID


def test_what_a_file_could_not_pay_is_paid_by_a_voucher_and_by_no_line():
    failed = paying.fail(a_file()[1][0])
    application, _ = paid(failed)

    assert failed.reference == "F1-001"
    assert application.reference is None


def test_who_granted_confirms_no_payment_of_a_file():
    with pytest.raises(Conflict) as refused:
        paying.confirm(CASE, a_file()[1][0], replace(PAYMENT, by=LEADER))

    assert refused.value.code == "granter_pays"


# -- files


def test_a_file_has_a_line_for_each_grant_with_totals_and_a_checksum():
    second = replace(funded(), id="a2")
    file, instructed = a_file(funded(), second)

    assert file.content.splitlines()[:3] == [
        "付款编号,收款人,开户银行,账号,金额（元）,用途",
        "F1-001,甄虚构,农业银行,6228480000000000001,12000.00,国家司法救助金",
        "F1-002,甄虚构,农业银行,6228480000000000001,12000.00,国家司法救助金",
    ]
    assert file.content.splitlines()[3] == f"合计,2笔,,,24000.00,校验码{file.checksum}"
    assert [each.state for each in instructed] == [State.INSTRUCTED] * 2
    assert a_file(funded(), second)[0] == file


def test_nothing_stands_in_two_files_or_twice_in_one():
    with pytest.raises(Conflict) as refused:
        a_file(a_file()[1][0], funded(), funded(office="410923"), verified())

    assert places(refused) == {
        ("application_repeated", "/payments/0/application"),
        ("application_repeated", "/payments/1/application"),
        ("application_repeated", "/payments/2/application"),
        ("application_repeated", "/payments/3/application"),
        ("in_payment_file", "/payments/0/application"),
        ("other_office", "/payments/2/application"),
        ("not_granted", "/payments/3/application"),
    }


# -- what confirmations say together


@pytest.mark.parametrize(
    ("confirmations", "entries", "outcome"),
    [
        ([], [], "missing"),
        ([[row()]], [], "paid"),
        ([[row()], [row()]], [], "paid"),  # the confirmation came again
        ([[row(), row()]], [], "doubled"),
        ([[row()], [row(voucher="v2")]], [], "doubled"),
        ([[row(), row()]], [returned()], "corrected"),
        ([[row()]], [returned()], "taken_back"),
        ([[row(amount=5)]], [], "wrong_amount"),
        ([[row(amount=AMOUNT + 5)]], [], "wrong_amount"),
        ([[row(amount=5), row(amount=AMOUNT - 5, voucher="v2")]], [], "paid"),
        ([[row(failed=True)]], [], "failed"),
        ([[row(failed=True)], [row()]], [], "paid"),
    ],
)
def test_a_line_is_what_all_confirmations_say_together(confirmations, entries, outcome):
    assert outcomes(*confirmations, entries=entries) == [("F1-001", outcome)]


def test_a_payment_without_a_line_is_unknown_until_it_came_back():
    stranger = [row(), row("F9-009")]

    assert outcomes(stranger)[1] == ("F9-009", "unknown")
    assert outcomes(stranger, entries=[returned(reference="F9-009")])[1] == (
        "F9-009",
        "corrected",
    )


def test_nothing_is_due_on_a_line_whose_grant_stands_in_a_newer_file():
    assert outcomes(superseded={"F1-001"}) == [("F1-001", "replaced")]
    assert outcomes([row()], superseded={"F1-001"}) == [("F1-001", "doubled")]


def test_a_line_changes_the_application_that_it_pays_and_no_other():
    file, (instructed,) = a_file()
    confirmed, _ = paying.confirm(CASE, instructed, PAYMENT)
    elsewhere = replace(instructed, reference="F2-001")

    def act(application, entries=()):
        (finding,) = reconcile(file.lines, [[row()]], entries)
        return act_of(finding, application)

    assert (act(instructed), act(confirmed)) == (Act.CONFIRM, None)
    assert act(confirmed, [returned()]) is Act.TAKE_BACK
    assert act(instructed, [returned()]) is Act.FAIL
    assert act(elsewhere) is act(elsewhere, [returned()]) is None


def test_a_counter_entry_takes_back_the_excess_or_everything():
    file, _ = a_file()
    doubled = reconcile(file.lines, [[row(), row()]], ())

    require_owed_back(doubled, returned(), TODAY)
    require_owed_back(doubled, returned(2 * AMOUNT), TODAY)
    with pytest.raises(Rejected) as refused:
        require_owed_back(doubled, returned(5), TODAY)
    assert places(refused) == {("counter_entry_amount", "/amount_yuan")}
    with pytest.raises(Conflict) as refused:
        require_owed_back(doubled, returned(reference="F7"), TODAY)
    assert refused.value.code == "nothing_paid"


# -- whatever is called, in whatever order


class Office:
    """
    A case of aid at work: what the endpoints do, and the money that was announced.
    """

    def __init__(self):
        self.application: Application = APPLIED
        self.files: list[PaymentFile] = []
        self.confirmations: dict[str, list] = {}
        self.entries: dict[str, list] = {}
        self.events: list = []
        self.accounts: dict[str, set] = {"apply": {CLERK}, "grant": set(), "pay": set()}

    def verify(self, account, _number):
        self.application = verified(self.application, by=account)
        self.accounts["apply"].add(account)

    def decide(self, account, _number):
        terms = replace(TERMS, by=account)
        self.application, _ = decided(self.application, terms=terms)
        self.accounts["grant"].add(account)

    def fund(self, account, _number):
        self.application = funded(self.application, by=account)
        self.accounts["pay"].add(account)

    def pay(self, account, _number):
        self.application, event = paid(self.application, by=account)
        self.events.append(event)
        self.accounts["pay"].add(account)

    def take_back(self, _account, _number):
        if self.application.reference is None:
            self.application, event = paying.take_back(CASE, self.application, on=TODAY)
            self.events.append(event)

    def instruct(self, account, _number):
        identity = f"F{len(self.files) + 1}"
        file, (self.application,) = a_file(
            self.application, by=account, identity=identity
        )
        self.files.append(file)
        self.accounts["pay"].add(account)

    def send(self, account, number):
        file = self.files[number % len(self.files)]
        sent = sending(self.application, by=account, file=file.id)
        self.accounts["pay"].add(sent.by)

    def confirm(self, account, number):
        rows = [
            [row()],
            [row(), row()],
            [row(voucher="v2")],
            [row(amount=5)],
            [row(failed=True)],
            [row(amount=AMOUNT + 5, voucher="v3")],
        ]
        file = self.files[number % len(self.files)]
        sent = rows[number % len(rows)]
        sent = [replace(each, reference=f"{file.id}-001") for each in sent]
        self.confirmations.setdefault(file.id, []).append(sent)
        self._settle(file, account)

    def correct(self, account, number):
        file = self.files[number % len(self.files)]
        (finding,) = self._findings(file)
        amount = (finding.difference, finding.paid)[number % 2]
        entry = returned(amount, f"{file.id}-001")
        require_owed_back([finding], entry, TODAY)
        self.entries.setdefault(file.id, []).append(entry)
        self._settle(file, account)

    def _findings(self, file):
        (line,) = file.lines
        other = self.application.reference != line.reference
        return reconcile(
            file.lines,
            self.confirmations.get(file.id, ()),
            self.entries.get(file.id, ()),
            superseded={line.reference} if other else (),
        )

    def _settle(self, file, account):
        (finding,) = self._findings(file)
        match act_of(finding, self.application):
            case Act.CONFIRM:
                payment = Payment(on=ON, by=account, voucher_no="v")
                self.application, event = paying.confirm(
                    CASE, self.application, payment
                )
                self.events.append(event)
                self.accounts["pay"].add(account)
            case Act.TAKE_BACK:
                self.application, event = paying.take_back(
                    CASE, self.application, on=TODAY
                )
                self.events.append(event)
            case Act.FAIL:
                self.application = paying.fail(self.application)

    def net(self):
        return sum(
            event.amount if isinstance(event, AidPaid) else -event.amount
            for event in self.events
        )


CALLS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("verify", "decide", "fund", "pay", "take_back"),
                *("instruct", "send", "confirm", "correct", "confirm", "instruct"),
            ]
        ),
        st.sampled_from([CLERK, LEADER, CASHIER]),
        st.integers(0, 11),
    ),
    max_size=25,
)
BEGUN = [("verify", CLERK, 0), ("decide", LEADER, 0), ("fund", CLERK, 0)]


@pytest.mark.parametrize("begun", [[], BEGUN], ids=["from nothing", "once funded"])
@given(calls=CALLS)
def test_no_sequence_of_calls_pays_twice_or_more_or_by_who_granted(begun, calls):
    office = Office()
    for act, account, number in [*begun, *calls]:
        try:
            getattr(office, act)(account, number)
        except (Refusal, ZeroDivisionError):
            continue
        due = office.application.amount or 0
        is_paid = office.application.state is State.PAID
        assert office.net() == (due if is_paid else 0)
        assert not office.accounts["grant"] & office.accounts["apply"]
        assert not office.accounts["grant"] & office.accounts["pay"]


def test_a_doubled_line_is_paid_once_and_the_difference_is_the_second_payment():
    file, (application,) = a_file()
    (finding,) = reconcile(file.lines, [[row(), row()]], ())

    assert finding.outcome is Outcome.DOUBLED
    assert finding.difference == AMOUNT
    assert act_of(finding, application) is Act.CONFIRM
