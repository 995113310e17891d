"""
The measure ledger, returns, supervision notices, and the mails of both.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.migrations import create_common_tables, drop_common_tables

revision = "0001"
down_revision = None

SCHEMA = "reporting"
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    create_common_tables(SCHEMA)
    _ledger()
    _known_at()
    _returns()
    _notices()


def _ledger():
    op.create_table(
        "matters",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_matters"),
        schema=SCHEMA,
    )
    op.create_table(
        "matter_moves",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", "office", name="pk_matter_moves"),
        schema=SCHEMA,
    )
    op.create_table(
        "facts",
        sa.Column("id", UUID(as_uuid=False), nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
        schema=SCHEMA,
    )
    op.create_table(
        "entries",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("person", sa.String),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("event_id", UUID(as_uuid=False), nullable=False),
        sa.Column("own_day", sa.Date, nullable=False),
        sa.Column("label", sa.String),
        sa.Column("duty", sa.String),
        sa.Column("duty_rule", sa.String),
        sa.Column("due_on", sa.Date),
        sa.PrimaryKeyConstraint("position", name="pk_entries"),
        schema=SCHEMA,
    )
    key = ["programme", "measure", "office", "day"]
    op.create_index(
        "ix_entries_cases", "entries", [*key, "case_number", "position"], schema=SCHEMA
    )
    op.create_index("ix_entries_known_at", "entries", ["known_at"], schema=SCHEMA)
    op.create_index(
        "ix_entries_put_off",
        "entries",
        ["programme", "known_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("own_day <> day"),
    )
    op.create_index(
        "ix_entries_listed",
        "entries",
        ["programme", "label", "day"],
        schema=SCHEMA,
        postgresql_where=sa.text("measure = 'listed'"),
    )
    _roll_ups()
    op.create_table(
        "judgements",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("milestone", sa.Date, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("reached", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(
            "programme",
            "office",
            "milestone",
            "day",
            "reached",
            name="pk_judgements",
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "judged_days",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("programme", name="pk_judged_days"),
        schema=SCHEMA,
    )


def _roll_ups():
    op.create_table(
        "totals",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "programme", "line", "own", "day", "measure", name="pk_totals"
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "month_totals",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "programme", "line", "own", "month", "measure", name="pk_month_totals"
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "group_totals",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.Column("known_on", sa.Date, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "programme", "line", "known_on", "measure", "day", name="pk_group_totals"
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "groups",
        sa.Column("line", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("offices", sa.ARRAY(sa.String), nullable=False),
        sa.PrimaryKeyConstraint("line", name="pk_groups"),
        schema=SCHEMA,
    )
    op.create_table(
        "rolled_up",
        sa.Column("only", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_rolled_up"),
        schema=SCHEMA,
    )
    op.execute("INSERT INTO reporting.rolled_up (until) VALUES ('epoch')")
    # The same few rows are updated all day: room for them, and early cleaning.
    for table in ("totals", "month_totals", "group_totals", "rolled_up"):
        op.execute(
            f"ALTER TABLE {SCHEMA}.{table} SET"
            " (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)"
        )


def _known_at():
    """
    When an entry becomes known or a return is signed (decision 0020): writers hold the
    advisory lock shared until they commit; whoever fixes a moment takes it alone for an
    instant. The last moment fixed is a sequence, because that is seen at once and never
    rolled back.
    """
    op.execute(
        """
        CREATE SEQUENCE reporting.complete_until_us MINVALUE 0 START 0;

        CREATE FUNCTION reporting.stamp(moment timestamptz) RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
        BEGIN
            -- A rebuild is waited for before the lock is held, not with it.
            LOCK TABLE entries IN ROW EXCLUSIVE MODE;
            PERFORM pg_advisory_xact_lock_shared(hashtext('reporting.known_at'));
            RETURN greatest(
                moment,
                (SELECT timestamptz 'epoch' + (last_value + 1) * interval '1 us'
                 FROM complete_until_us)
            );
        END $$;

        CREATE FUNCTION reporting.complete_until(moment timestamptz)
        RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
        DECLARE
            fixed timestamptz;
        BEGIN
            SELECT timestamptz 'epoch' + last_value * interval '1 us'
            INTO fixed FROM complete_until_us;
            -- The newest of each by its index: EXISTS would read the whole table.
            IF moment < fixed + interval '1 s'
               AND coalesce((SELECT max(known_at) FROM entries) <= fixed, true)
               AND coalesce((SELECT max(signed_at) FROM returns) <= fixed, true) THEN
                RETURN fixed;
            END IF;
            -- A lock of the session: the transaction goes on, writers need not wait.
            PERFORM pg_advisory_lock(hashtext('reporting.known_at'));
            SELECT greatest(
                moment,
                (SELECT max(known_at) FROM entries),
                (SELECT max(signed_at) FROM returns),
                (SELECT timestamptz 'epoch' + last_value * interval '1 us'
                 FROM complete_until_us)
            ) INTO fixed;
            PERFORM setval('complete_until_us',
                           (extract(epoch FROM fixed) * 1000000)::bigint);
            PERFORM pg_advisory_unlock(hashtext('reporting.known_at'));
            RETURN fixed;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            PERFORM pg_advisory_unlock(hashtext('reporting.known_at'));
            RAISE;
        END $$;
        """
    )


def _returns():
    written = sa.text("clock_timestamp()")
    op.create_table(
        "returns",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("signed_by", sa.String, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("office_name", sa.String, nullable=False),
        sa.Column("ended_counts", sa.Boolean, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("figures_checksum", sa.String, nullable=False),
        sa.Column("under_way", JSONB, nullable=False),
        sa.Column("differences", JSONB, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("workbook", sa.LargeBinary),
        sa.Column("page", sa.Text),
        sa.Column("checksum", sa.String),
        sa.Column("created_at", INSTANT, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
        sa.UniqueConstraint(
            "programme",
            "office",
            "as_of",
            "revision",
            name="uq_returns_programme_office_as_of_revision",
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_returns_office", "returns", ["office", "id"], schema=SCHEMA)
    op.create_index("ix_returns_signed_at", "returns", ["signed_at"], schema=SCHEMA)
    op.create_index("ix_returns_as_of", "returns", ["as_of", "id"], schema=SCHEMA)
    op.create_index(
        "ix_returns_undelivered",
        "returns",
        ["id"],
        schema=SCHEMA,
        postgresql_where=sa.text("state <> 'delivered'"),
    )
    op.create_table(
        "deliveries",
        sa.Column("return_id", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reply", sa.Text),
        sa.Column("created_at", INSTANT, nullable=False, server_default=written),
        sa.Column("changed_at", INSTANT, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("return_id", "recipient", name="pk_deliveries"),
        sa.UniqueConstraint("message_id", name="uq_deliveries_message_id"),
        sa.ForeignKeyConstraint(
            ["return_id"],
            [f"{SCHEMA}.returns.id"],
            name="fk_deliveries_return_id",
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_deliveries_unsent",
        "deliveries",
        ["created_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("state <> 'sent'"),
    )


def _notices():
    written = sa.text("clock_timestamp()")
    op.create_table(
        "notices",
        sa.Column("event_id", UUID(as_uuid=False), nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("mailing", sa.String),
        sa.Column("stored_at", INSTANT, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("event_id", name="pk_notices"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_notices_stored_at",
        "notices",
        ["stored_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("mailing IS NULL"),
    )
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["office", "day"],
        schema=SCHEMA,
        postgresql_where=sa.text("mailing IS NULL"),
    )
    op.create_index("ix_notices_mailing", "notices", ["mailing"], schema=SCHEMA)
    op.create_table(
        "mailings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("unaddressed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
        schema=SCHEMA,
    )
    op.create_index("ix_mailings_office", "mailings", ["office", "id"], schema=SCHEMA)
    op.create_index(
        "ix_mailings_unaddressed",
        "mailings",
        ["id"],
        schema=SCHEMA,
        postgresql_where=sa.text("unaddressed"),
    )
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
            ["mailing"], [f"{SCHEMA}.mailings.id"], name="fk_notice_mails_mailing"
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_notice_mails_unsent",
        "notice_mails",
        ["created_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("state <> 'sent'"),
    )


def downgrade():
    for table in (
        "notice_mails",
        "mailings",
        "notices",
        "deliveries",
        "returns",
        "judged_days",
        "judgements",
        "rolled_up",
        "groups",
        "group_totals",
        "month_totals",
        "totals",
        "entries",
        "facts",
        "matters",
        "matter_moves",
    ):
        op.drop_table(table, schema=SCHEMA)
    op.execute("DROP FUNCTION reporting.stamp, reporting.complete_until")
    op.execute("DROP SEQUENCE reporting.complete_until_us")
    drop_common_tables(SCHEMA)
