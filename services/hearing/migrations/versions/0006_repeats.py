"""
Further petitions of a case, by the day on which they came in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
SCHEMA = "hearing"


def upgrade() -> None:
    op.create_table(
        "repeats",
        sa.Column("case_number", sa.String, primary_key=True),
        sa.Column("received_on", sa.Date, primary_key=True),
        sa.Column("petitions", sa.Integer, nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("repeats", schema=SCHEMA)
