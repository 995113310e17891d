"""
The hearings of a programme by the day on which they were held, for what is counted.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
SCHEMA = "hearing"
INDEX = "ix_hearings_programme_held_on_office"


def upgrade() -> None:
    columns = ["programme", "held_on", "office"]
    op.create_index(INDEX, "hearings", columns, schema=SCHEMA)


def downgrade() -> None:
    op.drop_index(INDEX, "hearings", schema=SCHEMA)
