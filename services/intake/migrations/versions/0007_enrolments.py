"""
Cases that stand in further programmes, and the repeats that count there.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

S = "intake"


def upgrade() -> None:
    for table, column in (("cases", "enrolments"), ("counted_repeats", "also")):
        op.add_column(
            table,
            sa.Column(column, JSONB, nullable=False, server_default="[]"),
            schema=S,
        )


def downgrade() -> None:
    op.drop_column("counted_repeats", "also", schema=S)
    op.drop_column("cases", "enrolments", schema=S)
