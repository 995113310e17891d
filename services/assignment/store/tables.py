"""
The tables of assignment; their queries stand beside.

A matter is a case, a petition or a period of an office's report. Its facts are stored
in the order in which they were recorded (`position`); every column of its row, and
every duty, is what was last computed from them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from services.assignment.domain.closings.closing import Closing, Signature
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.history import HistoryLine
from services.assignment.domain.duties.recurrence import ScheduleBegun
from services.assignment.domain.matter import MatterState
from shared.documents.numbering import paper_numbers_table
from shared.documents.store import document_openings_table, documents_table
from shared.records.tables import table_of
from shared.service.tables import service_tables

metadata, OUTBOX, TABLES = service_tables("assignment")

ASKED_PROGRAMME = func.unnest(
    bindparam("programmes", type_=ARRAY(String))
).column_valued("asked_programme")
"""
In a statement each of the programmes that it is executed for; by a name that no table
has for a column, for a subquery would take that one.
"""

documents = documents_table(metadata)
paper_numbers = paper_numbers_table(metadata)
document_openings = document_openings_table(metadata)

matters = table_of(
    MatterState,
    "matters",
    metadata,
    # Both are unknown of a matter that has not begun.
    Column("office", String),
    Column("programme", String),
    # Each step as its day, its kind and any reason, each leader as office and post.
    Column("led", JSONB, nullable=False),
    Column("leaders", JSONB, nullable=False),
    Column("group_key", UUID(as_uuid=False)),
    # Few values, many rows of each: PostgreSQL stores each once. No number, which would
    # make every entry another.
    Index(
        "ix_matters_listed",
        *("office", "is_case", "programme", "merged", "standing", "in_scope"),
        *("case_kind", "difficulty", "origin", "case_class", "handler_post"),
        postgresql_where="office IS NOT NULL",
    ),
    Index(
        "ix_matters_next_occurrence",
        "programme",
        "next_occurrence_on",
        postgresql_where="next_occurrence_on IS NOT NULL",
    ),
    # Cases are counted by the first alone; the second finds those that a past day saw
    # otherwise.
    Index(
        "ix_matters_group_key",
        *("programme", "office", "group_key"),
        postgresql_where="group_key IS NOT NULL",
    ),
    Index(
        "ix_matters_group_since",
        *("programme", "group_since"),
        postgresql_where="group_since IS NOT NULL",
    ),
    key="number",
)

# What was computed of a case in each further programme in which it stands or stood.
enrolments = Table(
    "enrolments",
    metadata,
    Column("number", String, primary_key=True),
    Column("programme", String, primary_key=True),
    Column("opened_on", Date, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("led", JSONB, nullable=False),
    Column("leaders", JSONB, nullable=False),
    Column("next_occurrence_on", Date),
    # As the leaders' workload and the baselines of that programme see the case.
    Column("handed", Boolean, nullable=False),
    Column("track", String, nullable=False, server_default=""),
    Column("traits", JSONB, nullable=False, server_default="{}"),
    Column("away", JSONB, nullable=False, server_default="[]"),
    Column("tenures", JSONB, nullable=False, server_default="[]"),
    Index("ix_enrolments_programme", "programme", "opened_on"),
    Index(
        "ix_enrolments_next_occurrence",
        "programme",
        "next_occurrence_on",
        postgresql_where="next_occurrence_on IS NOT NULL",
    ),
)

facts = Table(
    "facts",
    metadata,
    Column("event_id", UUID(as_uuid=False), primary_key=True),
    Column("number", String, nullable=False),
    Column("type", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("actor", String, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Index("ix_facts_number", "number"),
    Index(
        "ix_facts_acts",
        "occurred_on",
        "number",
        postgresql_where="type = 'matter.act_recorded'",
    ),
    Index(
        "ix_facts_withdrawals",
        "number",
        postgresql_where="type = 'matter.act_withdrawn'",
    ),
)

_OWED = "state <> 'discharged' AND state <> 'released'"
_CLOSED = "state <> 'open' AND state <> 'paused'"

duties = table_of(
    Duty,
    "duties",
    metadata,
    # A step as its day, kind and reason; a term as office, due day and since when.
    Column("steps", JSONB, nullable=False),
    Column("past", JSONB, nullable=False),
    Column("state", String, nullable=False),
    Column("state_on", Date, nullable=False),
    Column("flagged", Boolean, nullable=False, server_default="false"),
    Column("warn_days", Integer, nullable=False),  # of a bigint no day is the sum
    Index("ix_duties_number", "number"),
    # As of `ix_matters_listed`: none has the id.
    Index(
        "ix_duties_listed",
        *("office", "state", "kind", "post", "programme", "handler_post"),
    ),
    # With what says state and colour: the first days are read from it alone.
    Index(
        "ix_duties_owed_by_office",
        *("office", "due_on", "state", "backdated", "supervised", "warn_days"),
        postgresql_where=_OWED,
    ),
    Index(
        "ix_duties_closed",
        *("state", "state_on", "id"),
        postgresql_where=_CLOSED,
    ),
    Index(
        "ix_duties_closed_by_office",
        *("office", "state", "state_on", "id"),
        postgresql_where=_CLOSED,
    ),
    # For lists of offices alone, which its condition names: the claim of what is to be
    # flagged would pass over all that is late.
    Index(
        "ix_duties_owed",
        *("due_on", "office"),
        postgresql_where=f"{_OWED} AND office IS NOT NULL",
    ),
    Index(
        "ix_duties_owed_of_kind",
        *("kind", "due_on", "office"),
        postgresql_where=f"{_OWED} AND office IS NOT NULL",
    ),
    Index(
        "ix_duties_backdated",
        *("due_on", "office"),
        postgresql_where="state = 'open' AND backdated",
    ),
    Index(
        "ix_duties_unflagged",
        "due_on",
        postgresql_where="state = 'open' AND NOT flagged AND NOT backdated",
    ),
    Index(
        "ix_duties_late",
        "programme",
        "due_on",
        postgresql_where="state = 'open' AND flagged",
    ),
)

duty_history = table_of(
    HistoryLine,
    "duty_history",
    metadata,
    # The order of the lines of a duty. None is looked up by it: it is in no index.
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column(
        "recorded_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Index("ix_duty_history_duty", "duty", postgresql_using="hash"),
    key=(),
)

# The parts of a recalculation that are still to be done.
recalculation_slices = Table(
    "recalculation_slices",
    metadata,
    Column("first", String, primary_key=True),
    Column("until", String),
    Column("version", String, nullable=False),
)

report_schedules = table_of(
    ScheduleBegun, "report_schedules", metadata, key=("programme", "schedule")
)

# The signatures have rows of their own.
closings = table_of(
    Closing,
    "closings",
    metadata,
    Column("number", ForeignKey(matters.c.number), nullable=False),
    Index("ix_closings_number", "number"),
    Index("ix_closings_reviewed_on", "reviewed_on"),
    # Most open cases were never sent back.
    Index("ix_closings_returned", "number", postgresql_where="state = 'returned'"),
    without=("signatures",),
)

# Rows are only ever added.
closing_signatures = table_of(
    Signature,
    "closing_signatures",
    metadata,
    Column("closing", ForeignKey(closings.c.id), primary_key=True),
    Column("position", Integer, primary_key=True),
    key=(),
)
