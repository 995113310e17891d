"""
How many receptions were entered in the national system on their day is kept by itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

S = "assignment"


def upgrade() -> None:
    in_time = sa.Column("in_time", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("receptions", in_time, schema=S)
    op.execute(
        "UPDATE assignment.receptions SET in_time = national WHERE national_on = day"
    )


def downgrade() -> None:
    op.drop_column("receptions", "in_time", schema=S)
