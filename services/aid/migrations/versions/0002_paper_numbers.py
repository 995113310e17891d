"""
The numbers of papers, from the series of the offices.
"""

from alembic import op

from shared.storage.migrations import create_paper_numbers

revision = "0002"
down_revision = "0001"

S = "aid"


def upgrade() -> None:
    create_paper_numbers(S)


def downgrade() -> None:
    op.drop_table("paper_numbers", schema=S)
