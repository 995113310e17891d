"""
Plans of cases; what shows each head of 三到位一处理 in a closing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("aim", sa.String, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date),
        sa.Column("decided_by", sa.String),
        sa.Column("opinion", sa.String),
        sa.Column("document", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        schema=S,
    )
    op.create_index(
        "uq_plans_number_version", "plans", ["number", "version"], schema=S, unique=True
    )
    op.add_column(
        "closings",
        sa.Column("head_evidence", JSONB, nullable=False, server_default="[]"),
        schema=S,
    )


def downgrade() -> None:
    op.drop_column("closings", "head_evidence", schema=S)
    op.drop_table("plans", schema=S)
