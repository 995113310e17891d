"""
Which cases are worked on the everyday track and count apart from the campaign.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

S = "assignment"


def upgrade() -> None:
    op.add_column(
        "matters",
        sa.Column("everyday", sa.Boolean, nullable=False, server_default="false"),
        schema=S,
    )


def downgrade() -> None:
    op.drop_column("matters", "everyday", schema=S)
