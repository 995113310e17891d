"""
Cases that are archived: none of their documents is withdrawn.
"""

from shared.storage.migrations import add_archives, drop_archives

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    add_archives("intake")


def downgrade() -> None:
    drop_archives("intake")
