"""
Which leader of an office oversees which department or contact point.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "oversights",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("department", sa.String),
        sa.Column("overseen", sa.String),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("document", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_oversights"),
        schema=S,
    )
    op.create_index("ix_oversights_office_id", "oversights", ["office", "id"], schema=S)


def downgrade() -> None:
    op.drop_table("oversights", schema=S)
