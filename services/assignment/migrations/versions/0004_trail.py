"""
Who recorded a fact of a matter, and when.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

S = "assignment"


def upgrade() -> None:
    op.add_column("facts", sa.Column("actor", sa.String), schema=S)
    op.add_column(
        "facts", sa.Column("recorded_at", sa.DateTime(timezone=True)), schema=S
    )


def downgrade() -> None:
    op.drop_column("facts", "recorded_at", schema=S)
    op.drop_column("facts", "actor", schema=S)
