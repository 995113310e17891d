"""
The mirrored cases, applications for aid, wages, budgets and payments.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.migrations import (
    create_common_tables,
    create_document_tables,
    drop_common_tables,
    drop_document_tables,
)

revision = "0001"
down_revision = None

S = "aid"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    op.create_table(
        "cases",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("in_scope", sa.Boolean, nullable=False),
        sa.Column("merged_into", sa.String),
        sa.Column("merged_on", sa.Date),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("merge_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column(
            "withdrawal_sequence", sa.BigInteger, nullable=False, server_default="0"
        ),
        sa.Column("move_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("had_by", postgresql.JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        schema=S,
    )
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"], schema=S)
    op.create_table(
        "applications",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("once", sa.String),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("applied_by", sa.String, nullable=False),
        sa.Column("clue", postgresql.JSONB()),
        sa.Column("funds", postgresql.JSONB()),
        sa.Column("notice", postgresql.JSONB()),
        sa.Column("payment", postgresql.JSONB()),
        sa.Column("reference", sa.String),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.ForeignKeyConstraint(
            ["case_number"], ["aid.cases.number"], name="fk_applications_case_number"
        ),
        sa.UniqueConstraint("once", name="uq_applications_once"),
        schema=S,
    )
    op.create_index("ix_applications_person", "applications", ["person"], schema=S)
    op.create_index(
        "ix_applications_case_number", "applications", ["case_number"], schema=S
    )
    op.create_index(
        "ix_applications_office_id", "applications", ["office", "id"], schema=S
    )
    op.create_table(
        "wages",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("entered_on", sa.Date),
        sa.Column("entered_by", sa.String),
        sa.Column("confirmed_on", sa.Date),
        sa.Column("confirmed_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_wages"),
        schema=S,
    )
    op.create_index("ix_wages_place_year", "wages", ["place", "year"], schema=S)
    op.create_table(
        "budgets",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("document", sa.String, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        schema=S,
    )
    op.create_index(
        "ix_budgets_office_year_id", "budgets", ["office", "year", "id"], schema=S
    )
    op.create_table(
        "grants",
        sa.Column("application", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("application", "office", name="pk_grants"),
        schema=S,
    )
    op.create_index("ix_grants_office_year", "grants", ["office", "year"], schema=S)
    op.execute("CREATE SEQUENCE aid.payment_file_numbers")
    op.create_table(
        "payment_files",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("checksum", sa.String, nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_files"),
        schema=S,
    )
    op.create_index(
        "ix_payment_files_office_id", "payment_files", ["office", "id"], schema=S
    )
    op.create_table(
        "payment_sendings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_sendings"),
        schema=S,
    )
    op.create_index("ix_payment_sendings_file", "payment_sendings", ["file"], schema=S)
    op.create_table(
        "payment_receipts",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("checksum", sa.String, nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_receipts"),
        sa.UniqueConstraint(
            "file", "checksum", name="uq_payment_receipts_file_checksum"
        ),
        schema=S,
    )
    op.create_table(
        "counter_entries",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("file", sa.String),
        sa.Column("application", sa.String),
        sa.Column("reference", sa.String),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("voucher_no", sa.String, nullable=False),
        sa.Column("entered_by", sa.String, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counter_entries"),
        schema=S,
    )
    op.create_index("ix_counter_entries_file", "counter_entries", ["file"], schema=S)
    op.create_index(
        "ix_counter_entries_application", "counter_entries", ["application"], schema=S
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("help", sa.String, nullable=False),
        sa.Column("referred_on", sa.Date, nullable=False),
        sa.Column("document", sa.String, nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.Column("outcome", sa.String),
        sa.Column("answer_document", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_referrals"),
        sa.ForeignKeyConstraint(
            ["case_number"], ["aid.cases.number"], name="fk_referrals_case_number"
        ),
        schema=S,
    )
    op.create_index("ix_referrals_case_number", "referrals", ["case_number"], schema=S)
    op.create_index("ix_referrals_office_id", "referrals", ["office", "id"], schema=S)
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("application", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        sa.ForeignKeyConstraint(
            ["application"], ["aid.applications.id"], name="fk_follow_ups_application"
        ),
        schema=S,
    )
    op.create_index(
        "ix_follow_ups_application", "follow_ups", ["application"], schema=S
    )


def downgrade() -> None:
    op.execute("DROP SEQUENCE aid.payment_file_numbers")
    for table in (
        "follow_ups",
        "referrals",
        "counter_entries",
        "payment_receipts",
        "payment_sendings",
        "payment_files",
        "grants",
        "budgets",
        "wages",
        "applications",
        "cases",
    ):
        op.drop_table(table, schema=S)
    drop_document_tables(S)
    drop_common_tables(S)
