"""
What was done about cases elsewhere, which their ledger rows show.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"

S = "intake"


def upgrade() -> None:
    op.create_table(
        "case_work",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("number", "topic", name="pk_case_work"),
        schema=S,
    )


def downgrade() -> None:
    op.drop_table("case_work", schema=S)
