"""
The tables of the measure ledger: facts, and their entries.
"""

from __future__ import annotations

import dataclasses

from sqlalchemy import BigInteger, Column, Date, Identity, Index, String, Table, func
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.reporting.domain.postings.entries import Entry
from services.reporting.store.base import INSTANT, metadata
from shared.records.tables import table_of

NOT_OF_ONE_PROGRAMME = (
    "type !~ '^intake[.]' AND type <> 'assignment.duties_changed'"
    " AND type <> 'assignment.escalation_step_reached'"
    " AND type <> 'assignment.leader_named'"
)
facts = Table(
    "facts",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("type", String, nullable=False),
    Column("office", String, nullable=False),
    Column("case_number", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
    Column("known_at", INSTANT, nullable=False),
    Index(
        "ix_facts_enrolments",
        "case_number",
        postgresql_where="type = 'intake.case_enrolled'"
        " OR type = 'intake.case_enrolment_withdrawn'",
    ),
    # The events that count in all programmes of a case are among these.
    Index("ix_facts_case_number", "case_number", postgresql_where=NOT_OF_ONE_PROGRAMME),
)

entries = table_of(
    Entry,
    "entries",
    metadata,
    # The order of posting. No row is looked up by it, so it is in no index.
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("event_id", UUID(as_uuid=False), nullable=False),
    Column("known_at", INSTANT, nullable=False),
    Index("ix_entries_office", "programme", "measure", "office"),
    Index("ix_entries_cases", "programme", "measure", "case_number"),
    Index("ix_entries_known_at", "known_at"),
    Index(
        "ix_entries_put_off",
        "programme",
        "known_at",
        postgresql_where="own_day <> day",
    ),
    Index(
        "ix_entries_listed",
        "programme",
        "label",
        "day",
        postgresql_where="measure = 'listed'",
    ),
    key=(),
)

ENTRY = tuple(field.name for field in dataclasses.fields(Entry))
COLUMNS = (*ENTRY, "known_at")

DUTY = func.coalesce(
    entries.c.duty, entries.c.case_number.concat("/").concat(entries.c.duty_rule)
).label("duty")
"""
The id of the duty that an entry is of; not stored where it is that of the matter's duty
under the rule.
"""
