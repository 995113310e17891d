"""
Mirrored cases, applications for aid, referrals, wages, budgets and payments.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.first_tables import (
    create_common_tables,
    create_document_tables,
    create_mirrored_cases,
    create_openings,
    create_paper_numbers,
    create_standing_closings,
    drop_tables,
)

revision = "0001"
down_revision = None

S = "aid"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    create_paper_numbers(S)
    create_standing_closings(S)
    create_openings(S)
    create_mirrored_cases(S)
    _applications()
    _referrals()
    _money()
    _payments()


def downgrade() -> None:
    drop_tables(S)
    op.execute("DROP SEQUENCE aid.payment_file_numbers")


def _applications() -> None:
    """
    Applications for aid, and the visits after it.
    """
    op.create_table(
        "applications",
        Column("id", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("state", String, nullable=False),
        Column("person", String, nullable=False),
        Column("matter", String, nullable=False),
        Column("once", String),
        Column("origin", String, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("applied_by", String, nullable=False),
        Column("clue", JSONB),
        Column("another_case", JSONB),
        Column("funds", JSONB),
        Column("notice", JSONB),
        Column("payment", JSONB),
        Column("reference", String),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_applications"),
        UniqueConstraint("once", name="uq_applications_once"),
        ForeignKeyConstraint(
            ["case_number"], ["aid.cases.number"], name="fk_applications_case_number"
        ),
        Index("ix_applications_case_number", "case_number"),
        Index("ix_applications_listed", "office", "state", "origin"),
        Index("ix_applications_office_id", "office", "id"),
        Index("ix_applications_person", "person"),
        schema=S,
    )
    op.create_table(
        "follow_ups",
        Column("id", String, nullable=False),
        Column("application", String, nullable=False),
        Column("office", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("mode", String, nullable=False),
        Column("post", String, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_follow_ups"),
        ForeignKeyConstraint(
            ["application"], ["aid.applications.id"], name="fk_follow_ups_application"
        ),
        Index("ix_follow_ups_application", "application"),
        schema=S,
    )


def _referrals() -> None:
    """
    Cases referred for help of other kinds.
    """
    op.create_table(
        "referrals",
        Column("id", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("to", String, nullable=False),
        Column("help", String, nullable=False),
        Column("referred_on", Date, nullable=False),
        Column("document", String, nullable=False),
        Column("answered_on", Date),
        Column("outcome", String),
        Column("answer_document", String),
        PrimaryKeyConstraint("id", name="pk_referrals"),
        ForeignKeyConstraint(
            ["case_number"], ["aid.cases.number"], name="fk_referrals_case_number"
        ),
        Index("ix_referrals_case_number", "case_number"),
        Index("ix_referrals_office_id", "office", "id"),
        schema=S,
    )


def _money() -> None:
    """
    Wages, budgets, and what of them was granted.
    """
    op.create_table(
        "wages",
        Column("id", String, nullable=False),
        Column("place", String, nullable=False),
        Column("year", BigInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("source", String, nullable=False),
        Column("state", String, nullable=False),
        Column("entered_on", Date),
        Column("entered_by", String),
        Column("confirmed_on", Date),
        Column("confirmed_by", String),
        PrimaryKeyConstraint("id", name="pk_wages"),
        Index("ix_wages_place_year", "place", "year"),
        schema=S,
    )
    op.create_table(
        "budgets",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("year", BigInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("document", String, nullable=False),
        Column("entered_on", Date, nullable=False),
        Column("entered_by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_budgets"),
        Index("ix_budgets_office_year_id", "office", "year", "id"),
        schema=S,
    )
    op.create_table(
        "grants",
        Column("application", String, nullable=False),
        Column("office", String, nullable=False),
        Column("year", BigInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        PrimaryKeyConstraint("application", "office", name="pk_grants"),
        Index("ix_grants_office_year", "office", "year"),
        schema=S,
    )


def _payments() -> None:
    """
    Payment files, sent and confirmed, and the money that came back.
    """
    op.execute("CREATE SEQUENCE aid.payment_file_numbers")
    op.create_table(
        "payment_files",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("made_on", Date, nullable=False),
        Column("made_by", String, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("checksum", String, nullable=False),
        Column("lines", JSONB, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_payment_files"),
        Index("ix_payment_files_office_id", "office", "id"),
        schema=S,
    )
    op.create_table(
        "payment_sendings",
        Column("id", String, nullable=False),
        Column("file", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_payment_sendings"),
        Index("ix_payment_sendings_file", "file"),
        schema=S,
    )
    op.create_table(
        "payment_receipts",
        Column("id", String, nullable=False),
        Column("file", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("by", String, nullable=False),
        Column("checksum", String, nullable=False),
        Column("rows", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_payment_receipts"),
        UniqueConstraint("file", "checksum", name="uq_payment_receipts_file_checksum"),
        schema=S,
    )
    op.create_table(
        "counter_entries",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("file", String),
        Column("application", String),
        Column("reference", String),
        Column("on", Date, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("voucher_no", String, nullable=False),
        Column("entered_by", String, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_counter_entries"),
        Index("ix_counter_entries_application", "application"),
        Index("ix_counter_entries_file", "file"),
        schema=S,
    )
