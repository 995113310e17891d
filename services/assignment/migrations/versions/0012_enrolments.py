"""
Cases that stand in further programmes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"

S = "assignment"


def upgrade() -> None:
    op.create_table(
        "enrolments",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("merged", sa.Boolean, nullable=False),
        sa.Column("led", JSONB, nullable=False),
        sa.Column("leaders", JSONB, nullable=False),
        sa.Column("next_occurrence_on", sa.Date),
        sa.PrimaryKeyConstraint("number", "programme", name="pk_enrolments"),
        schema=S,
    )
    op.create_index(
        "ix_enrolments_next_occurrence",
        "enrolments",
        ["programme", "next_occurrence_on"],
        schema=S,
        postgresql_where=sa.text("next_occurrence_on IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("enrolments", schema=S)
