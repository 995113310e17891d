"""
Withdrawn documents.
"""

from shared.storage.migrations import (
    add_document_withdrawals,
    drop_document_withdrawals,
)

revision = "0014"
down_revision = "0013"

S = "assignment"


def upgrade() -> None:
    add_document_withdrawals(S)


def downgrade() -> None:
    drop_document_withdrawals(S)
