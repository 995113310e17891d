"""
How often it was tried in vain to restate a closing: those that fail wait behind.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

S, TABLE = "assignment", "closings_to_restate"
INDEX = "ix_closings_to_restate_tries_number"


def upgrade() -> None:
    tries = sa.Column("tries", sa.Integer, nullable=False, server_default="0")
    op.add_column(TABLE, tries, schema=S)
    op.create_index(INDEX, TABLE, ["tries", "number"], schema=S)


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE, schema=S)
    op.drop_column(TABLE, "tries", schema=S)
