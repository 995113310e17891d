"""
What offices entered in the national petition system: numbers and days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

S = "intake"


def upgrade() -> None:
    op.create_table(
        "national_entries",
        sa.Column("office", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("register_no", sa.String),
        sa.PrimaryKeyConstraint("office", "number", name="pk_national_entries"),
        schema=S,
    )
    op.create_index(
        "ix_national_entries_day", "national_entries", ["office", "day"], schema=S
    )
    op.create_index(
        "uq_national_entries_register_no",
        "national_entries",
        ["office", "register_no"],
        unique=True,
        schema=S,
        postgresql_where=sa.text("register_no IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("national_entries", schema=S)
