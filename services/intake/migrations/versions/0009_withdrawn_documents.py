"""
Withdrawn documents, and the closings that stand on documents.
"""

from alembic import op

from shared.storage.migrations import (
    add_document_withdrawals,
    create_standing_closings,
    drop_document_withdrawals,
)

revision = "0009"
down_revision = "0008"

S = "intake"


def upgrade() -> None:
    add_document_withdrawals(S)
    create_standing_closings(S)


def downgrade() -> None:
    op.drop_table("standing_closings", schema=S)
    drop_document_withdrawals(S)
