"""
Repeats that rest while their petition is withdrawn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

S = "intake"


def upgrade() -> None:
    op.add_column("counted_repeats", sa.Column("withdrawn_on", sa.Date), schema=S)


def downgrade() -> None:
    op.drop_column("counted_repeats", "withdrawn_on", schema=S)
