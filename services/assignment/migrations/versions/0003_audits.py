"""
Samples of closings that are drawn to be evaluated.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("seed", sa.String, nullable=False),
        sa.Column("percent", sa.BigInteger, nullable=False),
        sa.Column("least", sa.BigInteger, nullable=False),
        sa.Column("population", sa.BigInteger, nullable=False),
        sa.Column("sample", JSONB, nullable=False),
        sa.Column("drawn_on", sa.Date, nullable=False),
        sa.Column("drawn_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
        sa.UniqueConstraint(
            *("programme", "office", "since", "until"), name="uq_audits_period"
        ),
        schema=S,
    )
    op.create_index("ix_audits_office_id", "audits", ["office", "id"], schema=S)
    op.create_index("ix_closings_reviewed_on", "closings", ["reviewed_on"], schema=S)


def downgrade() -> None:
    op.drop_index("ix_closings_reviewed_on", table_name="closings", schema=S)
    op.drop_table("audits", schema=S)
