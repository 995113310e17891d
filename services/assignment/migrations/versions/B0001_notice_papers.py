"""
Which office issued a supervision notice, and as which document its paper was filed.
"""

import sqlalchemy as sa
from alembic import op

revision = "B0001"
down_revision = "C0001"

S = "assignment"


def upgrade() -> None:
    op.add_column("notices", sa.Column("paper", sa.String), schema=S)
    op.add_column("notices", sa.Column("by_office", sa.String), schema=S)


def downgrade() -> None:
    op.drop_column("notices", "by_office", schema=S)
    op.drop_column("notices", "paper", schema=S)
