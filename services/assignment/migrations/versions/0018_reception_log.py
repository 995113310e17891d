"""
What of the receptions was entered in the national system, and what was corrected.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"

S = "assignment"
COUNTED = (("half_days", "1"), ("national", "0"), ("corrected", "0"))


def upgrade() -> None:
    for name, default in COUNTED:
        op.add_column(
            "receptions",
            sa.Column(name, sa.BigInteger, nullable=False, server_default=default),
            schema=S,
        )
    op.add_column("receptions", sa.Column("national_on", sa.Date), schema=S)
    op.add_column(
        "receptions", sa.Column("logged_at", sa.DateTime(timezone=True)), schema=S
    )
    op.create_table(
        "log_corrections",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("log", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("corrected_by", sa.String, nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", JSONB, nullable=False),
        sa.Column("stated", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_corrections"),
        schema=S,
    )
    op.create_index(
        "ix_log_corrections_log", "log_corrections", ["log", "id"], schema=S
    )


def downgrade() -> None:
    op.drop_table("log_corrections", schema=S)
    for name in ("logged_at", "national_on", *(name for name, _ in COUNTED)):
        op.drop_column("receptions", name, schema=S)
