"""
Plans and demands, closings, endings, and what is looked at afterwards.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

S = "assignment"


def create() -> None:
    _working()
    _closings()
    _signatures()
    _endings()
    _reviews()


def _working() -> None:
    """
    Plans of cases, and demands that were fixed with petitioners.
    """
    op.create_table(
        "plans",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("made_on", Date, nullable=False),
        Column("post", String, nullable=False),
        Column("aim", String, nullable=False),
        Column("until", Date, nullable=False),
        Column("steps", JSONB, nullable=False),
        Column("recorded_by", String, nullable=False),
        Column("reason", String),
        Column("state", String, nullable=False),
        Column("decided_on", Date),
        Column("decided_by", String),
        Column("opinion", String),
        Column("document", String),
        Column("case_class", String),
        PrimaryKeyConstraint("id", name="pk_plans"),
        Index("uq_plans_number_version", "number", "version", unique=True),
        schema=S,
    )
    op.create_table(
        "demands",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("fixed_on", Date, nullable=False),
        Column("mode", String, nullable=False),
        Column("post", String, nullable=False),
        Column("recorded_by", String, nullable=False),
        Column("reason", String),
        Column("answers", JSONB, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_demands"),
        Index("uq_demands_number_version", "number", "version", unique=True),
        schema=S,
    )


def _closings() -> None:
    """
    Closings.
    """
    op.create_table(
        "closings",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("concluded_on", Date, nullable=False),
        Column("submitted_on", Date, nullable=False),
        Column("dispositions", JSONB, nullable=False),
        Column("measures", JSONB, nullable=False),
        Column("narrative", String, nullable=False),
        Column("submitted_by", String, nullable=False),
        Column("documents", JSONB, nullable=False),
        Column("head_evidence", JSONB, nullable=False),
        Column("standard", JSONB, nullable=False),
        Column("standard_version", String, nullable=False),
        Column("state", String, nullable=False),
        Column("reviewed_on", Date),
        Column("reviewed_by", String),
        Column("checklist", JSONB, nullable=False),
        Column("return_reasons", JSONB, nullable=False),
        Column("reasons", String),
        PrimaryKeyConstraint("id", name="pk_closings"),
        ForeignKeyConstraint(
            ["number"], ["assignment.matters.number"], name="fk_closings_number"
        ),
        Index("ix_closings_number", "number"),
        Index("ix_closings_reviewed_on", "reviewed_on"),
        Index(
            "ix_closings_returned",
            "number",
            postgresql_where=text("state = 'returned'"),
        ),
        schema=S,
    )


def _signatures() -> None:
    """
    The signatures under closings; rows are only ever added.
    """
    op.create_table(
        "closing_signatures",
        Column("signer", String, nullable=False),
        Column("title", String, nullable=False),
        Column("office", String, nullable=False),
        Column("post", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("opinion", String),
        Column("recorded_by", String, nullable=False),
        Column("document_id", String),
        Column("closing", String, nullable=False),
        Column("position", Integer, nullable=False),
        PrimaryKeyConstraint("closing", "position", name="pk_closing_signatures"),
        ForeignKeyConstraint(
            ["closing"],
            ["assignment.closings.id"],
            name="fk_closing_signatures_closing",
        ),
        schema=S,
    )


def _endings() -> None:
    """
    Applications to end a case, and hand-overs.
    """
    op.create_table(
        "endings",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("grounds", JSONB, nullable=False),
        Column("statement", String, nullable=False),
        Column("documents", JSONB, nullable=False),
        Column("applied_by", String, nullable=False),
        Column("level", String),
        Column("decider", String),
        Column("state", String, nullable=False),
        Column("decisions", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_endings"),
        Index(
            "ix_endings_decider_id",
            *("decider", "id"),
            postgresql_where=text("decider IS NOT NULL"),
        ),
        Index("ix_endings_number", "number"),
        Index("ix_endings_office_id", "office", "id"),
        schema=S,
    )
    op.create_table(
        "hand_overs",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("to_office", String),
        Column("unit", String, nullable=False),
        Column("help", JSONB, nullable=False),
        Column("document", String, nullable=False),
        Column("receipt_on", Date),
        Column("receipt_by", String),
        Column("receipt_document", String),
        PrimaryKeyConstraint("id", name="pk_hand_overs"),
        Index("ix_hand_overs_number", "number"),
        Index("ix_hand_overs_office_id", "office", "id"),
        Index(
            "ix_hand_overs_to_office_id",
            *("to_office", "id"),
            postgresql_where=text("to_office IS NOT NULL"),
        ),
        schema=S,
    )


def _reviews() -> None:
    """
    Look-backs, and samples of closings that are drawn to be evaluated.
    """
    op.create_table(
        "look_backs",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("found_on", Date, nullable=False),
        Column("link", String, nullable=False),
        Column("problem", String, nullable=False),
        Column("finding", String, nullable=False),
        Column("to_office", String, nullable=False),
        Column("department", String, nullable=False),
        Column("owner_post", String, nullable=False),
        Column("state", String, nullable=False),
        Column("course", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_look_backs"),
        Index("ix_look_backs_number", "number"),
        Index("ix_look_backs_office_found_on", "office", "found_on"),
        Index("ix_look_backs_office_id", "office", "id"),
        Index("ix_look_backs_to_office_id", "to_office", "id"),
        schema=S,
    )
    op.create_table(
        "audits",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date, nullable=False),
        Column("seed", String, nullable=False),
        Column("percent", BigInteger, nullable=False),
        Column("least", BigInteger, nullable=False),
        Column("population", BigInteger, nullable=False),
        Column("sample", JSONB, nullable=False),
        Column("drawn_on", Date, nullable=False),
        Column("drawn_by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_audits"),
        UniqueConstraint(
            "programme", "office", "since", "until", name="uq_audits_period"
        ),
        Index("ix_audits_office_id", "office", "id"),
        schema=S,
    )
