"""
Which office gave a reply, and is credited with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

S = "intake"


def upgrade() -> None:
    op.add_column("replies", sa.Column("office", sa.String), schema=S)


def downgrade() -> None:
    op.drop_column("replies", "office", schema=S)
