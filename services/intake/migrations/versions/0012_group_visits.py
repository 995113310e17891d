"""
Who took a petition in, and whether so many came that it was a group visit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

S = "intake"


def upgrade() -> None:
    op.add_column("petitions", sa.Column("received_by", sa.String), schema=S)
    group = sa.Column("group_visit", sa.Boolean, nullable=False, server_default="false")
    op.add_column("petitions", group, schema=S)


def downgrade() -> None:
    op.drop_column("petitions", "group_visit", schema=S)
    op.drop_column("petitions", "received_by", schema=S)
