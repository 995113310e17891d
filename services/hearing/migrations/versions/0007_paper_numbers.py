"""
The numbers of papers, from the series of the offices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

S = "hearing"


def upgrade() -> None:
    op.create_table(
        "paper_numbers",
        sa.Column("series", sa.String, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("paper", sa.String, nullable=False),
        sa.Column("record", sa.String, nullable=False),
        sa.Column("used_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("series", "year", "number", name="pk_paper_numbers"),
        schema=S,
    )
    op.create_index(
        "ix_paper_numbers_record",
        "paper_numbers",
        ["series", "paper", "record"],
        schema=S,
    )


def downgrade() -> None:
    op.drop_table("paper_numbers", schema=S)
