"""
The leak log says whom an accusation is kept from: they do not read of the attempt.
"""

from shared.storage.migrations import (
    add_accused_to_leak_log,
    drop_accused_from_leak_log,
)

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    add_accused_to_leak_log("intake")


def downgrade() -> None:
    drop_accused_from_leak_log("intake")
