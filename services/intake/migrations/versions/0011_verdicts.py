"""
How the opinions on petitions decide, and whether the paper of a reply was served.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

S = "intake"


def upgrade() -> None:
    op.add_column("petition_steps", sa.Column("verdict", sa.String), schema=S)
    op.add_column("replies", sa.Column("served", sa.String), schema=S)


def downgrade() -> None:
    op.drop_column("replies", "served", schema=S)
    op.drop_column("petition_steps", "verdict", schema=S)
