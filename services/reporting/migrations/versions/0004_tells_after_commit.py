"""
The relay is told after the commit, by no trigger within it.
"""

from shared.storage.migrations import create_telling_trigger, drop_telling_trigger

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    drop_telling_trigger("reporting")


def downgrade() -> None:
    create_telling_trigger("reporting")
