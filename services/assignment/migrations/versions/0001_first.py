"""
Matters with their duties, leaders, batches, closings and escalation: the tables of each
subject are in the module `first` of that name.
"""

from services.assignment.migrations.first import (
    batches,
    closings,
    duties,
    leaders,
    matters,
)
from shared.storage.first_tables import (
    create_common_tables,
    create_document_tables,
    create_paper_numbers,
    drop_tables,
)

revision = "0001"
down_revision = None

S = "assignment"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    create_paper_numbers(S)
    matters.create()
    duties.create()
    leaders.create()
    batches.create()
    closings.create()


def downgrade() -> None:
    drop_tables(S)
