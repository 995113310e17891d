"""
The tables of aid.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Sequence, UniqueConstraint

from services.aid.domain.application import Application
from services.aid.domain.budgets import Budget, Grant
from services.aid.domain.payments.instructing import PaymentFile
from services.aid.domain.payments.receipts import Receipt, Sending
from services.aid.domain.payments.reconciling import CounterEntry
from services.aid.domain.social import FollowUp, Referral
from services.aid.domain.wages import Wage
from shared.cases.mirror import case_table
from shared.documents.closings import standing_closings_table
from shared.documents.numbering import paper_numbers_table
from shared.documents.store import document_openings_table, documents_table
from shared.records.openings import openings_table
from shared.records.tables import table_of
from shared.service.tables import service_tables

metadata, OUTBOX, TABLES = service_tables("aid")

cases = case_table(metadata)

documents = documents_table(metadata)
paper_numbers = paper_numbers_table(metadata)
document_openings = document_openings_table(metadata)
openings = openings_table(metadata)
standing_closings = standing_closings_table(metadata)

SEALED = ("id_last_four", "name", "hardship", "verification", "decision")
SEALED_FILE = ("content",)
SEALED_ENTRY = ("reason",)
SEALED_FOLLOW_UP = ("use",)

applications = table_of(
    Application,
    "applications",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_applications_person", "person"),
    Index("ix_applications_case_number", "case_number"),
    Index("ix_applications_office_id", "office", "id"),
    Index("ix_applications_listed", "office", "state", "origin"),
    UniqueConstraint("once", name="uq_applications_once"),
    sealed=SEALED,
)

wages = table_of(
    Wage,
    "wages",
    metadata,
    Index("ix_wages_place_year", "place", "year"),
)

budgets = table_of(
    Budget,
    "budgets",
    metadata,
    Index("ix_budgets_office_year_id", "office", "year", "id"),
)

grants = table_of(
    Grant,
    "grants",
    metadata,
    Index("ix_grants_office_year", "office", "year"),
    key=("application", "office"),
)

payment_files = table_of(
    PaymentFile,
    "payment_files",
    metadata,
    Index("ix_payment_files_office_id", "office", "id"),
    sealed=SEALED_FILE,
)

payment_sendings = table_of(
    Sending,
    "payment_sendings",
    metadata,
    Index("ix_payment_sendings_file", "file"),
)

payment_receipts = table_of(
    Receipt,
    "payment_receipts",
    metadata,
    UniqueConstraint("file", "checksum", name="uq_payment_receipts_file_checksum"),
)

counter_entries = table_of(
    CounterEntry,
    "counter_entries",
    metadata,
    Index("ix_counter_entries_file", "file"),
    Index("ix_counter_entries_application", "application"),
    sealed=SEALED_ENTRY,
)

referrals = table_of(
    Referral,
    "referrals",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_referrals_case_number", "case_number"),
    Index("ix_referrals_office_id", "office", "id"),
)

follow_ups = table_of(
    FollowUp,
    "follow_ups",
    metadata,
    Column("application", ForeignKey(applications.c.id), nullable=False),
    Index("ix_follow_ups_application", "application"),
    sealed=SEALED_FOLLOW_UP,
)

payment_file_numbers = Sequence("payment_file_numbers", metadata=metadata)
