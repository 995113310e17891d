"""
Cases that are archived: none of their documents is withdrawn.
"""

from shared.storage.migrations import add_archives, drop_archives

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    add_archives("hearing")


def downgrade() -> None:
    drop_archives("hearing")
