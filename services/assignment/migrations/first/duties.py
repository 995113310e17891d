"""
Duties with their history, escalation and supervision notices.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.first_tables import INSTANT, WRITTEN, vacuum_early

S = "assignment"


def create() -> None:
    _duties()
    _history()
    _escalation()
    _notices()
    for table in ("duties", "next_steps"):
        vacuum_early(S, table)


_OWED = "state <> 'discharged' AND state <> 'released'"
_CLOSED = "state <> 'open' AND state <> 'paused'"


def _duty_indexes() -> tuple[Index, ...]:
    return (
        Index(
            "ix_duties_backdated",
            *("due_on", "office"),
            postgresql_where=text("state = 'open' AND backdated"),
        ),
        Index(
            "ix_duties_closed",
            *("state", "state_on", "id"),
            postgresql_where=text(_CLOSED),
        ),
        Index(
            "ix_duties_closed_by_office",
            *("office", "state", "state_on", "id"),
            postgresql_where=text(_CLOSED),
        ),
        Index(
            "ix_duties_late",
            *("programme", "due_on"),
            postgresql_where=text("state = 'open' AND flagged"),
        ),
        Index(
            "ix_duties_listed",
            *("office", "state", "kind", "post", "programme", "handler_post"),
        ),
        Index("ix_duties_number", "number"),
        Index(
            "ix_duties_owed",
            *("due_on", "office"),
            postgresql_where=text(f"{_OWED} AND office IS NOT NULL"),
        ),
        Index(
            "ix_duties_owed_by_office",
            *("office", "due_on", "state", "backdated", "supervised", "warn_days"),
            postgresql_where=text(_OWED),
        ),
        Index(
            "ix_duties_owed_of_kind",
            *("kind", "due_on", "office"),
            postgresql_where=text(f"{_OWED} AND office IS NOT NULL"),
        ),
        Index(
            "ix_duties_unflagged",
            "due_on",
            postgresql_where=text("state = 'open' AND NOT flagged AND NOT backdated"),
        ),
    )


def _duties() -> None:
    """
    Duties as computed.
    """
    op.create_table(
        "duties",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("title", String, nullable=False),
        Column("source", String, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("provisional", Boolean, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("state", String, nullable=False),
        Column("state_on", Date, nullable=False),
        Column("flagged", Boolean, nullable=False, server_default="false"),
        Column("post", String),
        Column("handler_post", String),
        Column("creditor", String, nullable=False),
        Column("warn_days", Integer, nullable=False),
        Column("basis", String, nullable=False),
        Column("supervised", Boolean, nullable=False),
        Column("backdated", Boolean, nullable=False),
        Column("past", JSONB, nullable=False),
        Column("answer", String, nullable=False),
        Column("report", Boolean, nullable=False),
        Column("past_hour", Boolean, nullable=False),
        PrimaryKeyConstraint("id", name="pk_duties"),
        *_duty_indexes(),
        schema=S,
    )


def _history() -> None:
    """
    What happened to duties; the schedules of reports.
    """
    op.create_table(
        "duty_history",
        Column("position", BigInteger, Identity(always=True), nullable=False),
        Column("duty", String, nullable=False),
        Column("what", String, nullable=False),
        Column("occurred_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("due_before", Date),
        Column("cause", String, nullable=False),
        Column("reason", Text, nullable=False),
        Column("actor", String, nullable=False),
        Column("recorded_at", INSTANT, nullable=False, server_default=WRITTEN),
        Index("ix_duty_history_duty", "duty", postgresql_using="hash"),
        schema=S,
    )
    op.create_table(
        "report_schedules",
        Column("programme", String, nullable=False),
        Column("schedule", String, nullable=False),
        Column("begun_until", Date, nullable=False),
        PrimaryKeyConstraint("programme", "schedule", name="pk_report_schedules"),
        schema=S,
    )


def _escalation() -> None:
    """
    The steps of escalation, reached and to come, and the interviews they lead to.
    """
    op.create_table(
        "escalation_steps",
        Column("id", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("duty", String),
        Column("step", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("title", String, nullable=False),
        Column("about", String, nullable=False),
        Column("source", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("on", Date, nullable=False),
        Column("to_office", String, nullable=False),
        Column("to_post", String),
        Column("urgent", Boolean, nullable=False),
        Column("ended_on", Date),
        PrimaryKeyConstraint("id", name="pk_escalation_steps"),
        Index("ix_escalation_steps_listed", "office", "kind", "ended_on"),
        Index("ix_escalation_steps_number", "number"),
        schema=S,
    )
    op.create_table(
        "next_steps",
        Column("on", Date, nullable=False),
        Column("subject", String, nullable=False),
        Column("cause", String, nullable=False),
        Column("step", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        PrimaryKeyConstraint("subject", name="pk_next_steps"),
        Index("ix_next_steps_programme_on", "programme", "on"),
        schema=S,
    )
    op.create_table(
        "interviews",
        Column("candidate", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("decision", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("by_post", String, nullable=False),
        Column("reason", Text, nullable=False),
        Column("recorded_by", String, nullable=False),
        PrimaryKeyConstraint("candidate", name="pk_interviews"),
        schema=S,
    )


def _notices() -> None:
    """
    Supervision notices with their course.
    """
    op.create_table(
        "notices",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("duty", String),
        Column("issued_on", Date, nullable=False),
        Column("reply_by", Date, nullable=False),
        Column("state_on", Date, nullable=False),
        Column("state", String, nullable=False),
        Column("progress", Boolean),
        Column("answered_on", Date),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("step", String, nullable=False),
        Column("urgent", Boolean, nullable=False),
        Column("text", String, nullable=False),
        Column("by_post", String),
        Column("answer", String),
        Column("answered_by", String),
        Column("answer_post", String),
        Column("reviewed_by", String),
        Column("reasons", String),
        Column("course", JSONB, nullable=False),
        Column("paper", String),
        Column("by_office", String),
        PrimaryKeyConstraint("id", name="pk_notices"),
        Index("ix_notices_number", "number"),
        Index("ix_notices_office_issued_on_id", "office", "issued_on", "id"),
        Index("ix_notices_programme_state", "programme", "state"),
        Index("ix_notices_issued_on_id", "issued_on", "id"),
        Index("ix_notices_state_issued_on_id", "state", "issued_on", "id"),
        schema=S,
    )
