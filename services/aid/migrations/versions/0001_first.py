"""
The mirrored cases, and the applications for aid.
"""

import sqlalchemy as sa
from alembic import op

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
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date),
        sa.Column("approver_post", sa.String),
        sa.Column("amount", sa.BigInteger),
        sa.Column("paid_on", sa.Date),
        sa.Column("voucher_no", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.ForeignKeyConstraint(
            ["case_number"], ["aid.cases.number"], name="fk_applications_case_number"
        ),
        schema=S,
    )
    op.create_index(
        "ix_applications_case_number_person",
        "applications",
        ["case_number", "person"],
        schema=S,
    )
    op.create_index(
        "ix_applications_office_id", "applications", ["office", "id"], schema=S
    )


def downgrade() -> None:
    for table in (
        "applications",
        "cases",
    ):
        op.drop_table(table, schema=S)
    drop_document_tables(S)
    drop_common_tables(S)
