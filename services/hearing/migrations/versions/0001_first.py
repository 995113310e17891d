"""
The mirrored cases, requests and decisions on hearings, and the registers of members.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.migrations import (
    create_common_tables,
    create_document_tables,
    drop_common_tables,
    drop_document_tables,
)

revision = "0001"
down_revision = None

S = "hearing"


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
        sa.Column("had_by", JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        schema=S,
    )
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"], schema=S)
    op.create_table(
        "requests",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("requested_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.Column("told_on", sa.Date),
        sa.Column("reason", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.ForeignKeyConstraint(
            ["case_number"], ["hearing.cases.number"], name="fk_requests_case_number"
        ),
        schema=S,
    )
    op.create_index("ix_requests_case_number", "requests", ["case_number"], schema=S)
    op.create_index("ix_requests_office_id", "requests", ["office", "id"], schema=S)
    op.create_table(
        "hearings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("approver_post", sa.String, nullable=False),
        sa.Column("request", sa.String),
        sa.Column("planned_on", sa.Date),
        sa.Column("kind", sa.String),
        sa.Column("subject", sa.String),
        sa.Column("topic", sa.String),
        sa.Column("public", sa.Boolean),
        sa.Column("public_reason", sa.String),
        sa.Column("scheduled_on", sa.Date),
        sa.Column("starts", sa.String),
        sa.Column("ends", sa.String),
        sa.Column("place", sa.String),
        sa.Column("handler_post", sa.String),
        sa.Column("chair_post", sa.String),
        sa.Column("members", JSONB, nullable=False),
        sa.Column("draws", JSONB, nullable=False),
        sa.Column("notices", JSONB, nullable=False),
        sa.Column("announced_on", sa.Date),
        sa.Column("announced_in", sa.String),
        sa.Column("adjournments", JSONB, nullable=False),
        sa.Column("called_off_on", sa.Date),
        sa.Column("called_off_because", sa.String),
        sa.Column("held_on", sa.Date),
        sa.Column("members_present", JSONB, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("steps_left_out_because", sa.String),
        sa.Column("leader_chaired", sa.Boolean),
        sa.Column("opinion_on", sa.Date),
        sa.Column("opinion", sa.String),
        sa.Column("members_agreed", sa.BigInteger),
        sa.Column("adoption", sa.String),
        sa.Column("adoption_on", sa.Date),
        sa.Column("adoption_reason", sa.String),
        sa.Column("members_told_on", sa.Date),
        sa.Column("result_on", sa.Date),
        sa.Column("settled", sa.Boolean),
        sa.Column("watch_over_on", sa.Date),
        sa.Column("settled_for_good", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_hearings"),
        sa.ForeignKeyConstraint(
            ["case_number"], ["hearing.cases.number"], name="fk_hearings_case_number"
        ),
        schema=S,
    )
    op.create_index("ix_hearings_case_number", "hearings", ["case_number"], schema=S)
    op.create_index("ix_hearings_office_id", "hearings", ["office", "id"], schema=S)
    op.create_index(
        "ix_hearings_office_scheduled_on",
        "hearings",
        ["office", "scheduled_on"],
        schema=S,
    )
    op.create_table(
        "members",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("trade", sa.String, nullable=False),
        sa.Column("term_from", sa.Date, nullable=False),
        sa.Column("term_to", sa.Date, nullable=False),
        sa.Column("eligibility", JSONB, nullable=False),
        sa.Column("confirmed_on", sa.Date, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("status_on", sa.Date, nullable=False),
        sa.Column("status_reason", sa.String),
        sa.Column("last_drawn_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        schema=S,
    )
    op.create_index(
        "ix_members_office_number",
        "members",
        ["office", "number"],
        unique=True,
        schema=S,
    )
    op.create_index("ix_members_office_id", "members", ["office", "id"], schema=S)


def downgrade() -> None:
    for table in (
        "members",
        "hearings",
        "requests",
        "cases",
    ):
        op.drop_table(table, schema=S)
    drop_document_tables(S)
    drop_common_tables(S)
