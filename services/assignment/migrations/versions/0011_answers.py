"""
With which kind of answer a duty was done in time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

S = "assignment"


def upgrade() -> None:
    answer = sa.Column("answer", sa.String, nullable=False, server_default="")
    op.add_column("duties", answer, schema=S)


def downgrade() -> None:
    op.drop_column("duties", "answer", schema=S)
