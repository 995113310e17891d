"""
The repeats of a case, and since when the office that it moved to has it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

S = "intake"


def upgrade() -> None:
    op.add_column("cases", sa.Column("moved_on", sa.Date), schema=S)
    op.create_index(
        "ix_counted_repeats_case_number", "counted_repeats", ["case_number"], schema=S
    )


def downgrade() -> None:
    op.drop_index(
        "ix_counted_repeats_case_number", table_name="counted_repeats", schema=S
    )
    op.drop_column("cases", "moved_on", schema=S)
