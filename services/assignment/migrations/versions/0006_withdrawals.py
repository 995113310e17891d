"""
The withdrawals of acts are found by their cases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

S = "assignment"


def upgrade() -> None:
    op.create_index(
        "ix_facts_withdrawals",
        "facts",
        ["number"],
        schema=S,
        postgresql_where=sa.text("type = 'matter.act_withdrawn'"),
    )


def downgrade() -> None:
    op.drop_index("ix_facts_withdrawals", table_name="facts", schema=S)
