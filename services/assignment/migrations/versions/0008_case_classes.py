"""
The class of the case that a plan answers to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

S = "assignment"


def upgrade() -> None:
    op.add_column("plans", sa.Column("case_class", sa.String), schema=S)


def downgrade() -> None:
    op.drop_column("plans", "case_class", schema=S)
