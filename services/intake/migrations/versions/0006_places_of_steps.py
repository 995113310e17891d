"""
The places of corrected steps, and the deliveries that were recorded wrongly.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

S = "intake"


def upgrade() -> None:
    op.add_column("petition_steps", sa.Column("replaces", sa.String), schema=S)
    op.add_column("deliveries", sa.Column("withdrawn_on", sa.Date), schema=S)


def downgrade() -> None:
    op.drop_column("deliveries", "withdrawn_on", schema=S)
    op.drop_column("petition_steps", "replaces", schema=S)
