"""
A signature under a closing names the filed page that carries it, if there is one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
PLACE = {"table_name": "closing_signatures", "schema": "assignment"}


def upgrade() -> None:
    op.add_column(column=sa.Column("document_id", sa.String), **PLACE)


def downgrade() -> None:
    op.drop_column(column_name="document_id", **PLACE)
