"""
A reply has the number of its paper.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("replies", sa.Column("document", sa.String()), schema="intake")


def downgrade() -> None:
    op.drop_column("replies", "document", schema="intake")
