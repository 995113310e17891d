"""
Where petitions were sent from the counter; steps that were withdrawn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

S = "intake"


def upgrade() -> None:
    op.create_table(
        "petition_routes",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("petition", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("rule", sa.String),
        sa.Column("as_suggested", sa.Boolean, nullable=False),
        sa.Column("office", sa.String),
        sa.Column("department", sa.String),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_petition_routes"),
        sa.ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_petition_routes_petition",
        ),
        schema=S,
    )
    op.create_index(
        "ix_petition_routes_petition", "petition_routes", ["petition", "id"], schema=S
    )
    op.add_column("petition_steps", sa.Column("withdrawn_on", sa.Date), schema=S)


def downgrade() -> None:
    op.drop_column("petition_steps", "withdrawn_on", schema=S)
    op.drop_table("petition_routes", schema=S)
