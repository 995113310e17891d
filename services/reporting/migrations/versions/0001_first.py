"""
The measure ledger, returns, supervision notices, and the mails of both.
"""

from alembic import op
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.first_tables import (
    INSTANT,
    WRITTEN,
    create_common_tables,
    drop_tables,
)

revision = "0001"
down_revision = None

S = "reporting"

_ENROLMENTS = (
    "type = 'intake.case_enrolled' OR type = 'intake.case_enrolment_withdrawn'"
)


def upgrade() -> None:
    create_common_tables(S)
    _facts()
    _ledger()
    _roll_ups()
    _rolled_up()
    _judgements()
    _returns()
    _notices()
    _mails("deliveries", "return_id", "reporting.returns.id")
    _mails("notice_mails", "mailing", "reporting.mailings.id")
    _known_at()


def downgrade() -> None:
    drop_tables(S)
    op.execute("DROP FUNCTION reporting.stamp, reporting.complete_until")
    op.execute("DROP FUNCTION reporting.answered_until")
    op.execute("DROP SEQUENCE reporting.complete_until_us, reporting.answered_until_us")


def _facts() -> None:
    """
    Events as they arrived, and which office has and had a matter.
    """
    op.create_table(
        "facts",
        Column("id", UUID(as_uuid=False), nullable=False),
        Column("type", String, nullable=False),
        Column("office", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("occurred_on", Date, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("recorded_at", INSTANT, nullable=False),
        Column("known_at", INSTANT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_facts"),
        Index(
            "ix_facts_case_number",
            "case_number",
            postgresql_where=text(
                "type !~ '^intake[.]' AND type <> 'assignment.duties_changed'"
                " AND type <> 'assignment.escalation_step_reached'"
                " AND type <> 'assignment.leader_named'"
            ),
        ),
        Index("ix_facts_enrolments", "case_number", postgresql_where=text(_ENROLMENTS)),
        schema=S,
    )
    op.create_table(
        "matters",
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        PrimaryKeyConstraint("number", name="pk_matters"),
        schema=S,
    )
    op.create_table(
        "matter_moves",
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        PrimaryKeyConstraint("number", "office", name="pk_matter_moves"),
        schema=S,
    )
    # Its query sees what was committed before the lock was given.
    op.execute(
        f"""
        CREATE FUNCTION reporting.enrolments_of(numbers text[])
        RETURNS SETOF reporting.facts
        LANGUAGE plpgsql VOLATILE SET search_path = reporting AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(hashtext('reporting.enrolments'));
            RETURN QUERY SELECT * FROM facts
                WHERE case_number = ANY(numbers) AND ({_ENROLMENTS});
        END $$;
        """  # noqa: S608 - nothing but constants
    )


def _ledger() -> None:
    """
    The measure ledger.
    """
    op.create_table(
        "entries",
        # Columns of one width stand together: of six rows a matter, none has gaps.
        Column("position", BigInteger, Identity(always=True), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("known_at", INSTANT, nullable=False),
        Column("day", Date, nullable=False),
        Column("own_day", Date, nullable=False),
        Column("due_on", Date),
        Column("event_id", UUID(as_uuid=False), nullable=False),
        Column("programme", String, nullable=False),
        Column("measure", String, nullable=False),
        Column("office", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("person", String),
        Column("label", String),
        Column("duty", String),
        Column("duty_rule", String),
        Index("ix_entries_cases", "programme", "measure", "case_number"),
        Index("ix_entries_known_at", "known_at"),
        Index(
            "ix_entries_listed",
            *("programme", "label", "day"),
            postgresql_where=text("measure = 'listed'"),
        ),
        Index("ix_entries_office", "programme", "measure", "office"),
        Index(
            "ix_entries_put_off",
            *("programme", "known_at"),
            postgresql_where=text("own_day <> day"),
        ),
        schema=S,
    )
    # Each label stands with one measure. Taken for independent, the cases on a list
    # seem so few that all entries are looked up case by case.
    op.execute(
        "CREATE STATISTICS reporting.st_entries_measure_label (mcv)"
        " ON measure, label FROM reporting.entries"
    )


def _roll_ups() -> None:
    """
    What each day or month added to each measure.
    """
    op.create_table(
        "totals",
        Column("programme", String, nullable=False),
        Column("line", String, nullable=False),
        Column("own", Boolean, nullable=False),
        Column("day", Date, nullable=False),
        Column("measure", String, nullable=False),
        Column("amount", BigInteger, nullable=False),
        PrimaryKeyConstraint(
            "programme", "line", "own", "day", "measure", name="pk_totals"
        ),
        schema=S,
    )
    op.create_table(
        "month_totals",
        Column("programme", String, nullable=False),
        Column("line", String, nullable=False),
        Column("own", Boolean, nullable=False),
        Column("month", Date, nullable=False),
        Column("measure", String, nullable=False),
        Column("amount", BigInteger, nullable=False),
        PrimaryKeyConstraint(
            "programme", "line", "own", "month", "measure", name="pk_month_totals"
        ),
        schema=S,
    )
    op.create_table(
        "group_totals",
        Column("programme", String, nullable=False),
        Column("line", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("known_on", Date, nullable=False),
        Column("measure", String, nullable=False),
        Column("amount", BigInteger, nullable=False),
        PrimaryKeyConstraint(
            "programme", "line", "day", "known_on", "measure", name="pk_group_totals"
        ),
        schema=S,
    )
    op.create_table(
        "group_month_totals",
        Column("programme", String, nullable=False),
        Column("line", String, nullable=False),
        Column("known_on", Date, nullable=False),
        Column("month", Date, nullable=False),
        Column("measure", String, nullable=False),
        Column("amount", BigInteger, nullable=False),
        PrimaryKeyConstraint(
            *("programme", "line", "known_on", "month", "measure"),
            name="pk_group_month_totals",
        ),
        schema=S,
    )


def _rolled_up() -> None:
    """
    Which offices a group line adds up, and until when entries are in the totals.
    """
    op.create_table(
        "groups",
        Column("line", String, nullable=False),
        Column("fingerprint", String, nullable=False),
        Column("offices", ARRAY(String), nullable=False),
        PrimaryKeyConstraint("line", name="pk_groups"),
        schema=S,
    )
    op.create_table(
        "rolled_up",
        Column("only", Boolean, nullable=False, server_default="true"),
        Column("until", INSTANT, nullable=False),
        PrimaryKeyConstraint("only", name="pk_rolled_up"),
        schema=S,
    )
    op.execute("INSERT INTO reporting.rolled_up (until) VALUES ('epoch')")
    # The same few rows are updated all day: room for them, and early cleaning.
    for table in (
        *("totals", "month_totals", "group_totals", "group_month_totals"),
        "rolled_up",
    ):
        op.execute(
            f"ALTER TABLE reporting.{table} SET"
            " (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02)"
        )


def _judgements() -> None:
    """
    What was announced of milestones.
    """
    op.create_table(
        "judgements",
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("milestone", Date, nullable=False),
        Column("day", Date, nullable=False),
        Column("reached", Boolean, nullable=False),
        PrimaryKeyConstraint(
            "programme", "office", "milestone", "day", "reached", name="pk_judgements"
        ),
        schema=S,
    )
    op.create_table(
        "judged_days",
        Column("programme", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("last_office", String),
        PrimaryKeyConstraint("programme", name="pk_judged_days"),
        schema=S,
    )


def _returns() -> None:
    """
    Signed returns.
    """
    op.create_table(
        "returns",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("as_of", Date, nullable=False),
        Column("known_at", INSTANT, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("state", String, nullable=False),
        Column("signed_by", String, nullable=False),
        Column("reason", Text),
        Column("title", String, nullable=False),
        Column("office_name", String, nullable=False),
        Column("ended_counts", Boolean, nullable=False),
        Column("figures", JSONB, nullable=False),
        Column("figures_checksum", String, nullable=False),
        Column("under_way", JSONB, nullable=False),
        Column("differences", JSONB, nullable=False),
        Column("signed_at", INSTANT, nullable=False),
        Column("workbook", LargeBinary),
        Column("page", Text),
        Column("checksum", String),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("id", name="pk_returns"),
        UniqueConstraint(
            "programme",
            "office",
            "as_of",
            "revision",
            name="uq_returns_programme_office_as_of_revision",
        ),
        Index("ix_returns_as_of", "as_of", "id"),
        Index("ix_returns_office", "office", "id"),
        Index("ix_returns_signed_at", "signed_at"),
        Index(
            "ix_returns_undelivered",
            "id",
            postgresql_where=text("state <> 'delivered'"),
        ),
        schema=S,
    )


def _notices() -> None:
    """
    Supervision notices, their papers, and what takes them.
    """
    op.create_table(
        "notices",
        Column("event_id", UUID(as_uuid=False), nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("post", String),
        Column("case_number", String, nullable=False),
        Column("title", String, nullable=False),
        Column("about", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("urgent", Boolean, nullable=False),
        Column("kind", String, nullable=False),
        Column("mailing", String),
        Column("paper", String),
        Column("stored_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("event_id", name="pk_notices"),
        Index("ix_notices_mailing", "mailing"),
        Index(
            "ix_notices_stored_at",
            "stored_at",
            postgresql_where=text("mailing IS NULL AND NOT urgent"),
        ),
        Index(
            "ix_notices_waiting",
            *("office", "day"),
            postgresql_where=text("mailing IS NULL AND NOT urgent"),
        ),
        Index(
            "ix_notices_urgent",
            "event_id",
            postgresql_where=text("mailing IS NULL AND urgent"),
        ),
        schema=S,
    )
    op.create_table(
        "notice_papers",
        Column("notice", String, nullable=False),
        Column("form", String, nullable=False),
        Column("paper", JSONB),
        Column("content", LargeBinary),
        PrimaryKeyConstraint("notice", name="pk_notice_papers"),
        schema=S,
    )
    op.create_table(
        "mailings",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("urgent", Boolean, nullable=False),
        Column("unaddressed", Boolean, nullable=False, server_default="false"),
        PrimaryKeyConstraint("id", name="pk_mailings"),
        Index("ix_mailings_office", "office", "id"),
        Index("ix_mailings_unaddressed", "id", postgresql_where=text("unaddressed")),
        schema=S,
    )


def _mails(table: str, of: str, key: str) -> None:
    """
    The mails that take what *of* names to each recipient.
    """
    op.create_table(
        table,
        Column(of, String, nullable=False),
        Column("recipient", String, nullable=False),
        Column("state", String, nullable=False),
        Column("message_id", String, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("doubts", Integer, nullable=False, server_default="0"),
        Column("reply", Text),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        Column("changed_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint(of, "recipient", name=f"pk_{table}"),
        UniqueConstraint("message_id", name=f"uq_{table}_message_id"),
        ForeignKeyConstraint([of], [key], name=f"fk_{table}_{of}"),
        Index(
            f"ix_{table}_unsent",
            "created_at",
            postgresql_where=text("state <> 'sent'"),
        ),
        schema=S,
    )


def _known_at() -> None:
    """
    When an entry becomes known or a return is signed (decision 0020): writers hold the
    advisory lock shared until they commit; whoever fixes a moment takes it alone for an
    instant. The moment up to which figures were answered is a sequence in memory,
    because that is seen at once and never rolled back; on disk is one that is a little
    later (decision 0051).
    """
    op.execute("CREATE SEQUENCE reporting.complete_until_us MINVALUE 0 START 0")
    op.execute(
        "CREATE UNLOGGED SEQUENCE reporting.answered_until_us MINVALUE 0 START 0"
    )
    op.execute(_ANSWERED_UNTIL)
    op.execute(_STAMP)
    op.execute(_COMPLETE_UNTIL)


_AHEAD_US = 10_000_000

# The ceiling is read first and written last: whoever sees a new one sees the moment
# that belongs to it.
_ANSWERED_UNTIL = f"""
    CREATE FUNCTION reporting.answered_until() RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
    DECLARE
        ceiling bigint := (SELECT last_value FROM complete_until_us);
        answered bigint := (SELECT last_value FROM answered_until_us);
    BEGIN
        -- After a crash PostgreSQL has begun the unlogged sequence anew.
        IF answered < ceiling - {_AHEAD_US} THEN
            answered := ceiling;
        END IF;
        RETURN timestamptz 'epoch' + answered * interval '1 us';
    END $$;
"""  # noqa: S608 - nothing but constants

_STAMP = """
    CREATE FUNCTION reporting.stamp(moment timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
    BEGIN
        -- A rebuild is waited for before the lock is held, not with it.
        LOCK TABLE entries IN ROW EXCLUSIVE MODE;
        PERFORM pg_advisory_xact_lock_shared(hashtext('reporting.known_at'));
        RETURN greatest(moment, answered_until() + interval '1 us');
    END $$;
"""

_COMPLETE_UNTIL = f"""
    CREATE FUNCTION reporting.complete_until(moment timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
    DECLARE
        fixed timestamptz := answered_until();
        fixed_us bigint;
    BEGIN
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
            answered_until()
        ) INTO fixed;
        fixed_us := (extract(epoch FROM fixed) * 1000000)::bigint;
        PERFORM setval('answered_until_us', fixed_us);
        IF fixed_us > (SELECT last_value FROM complete_until_us) THEN
            PERFORM setval('complete_until_us', fixed_us + {_AHEAD_US});
        END IF;
        PERFORM pg_advisory_unlock(hashtext('reporting.known_at'));
        RETURN fixed;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        PERFORM pg_advisory_unlock(hashtext('reporting.known_at'));
        RAISE;
    END $$;
"""  # noqa: S608 - nothing but constants
