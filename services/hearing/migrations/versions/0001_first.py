"""
Mirrored cases, requests for hearings, hearings, the registers of members, and the keys
of calendars.
"""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.first_tables import (
    create_common_tables,
    create_document_tables,
    create_mirrored_cases,
    create_paper_numbers,
    create_standing_closings,
    drop_tables,
)

revision = "0001"
down_revision = None

S = "hearing"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    create_paper_numbers(S)
    create_standing_closings(S)
    create_mirrored_cases(S)
    _requests()
    _hearings()
    _members()
    _feed_keys()


def downgrade() -> None:
    drop_tables(S)


def _requests() -> None:
    """
    Requests of parties for a hearing; how many further petitions of a case came in on a
    day.
    """
    op.create_table(
        "requests",
        Column("id", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("role", String, nullable=False),
        Column("requested_on", Date, nullable=False),
        Column("due_on", Date),
        Column("state", String, nullable=False),
        Column("answered_on", Date),
        Column("told_on", Date),
        Column("reason", String),
        PrimaryKeyConstraint("id", name="pk_requests"),
        ForeignKeyConstraint(
            ["case_number"], ["hearing.cases.number"], name="fk_requests_case_number"
        ),
        Index("ix_requests_case_number", "case_number"),
        Index("ix_requests_listed", "office", "state"),
        Index("ix_requests_office_id", "office", "id"),
        schema=S,
    )
    op.create_table(
        "repeats",
        Column("case_number", String, nullable=False),
        Column("received_on", Date, nullable=False),
        Column("petitions", Integer, nullable=False),
        PrimaryKeyConstraint("case_number", "received_on", name="pk_repeats"),
        schema=S,
    )


def _hearings() -> None:
    """
    Hearings from the decision to the result.
    """
    op.create_table(
        "hearings",
        Column("id", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("state", String, nullable=False),
        Column("decision", String, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("reason", String, nullable=False),
        Column("approver_post", String, nullable=False),
        Column("request", String),
        Column("planned_on", Date),
        Column("kind", String),
        Column("subject", String),
        Column("topic", String),
        Column("public", Boolean),
        Column("public_reason", String),
        Column("scheduled_on", Date),
        Column("starts", String),
        Column("ends", String),
        Column("place", String),
        Column("elsewhere_approved_by", String),
        Column("handler_post", String),
        Column("chair_post", String),
        Column("chair_holder", String),
        Column("members", JSONB, nullable=False),
        Column("draws", JSONB, nullable=False),
        Column("notices", JSONB, nullable=False),
        Column("announced_on", Date),
        Column("announced_in", String),
        Column("adjournments", JSONB, nullable=False),
        Column("called_off_on", Date),
        Column("called_off_because", String),
        *_outcome(),
        PrimaryKeyConstraint("id", name="pk_hearings"),
        ForeignKeyConstraint(
            ["case_number"], ["hearing.cases.number"], name="fk_hearings_case_number"
        ),
        Index("ix_hearings_case_number", "case_number"),
        Index(
            "ix_hearings_office_chair_holder",
            *("office", "chair_holder"),
            postgresql_where=text("chair_holder IS NOT NULL"),
        ),
        Index("ix_hearings_listed", "office", "state"),
        Index("ix_hearings_office_id", "office", "id"),
        Index("ix_hearings_office_scheduled_on", "office", "scheduled_on"),
        Index("ix_hearings_programme_held_on_office", "programme", "held_on", "office"),
        schema=S,
    )


def _outcome() -> tuple[Column[Any], ...]:
    """
    What a hearing that was held came to.
    """
    return (
        Column("held_on", Date),
        Column("members_briefed_on", Date),
        Column("members_present", JSONB, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("steps_left_out_because", String),
        Column("leader_chaired", Boolean),
        Column("opinion_on", Date),
        Column("opinion", String),
        Column("members_agreed", BigInteger),
        Column("adoption", String),
        Column("adoption_on", Date),
        Column("adoption_reason", String),
        Column("members_told_on", Date),
        Column("result_on", Date),
        Column("settled", Boolean),
        Column("watch_over_on", Date),
        Column("settled_for_good", Boolean),
    )


def _members() -> None:
    """
    The registers of members.
    """
    op.create_table(
        "members",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("number", String, nullable=False),
        Column("role", String, nullable=False),
        Column("trade", String, nullable=False),
        Column("term_from", Date, nullable=False),
        Column("term_to", Date, nullable=False),
        Column("eligibility", JSONB, nullable=False),
        Column("confirmed_on", Date, nullable=False),
        Column("status", String, nullable=False),
        Column("status_on", Date, nullable=False),
        Column("status_reason", String),
        Column("last_drawn_on", Date),
        Column("earlier", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_members"),
        Index("ix_members_office_id", "office", "id"),
        Index("ix_members_office_number", "office", "number", unique=True),
        schema=S,
    )


def _feed_keys() -> None:
    """
    The keys with which calendar programs read the hearings to come of an office.
    """
    op.create_table(
        "feed_keys",
        Column("office", String, nullable=False),
        Column("digest", String, nullable=False),
        Column("made_on", Date, nullable=False),
        Column("made_by", String, nullable=False),
        PrimaryKeyConstraint("office", name="pk_feed_keys"),
        Index("ix_feed_keys_digest", "digest", unique=True),
        schema=S,
    )
