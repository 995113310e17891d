"""
Indexes of the ledger hold what rows are found by, not the order of a page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

S = "reporting"
_BEFORE = "type !~ '^intake[.]' AND type <> 'assignment.duties_changed'"
_NOW = (
    f"{_BEFORE} AND type <> 'assignment.escalation_step_reached'"
    " AND type <> 'assignment.leader_named'"
)


def upgrade() -> None:
    _take_time()
    found_by = ["programme", "measure", "office", "day"]
    op.create_index("ix_entries_office_day", "entries", found_by, schema=S)
    op.drop_index("ix_entries_cases", table_name="entries", schema=S)
    _index_facts(_NOW)


def downgrade() -> None:
    _take_time()
    ordered = ["programme", "measure", "office", "day", "case_number", "position"]
    op.create_index("ix_entries_cases", "entries", ordered, schema=S)
    op.drop_index("ix_entries_office_day", table_name="entries", schema=S)
    _index_facts(_BEFORE)


def _take_time() -> None:
    """
    Millions of entries are indexed in a minute; readers go on, postings wait.
    """
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")


def _index_facts(condition: str) -> None:
    op.drop_index("ix_facts_case_number", table_name="facts", schema=S)
    op.create_index(
        "ix_facts_case_number",
        "facts",
        ["case_number"],
        schema=S,
        postgresql_where=sa.text(condition),
    )
