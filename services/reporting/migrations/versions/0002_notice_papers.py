"""
The papers of supervision notices that go with their mails.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

S = "reporting"


def upgrade() -> None:
    op.add_column("notices", sa.Column("paper", sa.String), schema=S)
    op.create_table(
        "notice_papers",
        sa.Column("notice", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("paper", JSONB),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("notice", name="pk_notice_papers"),
        schema=S,
    )


def downgrade() -> None:
    op.drop_table("notice_papers", schema=S)
    op.drop_column("notices", "paper", schema=S)
