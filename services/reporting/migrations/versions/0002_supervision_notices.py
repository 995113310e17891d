"""
Supervision notices waiting for their mail, the mailings, and each mail's state.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0002"
down_revision = "0001"

S = "reporting"
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "notices",
        sa.Column("event_id", UUID(as_uuid=False), nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("mailing", sa.String),
        sa.PrimaryKeyConstraint("event_id", name="pk_notices"),
        schema=S,
    )
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["office", "day"],
        schema=S,
        postgresql_where=sa.text("mailing IS NULL"),
    )
    op.create_index("ix_notices_mailing", "notices", ["mailing"], schema=S)
    op.create_table(
        "mailings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
        schema=S,
    )
    op.create_index("ix_mailings_office", "mailings", ["office", "id"], schema=S)
    written = sa.text("clock_timestamp()")
    op.create_table(
        "notice_mails",
        sa.Column("mailing", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reply", sa.Text),
        sa.Column("created_at", INSTANT, nullable=False, server_default=written),
        sa.Column("changed_at", INSTANT, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("mailing", "recipient", name="pk_notice_mails"),
        sa.UniqueConstraint("message_id", name="uq_notice_mails_message_id"),
        sa.ForeignKeyConstraint(
            ["mailing"], [f"{S}.mailings.id"], name="fk_notice_mails_mailing"
        ),
        schema=S,
    )
    op.create_index(
        "ix_notice_mails_unsent",
        "notice_mails",
        ["created_at"],
        schema=S,
        postgresql_where=sa.text("state <> 'sent'"),
    )


def downgrade():
    for table in ("notice_mails", "mailings", "notices"):
        op.drop_table(table, schema=S)
