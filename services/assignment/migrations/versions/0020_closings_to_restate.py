"""
The cases whose standing closing is to be announced again, with its documents: those
that were reported or closed before closings named their documents.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "closings_to_restate",
        sa.Column("number", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_closings_to_restate"),
        schema=S,
    )
    op.execute(
        "INSERT INTO assignment.closings_to_restate"
        " SELECT number FROM assignment.matters WHERE is_case AND standing <> 'open'"
    )


def downgrade() -> None:
    op.drop_table("closings_to_restate", schema=S)
