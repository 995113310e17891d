"""
Owner, creditor, warning and basis of duties; their history; clocks of what recurs.
Day, documents and signatures of closings.

A closing reported before had no day of its own: it is that on which it was concluded.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

S = "assignment"
DUTY_COLUMNS = ("post", "creditor", "warn_days", "basis", "supervised", "backdated")


def upgrade() -> None:
    op.add_column("duties", sa.Column("post", sa.String), schema=S)
    op.add_column(
        "duties",
        sa.Column("creditor", sa.String, nullable=False, server_default="upper"),
        schema=S,
    )
    op.add_column(
        "duties",
        sa.Column("warn_days", sa.Integer, nullable=False, server_default="3"),
        schema=S,
    )
    op.add_column(
        "duties",
        sa.Column("basis", sa.String, nullable=False, server_default=""),
        schema=S,
    )
    for name in ("supervised", "backdated"):
        op.add_column(
            "duties",
            sa.Column(name, sa.Boolean, nullable=False, server_default="false"),
            schema=S,
        )
    _index_unflagged("state = 'open' AND NOT flagged AND NOT backdated")
    op.add_column("matters", sa.Column("next_occurrence_on", sa.Date), schema=S)
    op.create_index(
        "ix_matters_next_occurrence",
        "matters",
        ["next_occurrence_on", "number"],
        schema=S,
        postgresql_where=sa.text("next_occurrence_on IS NOT NULL"),
    )
    op.create_index(
        "ix_facts_acts",
        "facts",
        ["occurred_on", "number"],
        schema=S,
        postgresql_where=sa.text("type = 'assignment.act_recorded'"),
    )
    op.create_table(
        "duty_history",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("duty", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_before", sa.Date),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.PrimaryKeyConstraint("position", name="pk_duty_history"),
        schema=S,
    )
    op.create_index("ix_duty_history_duty", "duty_history", ["duty"], schema=S)
    op.create_table(
        "report_schedules",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("schedule", sa.String, nullable=False),
        sa.Column("begun_until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("programme", "schedule", name="pk_report_schedules"),
        schema=S,
    )
    _upgrade_closings()


def _index_unflagged(of: str) -> None:
    name = "ix_duties_unflagged"
    op.drop_index(name, "duties", schema=S)
    op.create_index(
        name, "duties", ["due_on", "id"], schema=S, postgresql_where=sa.text(of)
    )


def _upgrade_closings() -> None:
    op.add_column("closings", sa.Column("submitted_on", sa.Date), schema=S)
    op.execute(f"UPDATE {S}.closings SET submitted_on = concluded_on")  # noqa: S608
    op.alter_column("closings", "submitted_on", nullable=False, schema=S)
    op.add_column(
        "closings",
        sa.Column("documents", JSONB, nullable=False, server_default="[]"),
        schema=S,
    )
    op.add_column(
        "closings",
        sa.Column(
            "return_reasons", sa.ARRAY(sa.String), nullable=False, server_default="{}"
        ),
        schema=S,
    )
    op.create_table(
        "closing_signatures",
        sa.Column("closing", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("signer", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("opinion", sa.Text),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("closing", "position", name="pk_closing_signatures"),
        sa.ForeignKeyConstraint(
            ["closing"],
            ["assignment.closings.id"],
            name="fk_closing_signatures_closing",
        ),
        schema=S,
    )


def downgrade() -> None:
    op.drop_table("closing_signatures", schema=S)
    for column in ("return_reasons", "documents", "submitted_on"):
        op.drop_column("closings", column, schema=S)
    op.drop_table("report_schedules", schema=S)
    op.drop_table("duty_history", schema=S)
    op.drop_index("ix_facts_acts", "facts", schema=S)
    op.drop_index("ix_matters_next_occurrence", "matters", schema=S)
    op.drop_column("matters", "next_occurrence_on", schema=S)
    _index_unflagged("state = 'open' AND NOT flagged")
    for column in reversed(DUTY_COLUMNS):
        op.drop_column("duties", column, schema=S)
