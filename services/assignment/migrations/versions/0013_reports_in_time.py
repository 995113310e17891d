"""
Of a duty that is a report: whether it arrived after the hour of its last day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

S = "assignment"
ADDED = ("report", "past_hour")


def upgrade() -> None:
    for name in ADDED:
        op.add_column(
            "duties",
            sa.Column(name, sa.Boolean, nullable=False, server_default="false"),
            schema=S,
        )


def downgrade() -> None:
    for name in ADDED:
        op.drop_column("duties", name, schema=S)
