"""
Payment files, what was confirmed of them, and counter-entries.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from services.aid.domain.payments.instructing import PaymentFile
from services.aid.domain.payments.receipts import Receipt, Sending
from services.aid.domain.payments.reconciling import CounterEntry
from services.aid.store.tables import (
    SEALED_ENTRY,
    SEALED_FILE,
    counter_entries,
    payment_file_numbers,
    payment_files,
    payment_receipts,
    payment_sendings,
)
from shared.records.rows import Records
from shared.records.sealed import SealedRecords
from shared.web.paging import Page, PageRequest


class PaymentFiles(SealedRecords[PaymentFile]):
    """
    The files that were made; their content names people and is encrypted.
    """

    table = payment_files
    record = PaymentFile
    sealed = SEALED_FILE

    def next_id(self, office: str, year: int) -> str:
        """
        The id of a new file; the references of its lines begin with it.
        """
        count = self.session.scalar(select(payment_file_numbers.next_value()))
        return f"{office}-{year}-F{count:05d}"

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[PaymentFile]:
        return self.page_of_offices(offices, self.query(), request)


class Sendings(Records[Sending]):
    """
    How often a file was fetched to be sent.
    """

    table = payment_sendings
    record = Sending

    def count(self, file: str) -> int:
        query = select(func.count()).where(payment_sendings.c.file == file)
        return int(self.session.scalar(query) or 0)


class Receipts(Records[Receipt]):
    """
    The confirmations of the finance office.
    """

    table = payment_receipts
    record = Receipt

    def of_file(self, file: str) -> list[Receipt]:
        """
        The confirmations of a file in the order of their receipt.
        """
        query = self.query().where(payment_receipts.c.file == file)
        return self.all(query.order_by(payment_receipts.c.id))


class CounterEntries(SealedRecords[CounterEntry]):
    """
    The money that came back; why is encrypted.
    """

    table = counter_entries
    record = CounterEntry
    sealed = SEALED_ENTRY

    def of_file(self, file: str) -> list[CounterEntry]:
        query = self.query().where(counter_entries.c.file == file)
        return self.all(query.order_by(counter_entries.c.id))
