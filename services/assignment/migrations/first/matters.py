"""
Matters with their facts, and what is computed of cases in each programme.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Index,
    PrimaryKeyConstraint,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.first_tables import INSTANT, vacuum_early

S = "assignment"


def create() -> None:
    _matters()
    _enrolments()
    _facts()
    _moves()
    # What changes in a matter is in no index.
    vacuum_early(S, "matters", fillfactor=85)


def _matters() -> None:
    """
    Matters as computed from their facts; cases have what they are listed by.
    """
    op.create_table(
        "matters",
        Column("number", String, nullable=False),
        Column("office", String),
        Column("programme", String),
        Column("is_case", Boolean, nullable=False),
        Column("opened_on", Date),
        Column("in_scope", Boolean, nullable=False),
        Column("everyday", Boolean, nullable=False),
        Column("handed", Boolean, nullable=False),
        Column("merged", Boolean, nullable=False),
        Column("led", JSONB, nullable=False),
        Column("leaders", JSONB, nullable=False),
        Column("department", String),
        Column("handler_post", String),
        Column("hearing_decided", Boolean, nullable=False),
        Column("standing", String, nullable=False),
        Column("concluded_on", Date),
        Column("confirmed_on", Date),
        Column("next_occurrence_on", Date),
        Column("origin", String),
        Column("case_kind", String),
        Column("case_class", String),
        Column("difficulty", String),
        Column("group_key", UUID(as_uuid=False)),
        Column("group_since", Date),
        PrimaryKeyConstraint("number", name="pk_matters"),
        Index(
            "ix_matters_group_key",
            *("programme", "office", "group_key"),
            postgresql_where=text("group_key IS NOT NULL"),
        ),
        Index(
            "ix_matters_group_since",
            *("programme", "group_since"),
            postgresql_where=text("group_since IS NOT NULL"),
        ),
        Index(
            "ix_matters_listed",
            *("office", "is_case", "programme", "merged", "standing", "in_scope"),
            *("case_kind", "difficulty", "origin", "case_class", "handler_post"),
            postgresql_where=text("office IS NOT NULL"),
        ),
        Index(
            "ix_matters_next_occurrence",
            *("programme", "next_occurrence_on"),
            postgresql_where=text("next_occurrence_on IS NOT NULL"),
        ),
        schema=S,
    )


def _enrolments() -> None:
    """
    What was computed of a case in each further programme in which it stands.
    """
    op.create_table(
        "enrolments",
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("merged", Boolean, nullable=False),
        Column("led", JSONB, nullable=False),
        Column("leaders", JSONB, nullable=False),
        Column("next_occurrence_on", Date),
        Column("handed", Boolean, nullable=False),
        Column("track", String, nullable=False, server_default=""),
        Column("traits", JSONB, nullable=False, server_default="{}"),
        Column("away", JSONB, nullable=False, server_default="[]"),
        Column("tenures", JSONB, nullable=False, server_default="[]"),
        PrimaryKeyConstraint("number", "programme", name="pk_enrolments"),
        Index(
            "ix_enrolments_next_occurrence",
            *("programme", "next_occurrence_on"),
            postgresql_where=text("next_occurrence_on IS NOT NULL"),
        ),
        Index("ix_enrolments_programme", "programme", "opened_on"),
        schema=S,
    )


def _facts() -> None:
    """
    The facts of matters; rows are only ever added.
    """
    op.create_table(
        "facts",
        Column("event_id", UUID(as_uuid=False), nullable=False),
        Column("number", String, nullable=False),
        Column("type", String, nullable=False),
        Column("occurred_on", Date, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("position", BigInteger, Identity(always=True), nullable=False),
        Column("actor", String, nullable=False),
        Column("recorded_at", INSTANT, nullable=False),
        PrimaryKeyConstraint("event_id", name="pk_facts"),
        Index(
            "ix_facts_acts",
            *("occurred_on", "number"),
            postgresql_where=text("type = 'matter.act_recorded'"),
        ),
        Index("ix_facts_number", "number"),
        Index(
            "ix_facts_withdrawals",
            "number",
            postgresql_where=text("type = 'matter.act_withdrawn'"),
        ),
        schema=S,
    )


def _moves() -> None:
    """
    Cases that moved between offices; the slices of a recalculation.
    """
    op.create_table(
        "case_moves",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("from_office", String, nullable=False),
        Column("to_office", String, nullable=False),
        Column("moved_on", Date, nullable=False),
        Column("reason", String, nullable=False),
        Column("document", String, nullable=False),
        Column("by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_case_moves"),
        Index("ix_case_moves_from_office_id", "from_office", "id"),
        Index("ix_case_moves_number", "number"),
        Index("ix_case_moves_to_office_id", "to_office", "id"),
        schema=S,
    )
    op.create_table(
        "recalculation_slices",
        Column("first", String, nullable=False),
        Column("until", String),
        Column("version", String, nullable=False),
        PrimaryKeyConstraint("first", name="pk_recalculation_slices"),
        schema=S,
    )
