"""
Cases that are archived: none of their documents is withdrawn.
"""

from shared.storage.migrations import add_archives, drop_archives

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    add_archives("aid")


def downgrade() -> None:
    drop_archives("aid")
