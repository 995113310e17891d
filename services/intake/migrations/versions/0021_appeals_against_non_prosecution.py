"""
A petition says when the decision not to prosecute was served that it appeals against.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    served = sa.Column("non_prosecution_served_on", sa.Date())
    op.add_column("petitions", served, schema="intake")


def downgrade() -> None:
    op.drop_column("petitions", "non_prosecution_served_on", schema="intake")
