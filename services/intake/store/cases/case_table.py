"""
The table of cases with their ledger rows.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from services.intake.domain.cases.cases import Case
from services.intake.store.tables import metadata
from shared.records.tables import HashColumn, table_of

cases = table_of(
    Case,
    "cases",
    metadata,
    Column("case_no", String, nullable=False),
    Column("matter", String),
    Column("began_on", Date, nullable=False),
    Column("keys", ARRAY(BigInteger), nullable=False),
    Column("name", HashColumn),
    Column("content", HashColumn, nullable=False),
    Column("encrypted", LargeBinary, nullable=False),
    Column("import_id", UUID(as_uuid=False)),
    Column("closing_sequence", BigInteger, nullable=False, server_default="0"),
    Index("ix_cases_office_opened_on", "office", "opened_on", "number"),
    Index("ix_cases_opened_on", "opened_on", "number"),
    # Few values, many rows of each: PostgreSQL stores each once. No number, which would
    # make every entry another.
    Index(
        "ix_cases_listed",
        *("office", "programme", "in_scope", "closed_as", "merged_into"),
        *("withdrawn_on", "case_kind", "origin", "topic", "track"),
        *("channel", "registration_level", "persons"),
    ),
    Index(
        "ix_cases_enrolled",
        "office",
        postgresql_where=text("enrolments <> '[]'::jsonb"),
    ),
    Index("ix_cases_name", "name", "office"),
    # The number by which cases are sorted as people count.
    Column("counted", String, nullable=False),
    Index("ix_cases_counted", "office", "counted", "number"),
    Index("ix_cases_matter", "matter"),
    Index("ix_cases_keys", "keys", postgresql_using="gin"),
    Index(
        "ix_cases_renumbered",
        *("import_id", "number"),
        postgresql_where=text("starts_with((number), registered_by || ':')"),
    ),
    Column("registered_by", String, nullable=False),
    Column("move_sequence", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("case_no", "registered_by", name="uq_cases_case_no"),
    key="number",
)
RENUMBERED = func.starts_with(
    cases.c.number, cases.c.registered_by.concat(literal_column("':'"))
)
"""
A case that is registered under its office's code and number, since another office has a
case of that number.
"""
