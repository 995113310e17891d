"""
The cases behind a figure are read in the order of their numbers; offices are found
without the days of their entries.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

S = "reporting"


def upgrade() -> None:
    _take_time()
    op.create_index(
        "ix_entries_office", "entries", ["programme", "measure", "office"], schema=S
    )
    op.create_index(
        "ix_entries_cases", "entries", ["programme", "measure", "case_number"], schema=S
    )
    op.drop_index("ix_entries_office_day", table_name="entries", schema=S)


def downgrade() -> None:
    _take_time()
    found_by = ["programme", "measure", "office", "day"]
    op.create_index("ix_entries_office_day", "entries", found_by, schema=S)
    op.drop_index("ix_entries_cases", table_name="entries", schema=S)
    op.drop_index("ix_entries_office", table_name="entries", schema=S)


def _take_time() -> None:
    """
    Millions of entries are indexed in a minute or two, while postings wait. Readers go
    on until the old index is dropped, last of all.
    """
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
