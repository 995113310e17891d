"""
It is tried in vain to give a reply before there is a step with a paper.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

S = "intake"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("reply", sa.String), schema=S)
    op.alter_column("deliveries", "step", nullable=True, schema=S)


def downgrade() -> None:
    op.execute("DELETE FROM intake.deliveries WHERE step IS NULL")
    op.alter_column("deliveries", "step", nullable=False, schema=S)
    op.drop_column("deliveries", "reply", schema=S)
