"""
Escalation steps are found by the matter or the office; ids begin with the subject.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

S = "assignment"
TABLE = "escalation_steps"


def upgrade() -> None:
    op.create_index("ix_escalation_steps_office", TABLE, ["office"], schema=S)
    op.drop_index("ix_escalation_steps_office_id", table_name=TABLE, schema=S)
    op.drop_index("ix_escalation_steps_subject", table_name=TABLE, schema=S)


def downgrade() -> None:
    op.create_index("ix_escalation_steps_subject", TABLE, ["subject"], schema=S)
    op.create_index("ix_escalation_steps_office_id", TABLE, ["office", "id"], schema=S)
    op.drop_index("ix_escalation_steps_office", table_name=TABLE, schema=S)
