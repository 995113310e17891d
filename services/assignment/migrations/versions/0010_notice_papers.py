"""
Which office issued a supervision notice, and as which document its paper was filed; the
numbers of papers, from the series of the offices.
"""

import sqlalchemy as sa
from alembic import op

from shared.storage.migrations import create_paper_numbers

revision = "0010"
down_revision = "0009"

S = "assignment"


def upgrade() -> None:
    op.add_column("notices", sa.Column("paper", sa.String), schema=S)
    op.add_column("notices", sa.Column("by_office", sa.String), schema=S)
    create_paper_numbers(S)


def downgrade() -> None:
    op.drop_table("paper_numbers", schema=S)
    op.drop_column("notices", "by_office", schema=S)
    op.drop_column("notices", "paper", schema=S)
