"""
Which office gave a reply, and is credited with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "D001b"
down_revision = "D001"

S = "intake"


def upgrade() -> None:
    op.add_column("replies", sa.Column("office", sa.String), schema=S)


def downgrade() -> None:
    op.drop_column("replies", "office", schema=S)
