"""
Petitions, replies, cases and the ledgers they came in.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.migrations import (
    create_common_tables,
    create_document_tables,
    drop_common_tables,
    drop_document_tables,
    vacuum_early,
)

revision = "0001"
down_revision = None

S = "intake"


def entered_at() -> sa.Column:
    return sa.Column(
        "created_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.text("clock_timestamp()"),
    )


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    op.execute("CREATE SEQUENCE intake.petition_numbers")
    op.create_table(
        "cases",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("track", sa.String, nullable=False),
        sa.Column("in_scope", sa.Boolean, nullable=False),
        sa.Column("failing", JSONB, nullable=False),
        sa.Column("repeats", sa.BigInteger, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("case_kind", sa.String, nullable=False),
        sa.Column("topic", sa.String),
        sa.Column("registration_level", sa.String),
        sa.Column("persons", sa.BigInteger, nullable=False),
        sa.Column("merged_into", sa.String),
        sa.Column("merged_on", sa.Date),
        sa.Column("unmerged_on", sa.Date),
        sa.Column("corrected", sa.BigInteger, nullable=False),
        sa.Column("corrected_on", sa.Date),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("closed_as", sa.String),
        sa.Column("had_by", JSONB, nullable=False),
        sa.Column("case_no", sa.String, nullable=False),
        sa.Column("person", sa.String),
        sa.Column("matter", sa.String),
        sa.Column("keys", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("name", sa.String),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.Column("import_id", sa.String),
        sa.Column(
            "closing_sequence", sa.BigInteger, nullable=False, server_default="0"
        ),
        sa.Column("registered_by", sa.String, nullable=False),
        sa.Column("move_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        sa.UniqueConstraint("case_no", "registered_by", name="uq_cases_case_no"),
        schema=S,
    )
    op.create_index(
        "ix_cases_keys", "cases", ["keys"], schema=S, postgresql_using="gin"
    )
    op.create_index("ix_cases_matter", "cases", ["matter"], schema=S)
    op.create_index("ix_cases_import_id", "cases", ["import_id"], schema=S)
    op.create_index("ix_cases_name", "cases", ["name", "office"], schema=S)
    op.create_index(
        "ix_cases_office_opened_on",
        "cases",
        ["office", "opened_on", "number"],
        schema=S,
    )
    op.create_index("ix_cases_opened_on", "cases", ["opened_on", "number"], schema=S)
    op.create_table(
        "corrections",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("reply", sa.String),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.String),
        sa.Column("position", sa.BigInteger),
        sa.Column("proposed", sa.Boolean, nullable=False),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        schema=S,
    )
    op.create_index(
        "ix_corrections_import",
        "corrections",
        ["import_id", "position", "id"],
        schema=S,
    )
    op.create_index("ix_corrections_number", "corrections", ["number", "id"], schema=S)
    op.create_table(
        "imports",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("rows_read", sa.BigInteger, nullable=False),
        sa.Column("rows_kept", sa.BigInteger, nullable=False),
        sa.Column("rows_repeated", sa.BigInteger, nullable=False),
        sa.Column("rows_corrected", sa.BigInteger, nullable=False),
        sa.Column("rows_rejected", sa.BigInteger, nullable=False),
        sa.Column("out_of_scope", sa.BigInteger, nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.Column("checksum", sa.String, nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        schema=S,
    )
    op.create_index("ix_imports_office", "imports", ["office", "id"], schema=S)
    op.create_index(
        "ix_imports_office_checksum",
        "imports",
        ["office", "programme", "checksum"],
        schema=S,
    )
    op.create_table(
        "file_parts",
        sa.Column("import_id", sa.String, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "part", name="pk_file_parts"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["intake.imports.id"], name="fk_file_parts_import_id"
        ),
        schema=S,
    )
    op.create_table(
        "openings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
        schema=S,
    )
    op.create_index(
        "ix_openings_office", "openings", ["office", "opened_on", "id"], schema=S
    )
    op.create_index("ix_openings_opened_on", "openings", ["opened_on", "id"], schema=S)
    op.create_table(
        "petitions",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("case_kind", sa.String, nullable=False),
        sa.Column("repeat_of", sa.String),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("topic", sa.String),
        sa.Column("registration_level", sa.String),
        sa.Column("persons", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("to_office", sa.String),
        sa.Column("received_as", sa.String),
        sa.Column("passed_from", sa.String),
        sa.Column("case_opened_on", sa.Date),
        sa.Column("first_office", sa.String),
        sa.Column("first_post", sa.String),
        sa.Column("matter_decided_on", sa.Date),
        sa.Column("accused_office", sa.String),
        sa.Column("corrected", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("split_from", sa.String),
        sa.Column("split_into", sa.String),
        sa.Column("matter", sa.String),
        sa.Column("keys", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("enquiry", sa.String),
        sa.Column("name", sa.String),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        entered_at(),
        sa.PrimaryKeyConstraint("number", name="pk_petitions"),
        schema=S,
    )
    op.create_index(
        "ix_petitions_enquiry", "petitions", ["enquiry"], unique=True, schema=S
    )
    op.create_index(
        "ix_petitions_matter", "petitions", ["matter", "received_on"], schema=S
    )
    op.create_index(
        "ix_petitions_content", "petitions", ["content", "created_at"], schema=S
    )
    op.create_index("ix_petitions_name", "petitions", ["name", "office"], schema=S)
    op.create_index(
        "ix_petitions_office_received_on",
        "petitions",
        ["office", "received_on", "number"],
        schema=S,
    )
    op.create_index(
        "ix_petitions_received_on", "petitions", ["received_on", "number"], schema=S
    )
    op.create_index(
        "ix_petitions_keys", "petitions", ["keys"], schema=S, postgresql_using="gin"
    )
    op.create_index(
        "ix_petitions_to_office",
        "petitions",
        ["to_office", "number"],
        schema=S,
        postgresql_where=sa.text("to_office IS NOT NULL AND received_as IS NULL"),
    )
    op.create_index(
        "ix_petitions_repeat_of",
        "petitions",
        ["repeat_of"],
        schema=S,
        postgresql_where=sa.text("repeat_of IS NOT NULL"),
    )
    op.create_table(
        "matter_decisions",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("petition", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("same_as", sa.String),
        sa.Column("new_facts", sa.Boolean, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_decisions"),
        sa.ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_matter_decisions_petition",
        ),
        schema=S,
    )
    op.create_index(
        "ix_matter_decisions_petition",
        "matter_decisions",
        ["petition", "id"],
        schema=S,
    )
    op.create_table(
        "petition_steps",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("petition", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("document", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("to_office", sa.String),
        sa.Column("report_by", sa.Date),
        sa.Column("same_as", sa.String),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_petition_steps"),
        sa.ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_petition_steps_petition",
        ),
        schema=S,
    )
    op.create_index(
        "ix_petition_steps_petition", "petition_steps", ["petition", "id"], schema=S
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("petition", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["petition"], ["intake.petitions.number"], name="fk_deliveries_petition"
        ),
        sa.ForeignKeyConstraint(
            ["step"], ["intake.petition_steps.id"], name="fk_deliveries_step"
        ),
        schema=S,
    )
    op.create_index(
        "ix_deliveries_petition", "deliveries", ["petition", "id"], schema=S
    )
    op.create_table(
        "counted_repeats",
        sa.Column("petition", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("petition", "case_number", name="pk_counted_repeats"),
        sa.ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_counted_repeats_petition",
        ),
        sa.ForeignKeyConstraint(
            ["case_number"],
            ["intake.cases.number"],
            name="fk_counted_repeats_case_number",
        ),
        schema=S,
    )
    op.create_table(
        "rejected_rows",
        sa.Column("import_id", sa.String, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("row", sa.BigInteger, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "position", name="pk_rejected_rows"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["intake.imports.id"], name="fk_rejected_rows_import_id"
        ),
        schema=S,
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("petition", sa.String, nullable=False),
        sa.Column("replied_on", sa.Date, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.Column("content", sa.String, nullable=False),
        entered_at(),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.ForeignKeyConstraint(
            ["petition"], ["intake.petitions.number"], name="fk_replies_petition"
        ),
        schema=S,
    )
    op.create_index("ix_replies_petition", "replies", ["petition", "id"], schema=S)

    # The row of an import is changed with every set of rows that is read.
    vacuum_early(S, "imports", fillfactor=50)


def downgrade() -> None:
    for table in (
        "replies",
        "rejected_rows",
        "counted_repeats",
        "deliveries",
        "petition_steps",
        "matter_decisions",
        "petitions",
        "openings",
        "file_parts",
        "imports",
        "corrections",
        "cases",
    ):
        op.drop_table(table, schema=S)
    op.execute("DROP SEQUENCE intake.petition_numbers")
    drop_document_tables(S)
    drop_common_tables(S)
