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
    _index_facts(_NOW)
    op.drop_index("ix_entries_cases", table_name="entries", schema=S)


def downgrade() -> None:
    _take_time()
    ordered = ["programme", "measure", "office", "day", "case_number", "position"]
    op.create_index("ix_entries_cases", "entries", ordered, schema=S)
    _index_facts(_BEFORE)
    op.drop_index("ix_entries_office_day", table_name="entries", schema=S)


def _take_time() -> None:
    """
    Millions of entries are indexed in a minute, while postings wait. Readers go on
    until the old indexes are dropped, last of all: from then to the commit of all
    migrations of the service they wait too.
    """
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")


def _index_facts(condition: str) -> None:
    op.create_index(
        "ix_facts_case_number_next",
        "facts",
        ["case_number"],
        schema=S,
        postgresql_where=sa.text(condition),
    )
    op.drop_index("ix_facts_case_number", table_name="facts", schema=S)
    op.execute(
        f"ALTER INDEX {S}.ix_facts_case_number_next RENAME TO ix_facts_case_number"
    )
