"""
The read log of applications: what is sealed of one is read for a purpose.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
        schema="aid",
    )
    for name, by in (
        ("ix_openings_office", ["office", "opened_on", "id"]),
        ("ix_openings_opened_on", ["opened_on", "id"]),
    ):
        op.create_index(name, "openings", by, schema="aid")


def downgrade() -> None:
    op.drop_table("openings", schema="aid")
