"""
What was passed on, registered and then withdrawn as a mistake waits for its receiver
again; new withdrawals see to it themselves.
"""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(
        "UPDATE intake.petitions AS passed_on SET received_as = NULL"
        " FROM intake.petitions AS registered"
        " WHERE registered.number = passed_on.received_as"
        " AND registered.withdrawn_on IS NOT NULL"
    )


def downgrade() -> None:
    """
    Nothing: those petitions wait as they did before they were registered.
    """
