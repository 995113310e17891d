"""
With which kind of answer a duty was done in time.
"""

import sqlalchemy as sa
from alembic import op

revision = "D001"
down_revision = "C0003b"

S = "assignment"


def upgrade() -> None:
    answer = sa.Column("answer", sa.String, nullable=False, server_default="")
    op.add_column("duties", answer, schema=S)


def downgrade() -> None:
    op.drop_column("duties", "answer", schema=S)
