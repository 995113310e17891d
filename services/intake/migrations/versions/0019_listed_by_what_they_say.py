"""
Lists of many offices find petitions and cases by all that they are asked for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

S = "intake"


def upgrade() -> None:
    _take_time()
    op.create_index(
        "ix_cases_listed",
        "cases",
        [
            *("office", "programme", "in_scope", "closed_as", "merged_into"),
            *("withdrawn_on", "case_kind", "origin", "topic", "track"),
        ],
        schema=S,
    )
    op.create_index(
        "ix_cases_enrolled",
        "cases",
        ["office"],
        postgresql_where=sa.text("enrolments <> '[]'::jsonb"),
        schema=S,
    )
    op.create_index(
        "ix_petitions_listed",
        "petitions",
        [
            *("office", "programme", "state", "withdrawn_on", "channel"),
            *("case_kind", "category", "topic"),
        ],
        schema=S,
    )


def downgrade() -> None:
    op.drop_index("ix_petitions_listed", table_name="petitions", schema=S)
    op.drop_index("ix_cases_enrolled", table_name="cases", schema=S)
    op.drop_index("ix_cases_listed", table_name="cases", schema=S)


def _take_time() -> None:
    """
    A million rows are indexed in some seconds, while what is entered waits.
    """
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
