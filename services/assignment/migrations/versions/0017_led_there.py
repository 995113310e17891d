"""
Who leads the cases that stand in further programmes, and what bears on it there.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"

S = "assignment"


def upgrade() -> None:
    for name, kind, default in (
        ("handed", sa.Boolean, "false"),
        ("track", sa.String, ""),
        ("traits", JSONB, "{}"),
        ("away", JSONB, "[]"),
        ("tenures", JSONB, "[]"),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=default)
        op.add_column("enrolments", column, schema=S)
    op.create_index(
        "ix_enrolments_programme", "enrolments", ["programme", "opened_on"], schema=S
    )


def downgrade() -> None:
    op.drop_index("ix_enrolments_programme", table_name="enrolments", schema=S)
    for name in ("tenures", "away", "traits", "track", "handed"):
        op.drop_column("enrolments", name, schema=S)
