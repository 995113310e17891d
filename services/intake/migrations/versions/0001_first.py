"""
Petitions, replies, cases and the ledgers they came in.
"""

from alembic import op
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.first_tables import (
    INSTANT,
    WRITTEN,
    create_common_tables,
    create_document_tables,
    create_openings,
    create_standing_closings,
    drop_tables,
    vacuum_early,
)

revision = "0001"
down_revision = None

S = "intake"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    create_standing_closings(S)
    create_openings(S)
    _ledgers()
    _cases()
    _work_on_cases()
    op.execute("CREATE SEQUENCE intake.petition_numbers")
    _petitions()
    _course()
    _deliveries()
    _announced_duties()
    _where_they_went()
    _repeats()
    _corrections()


def downgrade() -> None:
    drop_tables(S)
    op.execute("DROP SEQUENCE intake.petition_numbers")


def _ledgers() -> None:
    """
    The ledgers that were pushed, their files and the rows that were rejected.
    """
    op.create_table(
        "imports",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("dry_run", Boolean, nullable=False),
        Column("state", String, nullable=False),
        Column("rows_read", BigInteger, nullable=False),
        Column("rows_kept", BigInteger, nullable=False),
        Column("rows_repeated", BigInteger, nullable=False),
        Column("rows_corrected", BigInteger, nullable=False),
        Column("rows_rejected", BigInteger, nullable=False),
        Column("out_of_scope", BigInteger, nullable=False),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        Column("moved_at", INSTANT, nullable=False),
        Column("ended_at", INSTANT),
        Column("encrypted", String, nullable=False),
        Column("checksum", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_imports"),
        Index("ix_imports_office", "office", "id"),
        Index("ix_imports_office_checksum", "office", "programme", "checksum"),
        Index("ix_imports_office_state", "office", "state", "id"),
        Index(
            "ix_imports_unended",
            "id",
            postgresql_where=text(
                "state = 'waiting' OR state = 'reading' OR state = 'given_up'"
            ),
        ),
        schema=S,
    )
    op.create_table(
        "file_parts",
        Column("import_id", String, nullable=False),
        Column("part", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        PrimaryKeyConstraint("import_id", "part", name="pk_file_parts"),
        ForeignKeyConstraint(
            ["import_id"], ["intake.imports.id"], name="fk_file_parts_import_id"
        ),
        schema=S,
    )
    op.create_table(
        "rejected_rows",
        Column("import_id", String, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("row", BigInteger, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("import_id", "position", name="pk_rejected_rows"),
        ForeignKeyConstraint(
            ["import_id"], ["intake.imports.id"], name="fk_rejected_rows_import_id"
        ),
        schema=S,
    )
    # The row of an import is changed with every set of rows that is read.
    vacuum_early(S, "imports", fillfactor=50)


def _case_indexes() -> tuple[Index, ...]:
    return (
        Index("ix_cases_counted", "office", "counted", "number"),
        Index(
            "ix_cases_enrolled",
            "office",
            postgresql_where=text("enrolments <> '[]'::jsonb"),
        ),
        Index("ix_cases_keys", "keys", postgresql_using="gin"),
        Index(
            "ix_cases_listed",
            *("office", "programme", "in_scope", "closed_as", "merged_into"),
            *("withdrawn_on", "case_kind", "origin", "topic", "track"),
            *("channel", "registration_level", "persons"),
        ),
        Index("ix_cases_matter", "matter"),
        Index("ix_cases_name", "name", "office"),
        Index("ix_cases_office_opened_on", "office", "opened_on", "number"),
        Index("ix_cases_opened_on", "opened_on", "number"),
        Index(
            "ix_cases_renumbered",
            *("import_id", "number"),
            postgresql_where=text(
                "starts_with((number)::text, ((registered_by)::text || ':'::text))"
            ),
        ),
    )


def _cases() -> None:
    """
    Cases with their ledger rows.
    """
    op.create_table(
        "cases",
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("track", String, nullable=False),
        Column("in_scope", Boolean, nullable=False),
        Column("failing", JSONB, nullable=False),
        Column("repeats", BigInteger, nullable=False),
        Column("origin", String, nullable=False),
        Column("case_kind", String, nullable=False),
        Column("topic", String),
        Column("registration_level", String),
        Column("persons", BigInteger, nullable=False),
        Column("channel", String),
        Column("merged_into", String),
        Column("merged_on", Date),
        Column("unmerged_on", Date),
        Column("corrected", BigInteger, nullable=False),
        Column("corrected_on", Date),
        Column("withdrawn_on", Date),
        Column("reinstated_on", Date),
        Column("closed_as", String),
        Column("had_by", JSONB, nullable=False),
        Column("moved_on", Date),
        Column("enrolments", JSONB, nullable=False),
        Column("counted", String, nullable=False),
        Column("case_no", String, nullable=False),
        Column("matter", String),
        Column("began_on", Date, nullable=False),
        Column("keys", ARRAY(BigInteger), nullable=False),
        Column("name", UUID(as_uuid=False)),
        Column("content", UUID(as_uuid=False), nullable=False),
        Column("encrypted", LargeBinary, nullable=False),
        Column("import_id", UUID(as_uuid=False)),
        Column("closing_sequence", BigInteger, nullable=False, server_default="0"),
        Column("registered_by", String, nullable=False),
        Column("move_sequence", BigInteger, nullable=False, server_default="0"),
        PrimaryKeyConstraint("number", name="pk_cases"),
        UniqueConstraint("case_no", "registered_by", name="uq_cases_case_no"),
        *_case_indexes(),
        schema=S,
    )


def _work_on_cases() -> None:
    """
    What was done about cases elsewhere, which their ledger rows show, and since when a
    corrected row holds in its place.
    """
    op.create_table(
        "case_work",
        Column("number", String, nullable=False),
        Column("topic", String, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("on", Date, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("number", "topic", name="pk_case_work"),
        schema=S,
    )
    op.create_table(
        "superseded_work",
        Column("number", String, nullable=False),
        Column("topic", String, nullable=False),
        Column("on", Date, nullable=False),
        PrimaryKeyConstraint("number", "topic", name="pk_superseded_work"),
        schema=S,
    )


_UNDECIDED = (
    "undecided_since IS NOT NULL AND repeat_of IS NULL AND withdrawn_on IS NULL"
)


def _petition_indexes() -> tuple[Index, ...]:
    return (
        Index("ix_petitions_content", "content", "created_at"),
        Index("ix_petitions_enquiry", "enquiry", unique=True),
        Index("ix_petitions_keys", "keys", postgresql_using="gin"),
        Index(
            "ix_petitions_listed",
            *("office", "programme", "state", "withdrawn_on", "channel", "case_kind"),
            *("category", "topic", "handler_post", "registration_level"),
            *("persons", "group_visit"),
        ),
        Index("ix_petitions_matter", "matter", "received_on"),
        Index("ix_petitions_names", "names", postgresql_using="gin"),
        Index("ix_petitions_office_number", "office", "number"),
        Index(
            "ix_petitions_office_received_on",
            *("office", "received_on", "number", "state"),
        ),
        Index("ix_petitions_received_on", "received_on", "number"),
        Index(
            "ix_petitions_repeat_of",
            "repeat_of",
            postgresql_where=text("repeat_of IS NOT NULL"),
        ),
        Index(
            "ix_petitions_to_office",
            *("to_office", "number"),
            postgresql_where=text("to_office IS NOT NULL AND received_as IS NULL"),
        ),
        Index(
            "ix_petitions_undecided",
            *("undecided_since", "number"),
            postgresql_where=text(_UNDECIDED),
        ),
        Index(
            "ix_petitions_undecided_by_office",
            *("office", "undecided_since", "number"),
            postgresql_where=text(_UNDECIDED),
        ),
    )


def _petitions() -> None:
    """
    Petitions as they came in.
    """
    op.create_table(
        "petitions",
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("received_on", Date, nullable=False),
        Column("channel", String, nullable=False),
        Column("category", String, nullable=False),
        Column("case_kind", String, nullable=False),
        Column("repeat_of", String),
        Column("origin", String, nullable=False),
        Column("topic", String),
        Column("registration_level", String),
        Column("persons", BigInteger, nullable=False),
        Column("state", String, nullable=False),
        Column("to_office", String),
        Column("received_as", String),
        Column("passed_from", String),
        Column("case_opened_on", Date),
        Column("first_office", String),
        Column("first_post", String),
        Column("handler_post", String),
        Column("matter_decided_on", Date),
        Column("accused_office", String),
        Column("corrected", BigInteger, nullable=False),
        Column("withdrawn_on", Date),
        Column("split_from", String),
        Column("split_into", String),
        Column("received_by", String),
        Column("group_visit", Boolean, nullable=False),
        Column("non_prosecution_office", String),
        Column("non_prosecution_served_on", Date),
        Column("appellant", String),
        Column("appealed_on", Date),
        Column("matter", String),
        Column("keys", ARRAY(BigInteger), nullable=False),
        Column("enquiry", String),
        Column("names", ARRAY(BigInteger), nullable=False),
        Column("content", String, nullable=False),
        Column("encrypted", LargeBinary, nullable=False),
        Column("undecided", ARRAY(String)),
        Column("undecided_since", Date),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("number", name="pk_petitions"),
        *_petition_indexes(),
        schema=S,
    )


def _course() -> None:
    """
    The steps of petitions, and replies.
    """
    op.create_table(
        "petition_steps",
        Column("id", String, nullable=False),
        Column("petition", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("state", String, nullable=False),
        Column("document", String),
        Column("reason", String),
        Column("to_office", String),
        Column("report_by", Date),
        Column("same_as", String),
        Column("withdrawn_on", Date),
        Column("replaces", String),
        Column("verdict", String),
        Column("office", String),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_petition_steps"),
        ForeignKeyConstraint(
            ["petition"], ["intake.petitions.number"], name="fk_petition_steps_petition"
        ),
        Index("ix_petition_steps_petition", "petition", "id"),
        schema=S,
    )
    op.create_table(
        "replies",
        Column("id", String, nullable=False),
        Column("petition", String, nullable=False),
        Column("replied_on", Date, nullable=False),
        Column("kind", String, nullable=False),
        Column("mode", String, nullable=False),
        Column("withdrawn_on", Date),
        Column("office", String),
        Column("served", String),
        Column("document", String),
        Column("encrypted", String, nullable=False),
        Column("content", String, nullable=False),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("id", name="pk_replies"),
        ForeignKeyConstraint(
            ["petition"], ["intake.petitions.number"], name="fk_replies_petition"
        ),
        Index("ix_replies_petition", "petition", "id"),
        schema=S,
    )


def _deliveries() -> None:
    """
    Attempts to deliver the paper of a step or a reply.
    """
    op.create_table(
        "deliveries",
        Column("id", String, nullable=False),
        Column("petition", String, nullable=False),
        Column("step", String),
        Column("on", Date, nullable=False),
        Column("mode", String, nullable=False),
        Column("outcome", String, nullable=False),
        Column("withdrawn_on", Date),
        Column("reply", String),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_deliveries"),
        ForeignKeyConstraint(
            ["petition"], ["intake.petitions.number"], name="fk_deliveries_petition"
        ),
        ForeignKeyConstraint(
            ["step"], ["intake.petition_steps.id"], name="fk_deliveries_step"
        ),
        Index("ix_deliveries_petition", "petition", "id"),
        schema=S,
    )


def _announced_duties() -> None:
    """
    What assignment announced that is owed to petitioners.
    """
    op.create_table(
        "announced_duties",
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("owed", JSONB, nullable=False),
        Column("kinds", JSONB, nullable=False),
        PrimaryKeyConstraint("number", "programme", name="pk_announced_duties"),
        schema=S,
    )


def _where_they_went() -> None:
    """
    Where petitions were sent from the counter; what offices entered in the national
    petition system.
    """
    op.create_table(
        "petition_routes",
        Column("id", String, nullable=False),
        Column("petition", String, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("rule", String),
        Column("as_suggested", Boolean, nullable=False),
        Column("office", String),
        Column("department", String),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_petition_routes"),
        ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_petition_routes_petition",
        ),
        Index("ix_petition_routes_petition", "petition", "id"),
        schema=S,
    )
    op.create_table(
        "national_entries",
        Column("office", String, nullable=False),
        Column("number", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("register_no", String),
        PrimaryKeyConstraint("office", "number", name="pk_national_entries"),
        Index("ix_national_entries_day", "office", "day"),
        Index(
            "uq_national_entries_register_no",
            *("office", "register_no"),
            unique=True,
            postgresql_where=text("register_no IS NOT NULL"),
        ),
        schema=S,
    )


def _repeats() -> None:
    """
    Which matter petitions are about, and the repeats that count in cases.
    """
    op.create_table(
        "matter_decisions",
        Column("id", String, nullable=False),
        Column("petition", String, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("same_as", String),
        Column("new_facts", Boolean, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_matter_decisions"),
        ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_matter_decisions_petition",
        ),
        Index("ix_matter_decisions_petition", "petition", "id"),
        schema=S,
    )
    op.create_table(
        "counted_repeats",
        Column("petition", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("counted", Boolean, nullable=False),
        Column("withdrawn_on", Date),
        Column("also", JSONB, nullable=False),
        PrimaryKeyConstraint("petition", "case_number", name="pk_counted_repeats"),
        ForeignKeyConstraint(
            ["case_number"],
            ["intake.cases.number"],
            name="fk_counted_repeats_case_number",
        ),
        ForeignKeyConstraint(
            ["petition"],
            ["intake.petitions.number"],
            name="fk_counted_repeats_petition",
        ),
        Index("ix_counted_repeats_case_number", "case_number"),
        schema=S,
    )


def _corrections() -> None:
    """
    What was corrected in cases and petitions; rows are only ever added.
    """
    op.create_table(
        "corrections",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("reply", String),
        Column("office", String, nullable=False),
        Column("actor", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("recorded_at", INSTANT, nullable=False),
        Column("import_id", String),
        Column("position", BigInteger),
        Column("proposed", Boolean, nullable=False),
        Column("fields", JSONB, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_corrections"),
        Index("ix_corrections_import", "import_id", "position", "id"),
        Index("ix_corrections_number", "number", "id"),
        schema=S,
    )
