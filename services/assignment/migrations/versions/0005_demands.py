"""
Demands that were fixed with petitioners.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "demands",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("fixed_on", sa.Date, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demands"),
        schema=S,
    )
    op.create_index(
        "uq_demands_number_version",
        "demands",
        ["number", "version"],
        schema=S,
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("demands", schema=S)
