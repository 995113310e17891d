"""
Cases that were withdrawn by mistake and count again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

S = "intake"


def upgrade() -> None:
    op.add_column("cases", sa.Column("reinstated_on", sa.Date), schema=S)


def downgrade() -> None:
    op.drop_column("cases", "reinstated_on", schema=S)
