"""
The supervision ladder: rungs to come, crossings, notices and interviews.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "rungs",
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_rungs"),
        schema=S,
    )
    op.create_index("ix_rungs_number", "rungs", ["number"], schema=S)
    op.create_index("ix_rungs_on_subject", "rungs", ["on", "subject"], schema=S)
    op.create_table(
        "crossings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("duty", sa.String),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("to_office", sa.String, nullable=False),
        sa.Column("to_post", sa.String),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_crossings"),
        schema=S,
    )
    op.create_index("ix_crossings_subject", "crossings", ["subject"], schema=S)
    op.create_index("ix_crossings_number", "crossings", ["number"], schema=S)
    op.create_index("ix_crossings_office_id", "crossings", ["office", "id"], schema=S)
    op.create_index(
        "ix_crossings_programme_kind", "crossings", ["programme", "kind"], schema=S
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("duty", sa.String),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("reply_by", sa.Date, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by_post", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_on", sa.Date, nullable=False),
        sa.Column("progress", sa.Boolean),
        sa.Column("answer", sa.Text),
        sa.Column("answered_on", sa.Date),
        sa.Column("answered_by", sa.String),
        sa.Column("answer_post", sa.String),
        sa.Column("reviewed_by", sa.String),
        sa.Column("reasons", sa.Text),
        sa.Column("course", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        schema=S,
    )
    op.create_index("ix_notices_number", "notices", ["number"], schema=S)
    op.create_index(
        "ix_notices_office_issued_on_id",
        "notices",
        ["office", "issued_on", "id"],
        schema=S,
    )
    op.create_index(
        "ix_notices_programme_state", "notices", ["programme", "state"], schema=S
    )
    op.create_table(
        "interviews",
        sa.Column("candidate", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by_post", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("candidate", name="pk_interviews"),
        schema=S,
    )
    op.create_index(
        "ix_duties_late",
        "duties",
        ["due_on"],
        postgresql_where=sa.text("state = 'open' AND flagged"),
        schema=S,
    )


def downgrade() -> None:
    op.drop_index("ix_duties_late", "duties", schema=S)
    for table in ("interviews", "notices", "crossings", "rungs"):
        op.drop_table(table, schema=S)
