"""
Lists of offices find escalation steps by their kind, and by whether they have ended.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

S = "assignment"
TABLE = "escalation_steps"


def upgrade() -> None:
    _take_time()
    found_by = ["office", "kind", "ended_on"]
    op.create_index("ix_escalation_steps_listed", TABLE, found_by, schema=S)
    op.drop_index("ix_escalation_steps_office", table_name=TABLE, schema=S)


def downgrade() -> None:
    _take_time()
    op.create_index("ix_escalation_steps_office", TABLE, ["office"], schema=S)
    op.drop_index("ix_escalation_steps_listed", table_name=TABLE, schema=S)


def _take_time() -> None:
    """
    A million steps are indexed in some seconds, while their services wait.
    """
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
