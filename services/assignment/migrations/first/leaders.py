"""
Who leads cases; posts, bodies and lists of offices; receptions of leaders.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Index,
    PrimaryKeyConstraint,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.first_tables import INSTANT, vacuum_early

S = "assignment"


def create() -> None:
    _leaders()
    _people()
    _bodies()
    _units()
    _rosters()
    _receptions()
    # What changes in who leads a case is in no index.
    vacuum_early(S, "profiles", fillfactor=85)


def _leaders() -> None:
    """
    Who leads a case.
    """
    op.create_table(
        "profiles",
        Column("number", String, nullable=False),
        Column("track", String, nullable=False),
        Column("traits", JSONB, nullable=False),
        Column("away", JSONB, nullable=False),
        Column(
            "traits_key", Uuid(), Computed("md5(traits::text)::uuid", persisted=True)
        ),
        PrimaryKeyConstraint("number", name="pk_profiles"),
        schema=S,
    )
    op.create_table(
        "leaderships",
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("post", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("main", Boolean, nullable=False),
        Column("holder", String),
        PrimaryKeyConstraint(
            "number", "office", "post", "since", name="pk_leaderships"
        ),
        Index(
            "ix_leaderships_running",
            *("office", "post"),
            postgresql_where=text("until IS NULL"),
        ),
        schema=S,
    )


def _people() -> None:
    """
    Who holds a post, and who oversees what.
    """
    op.create_table(
        "holdings",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("post", String, nullable=False),
        Column("holder", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("document", String),
        PrimaryKeyConstraint("id", name="pk_holdings"),
        Index("ix_holdings_office_id", "office", "id"),
        schema=S,
    )
    op.create_table(
        "oversights",
        Column("id", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("post", String, nullable=False),
        Column("holder", String),
        Column("department", String),
        Column("overseen", String),
        Column("since", Date, nullable=False),
        Column("until", Date),
        Column("document", String),
        PrimaryKeyConstraint("id", name="pk_oversights"),
        Index("ix_oversights_office_id", "office", "id"),
        schema=S,
    )


def _bodies() -> None:
    """
    Bodies of offices, and their own lists.
    """
    op.create_table(
        "bodies",
        Column("id", String, nullable=False),
        Column("body", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("name", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("document", String),
        Column("telephone", String),
        Column("members", JSONB, nullable=False),
        Column("recorded_by", String, nullable=False),
        Column("ending", Boolean, nullable=False),
        PrimaryKeyConstraint("id", name="pk_bodies"),
        Index("ix_bodies_body", "body"),
        Index("ix_bodies_office", "office", "programme", "kind"),
        schema=S,
    )
    op.create_table(
        "list_versions",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("list", String, nullable=False),
        Column("since", Date, nullable=False),
        Column("document", String),
        Column("items", JSONB, nullable=False),
        Column("recorded_by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_list_versions"),
        Index("ix_list_versions_office", "office", "programme"),
        schema=S,
    )


def _units() -> None:
    """
    Coordinations between offices, and what units entered in lists.
    """
    op.create_table(
        "coordinations",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("to", String, nullable=False),
        Column("asked_on", Date, nullable=False),
        Column("disagreement", String, nullable=False),
        Column("state", String, nullable=False),
        Column("decided_on", Date),
        Column("lead", String),
        Column("opinion", String),
        PrimaryKeyConstraint("id", name="pk_coordinations"),
        Index("ix_coordinations_number", "number"),
        Index("ix_coordinations_office_id", "office", "id"),
        Index("ix_coordinations_to_id", "to", "id"),
        schema=S,
    )
    op.create_table(
        "unit_entries",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("list", String, nullable=False),
        Column("item", String, nullable=False),
        Column("on", Date, nullable=False),
        Column("post", String, nullable=False),
        Column("evidence", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_unit_entries"),
        Index("ix_unit_entries_office", "office", "programme"),
        schema=S,
    )


def _rosters() -> None:
    """
    Rosters of receptions.
    """
    op.create_table(
        "roster_slots",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("roster", String, nullable=False),
        Column("office", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("post", String, nullable=False),
        Column("holder", String),
        PrimaryKeyConstraint("id", name="pk_roster_slots"),
        Index("ix_roster_slots_office_id", "office", "id"),
        Index(
            "uq_roster_slots_day",
            *("programme", "roster", "office", "day", "post", "holder"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        schema=S,
    )


def _receptions() -> None:
    """
    The receptions that were held, and corrections of their log.
    """
    op.create_table(
        "receptions",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("roster", String, nullable=False),
        Column("office", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("post", String, nullable=False),
        Column("holder", String),
        Column("receptions", BigInteger, nullable=False),
        Column("entered", BigInteger, nullable=False),
        Column("half_days", BigInteger, nullable=False),
        Column("national", BigInteger, nullable=False),
        Column("national_on", Date),
        Column("in_time", BigInteger, nullable=False),
        Column("logged_at", INSTANT),
        Column("corrected", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_receptions"),
        Index("ix_receptions_office_id", "office", "id"),
        Index(
            "uq_receptions_day",
            *("programme", "roster", "office", "day", "post", "holder"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        schema=S,
    )
    op.create_table(
        "log_corrections",
        Column("id", String, nullable=False),
        Column("log", String, nullable=False),
        Column("office", String, nullable=False),
        Column("reason", String, nullable=False),
        Column("corrected_by", String, nullable=False),
        Column("corrected_at", INSTANT, nullable=False),
        Column("before", JSONB, nullable=False),
        Column("stated", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_log_corrections"),
        Index("ix_log_corrections_log", "log", "id"),
        schema=S,
    )
