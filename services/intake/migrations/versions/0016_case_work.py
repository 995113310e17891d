"""
What was done about cases elsewhere, which their ledger rows show, and since when a
corrected row holds in its place: also rows that were corrected before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

S = "intake"
CORRECTED_BEFORE = """
    INSERT INTO intake.superseded_work (number, topic, "on")
    SELECT number, topic, max("on")
    FROM intake.corrections
    JOIN (
        VALUES ('leader_post', 'leader'), ('upper_leader_post', 'leader'),
               ('department', 'department'), ('team', 'team')
    ) AS names (field, topic) ON jsonb_exists(fields, field)
    WHERE kind = 'case_corrected' AND NOT proposed
    GROUP BY number, topic
"""


def upgrade() -> None:
    op.create_table(
        "case_work",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", "topic", name="pk_case_work"),
        schema=S,
    )
    op.create_table(
        "superseded_work",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("number", "topic", name="pk_superseded_work"),
        schema=S,
    )
    op.execute(CORRECTED_BEFORE)


def downgrade() -> None:
    op.drop_table("superseded_work", schema=S)
    op.drop_table("case_work", schema=S)
