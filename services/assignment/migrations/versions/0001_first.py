"""
Matters with their duties, leaders, batches, closings and escalation.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.migrations import (
    create_common_tables,
    create_document_tables,
    drop_common_tables,
    drop_document_tables,
    vacuum_early,
)

revision = "0001"
down_revision = None

S = "assignment"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    op.create_table(
        "baselines",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("baseline", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("frozen_on", sa.Date, nullable=False),
        sa.Column("stated", sa.Integer),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_baselines"),
        schema=S,
    )
    op.create_index("ix_baselines_office_id", "baselines", ["office", "id"], schema=S)
    op.create_index(
        "uq_baselines_programme",
        "baselines",
        ["programme", "baseline"],
        schema=S,
        unique=True,
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("letter_no", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("kind", sa.String),
        sa.Column("track", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("handed_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("case_numbers", sa.ARRAY(sa.String), nullable=False),
        sa.Column("offices", sa.ARRAY(sa.String), nullable=False),
        sa.Column("receipts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        schema=S,
    )
    op.create_index(
        "uq_batches_office_letter_no",
        "batches",
        ["office", "letter_no"],
        schema=S,
        unique=True,
    )
    op.create_table(
        "bodies",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("document", sa.String),
        sa.Column("telephone", sa.String),
        sa.Column("members", JSONB, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.Column("ending", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bodies"),
        schema=S,
    )
    op.create_index("ix_bodies_body", "bodies", ["body"], schema=S)
    op.create_index(
        "ix_bodies_office", "bodies", ["office", "programme", "kind"], schema=S
    )
    op.create_table(
        "unit_entries",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("list", sa.String, nullable=False),
        sa.Column("item", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("evidence", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_entries"),
        schema=S,
    )
    op.create_index(
        "ix_unit_entries_office", "unit_entries", ["office", "programme"], schema=S
    )
    op.create_table(
        "coordinations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("disagreement", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date),
        sa.Column("lead", sa.String),
        sa.Column("opinion", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_coordinations"),
        schema=S,
    )
    op.create_index("ix_coordinations_number", "coordinations", ["number"], schema=S)
    op.create_index(
        "ix_coordinations_office_id", "coordinations", ["office", "id"], schema=S
    )
    op.create_index("ix_coordinations_to_id", "coordinations", ["to", "id"], schema=S)
    op.create_table(
        "drives",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("document", sa.String),
        sa.Column("opened_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drives"),
        schema=S,
    )
    op.create_index("ix_drives_office_id", "drives", ["office", "id"], schema=S)
    op.create_table(
        "case_moves",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("from_office", sa.String, nullable=False),
        sa.Column("to_office", sa.String, nullable=False),
        sa.Column("moved_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("document", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_moves"),
        schema=S,
    )
    op.create_index("ix_case_moves_number", "case_moves", ["number"], schema=S)
    for way in ("from_office", "to_office"):
        op.create_index(f"ix_case_moves_{way}_id", "case_moves", [way, "id"], schema=S)
    op.create_table(
        "drive_cases",
        sa.Column("drive", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("drive", "number", name="pk_drive_cases"),
        schema=S,
    )
    op.create_index("ix_drive_cases_number", "drive_cases", ["number"], schema=S)
    op.create_table(
        "duties",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_on", sa.Date, nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("post", sa.String),
        sa.Column("creditor", sa.String, nullable=False, server_default="upper"),
        sa.Column("warn_days", sa.Integer, nullable=False, server_default="3"),
        sa.Column("basis", sa.String, nullable=False, server_default=""),
        sa.Column("supervised", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("backdated", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("past", JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
        schema=S,
    )
    op.create_index(
        "ix_duties_late",
        "duties",
        ["programme", "due_on"],
        schema=S,
        postgresql_where=sa.text("state = 'open' AND flagged"),
    )
    op.create_index("ix_duties_number", "duties", ["number"], schema=S)
    op.create_index("ix_duties_office_due_on", "duties", ["office", "due_on"], schema=S)
    op.create_index(
        "ix_duties_owed",
        "duties",
        ["state", "due_on", "id"],
        schema=S,
        postgresql_where=sa.text(
            "state <> 'discharged' AND state <> 'released' AND office IS NOT NULL"
        ),
    )
    op.create_index(
        "ix_duties_backdated",
        "duties",
        ["due_on", "id"],
        schema=S,
        postgresql_where=sa.text("state = 'open' AND backdated"),
    )
    op.create_index(
        "ix_duties_unflagged",
        "duties",
        ["due_on"],
        schema=S,
        postgresql_where=sa.text("state = 'open' AND NOT flagged AND NOT backdated"),
    )
    op.create_table(
        "duty_history",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("duty", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_before", sa.Date),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.PrimaryKeyConstraint("position", name="pk_duty_history"),
        schema=S,
    )
    op.create_index(
        "ix_duty_history_duty",
        "duty_history",
        ["duty"],
        schema=S,
        postgresql_using="hash",
    )
    op.create_table(
        "escalation_steps",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("duty", sa.String),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("to_office", sa.String, nullable=False),
        sa.Column("to_post", sa.String),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_escalation_steps"),
        schema=S,
    )
    op.create_index(
        "ix_escalation_steps_number", "escalation_steps", ["number"], schema=S
    )
    op.create_index(
        "ix_escalation_steps_office_id", "escalation_steps", ["office", "id"], schema=S
    )
    op.create_index(
        "ix_escalation_steps_subject", "escalation_steps", ["subject"], schema=S
    )
    op.create_table(
        "facts",
        sa.Column("event_id", UUID(as_uuid=False), nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_facts"),
        schema=S,
    )
    op.create_index(
        "ix_facts_acts",
        "facts",
        ["occurred_on", "number"],
        schema=S,
        postgresql_where=sa.text("type = 'matter.act_recorded'"),
    )
    op.create_index("ix_facts_number", "facts", ["number"], schema=S)
    op.create_table(
        "filings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("cases", sa.BigInteger, nullable=False),
        sa.Column("received_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filings"),
        schema=S,
    )
    op.create_index("ix_filings_office", "filings", ["office", "programme"], schema=S)
    op.create_table(
        "holdings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("document", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_holdings"),
        schema=S,
    )
    op.create_index("ix_holdings_office_id", "holdings", ["office", "id"], schema=S)
    op.create_table(
        "interviews",
        sa.Column("candidate", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by_post", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("candidate", name="pk_interviews"),
        schema=S,
    )
    op.create_table(
        "leaderships",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("main", sa.Boolean, nullable=False),
        sa.Column("holder", sa.String),
        sa.PrimaryKeyConstraint(
            "number", "office", "post", "since", name="pk_leaderships"
        ),
        schema=S,
    )
    op.create_index(
        "ix_leaderships_running",
        "leaderships",
        ["office", "post"],
        schema=S,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "list_versions",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("list", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("document", sa.String),
        sa.Column("items", JSONB, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_versions"),
        schema=S,
    )
    op.create_index(
        "ix_list_versions_office", "list_versions", ["office", "programme"], schema=S
    )
    op.create_table(
        "matters",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String),
        sa.Column("programme", sa.String),
        sa.Column("is_case", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("opened_on", sa.Date),
        sa.Column("in_scope", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("handed", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("merged", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("led", JSONB, nullable=False, server_default="[]"),
        sa.Column("leaders", JSONB, nullable=False, server_default="[]"),
        sa.Column("department", sa.String),
        sa.Column("handler_post", sa.String),
        sa.Column(
            "hearing_decided", sa.Boolean, nullable=False, server_default="false"
        ),
        sa.Column("standing", sa.String, nullable=False, server_default="open"),
        sa.Column("concluded_on", sa.Date),
        sa.Column("confirmed_on", sa.Date),
        sa.Column("next_occurrence_on", sa.Date),
        sa.PrimaryKeyConstraint("number", name="pk_matters"),
        schema=S,
    )
    op.create_index(
        "ix_matters_next_occurrence",
        "matters",
        ["programme", "next_occurrence_on"],
        schema=S,
        postgresql_where=sa.text("next_occurrence_on IS NOT NULL"),
    )
    op.create_index(
        "ix_matters_office_number",
        "matters",
        ["office", "number"],
        schema=S,
        postgresql_where=sa.text("office IS NOT NULL"),
    )
    op.create_table(
        "next_steps",
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_next_steps"),
        schema=S,
    )
    op.create_index(
        "ix_next_steps_programme_on",
        "next_steps",
        ["programme", "on"],
        schema=S,
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("duty", sa.String),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("reply_by", sa.Date, nullable=False),
        sa.Column("state_on", sa.Date, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("progress", sa.Boolean),
        sa.Column("answered_on", sa.Date),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("by_post", sa.String),
        sa.Column("answer", sa.String),
        sa.Column("answered_by", sa.String),
        sa.Column("answer_post", sa.String),
        sa.Column("reviewed_by", sa.String),
        sa.Column("reasons", sa.String),
        sa.Column("course", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        schema=S,
    )
    op.create_index("ix_notices_number", "notices", ["number"], schema=S)
    op.create_index(
        "ix_notices_office_issued_on_id",
        "notices",
        ["office", "issued_on", "id"],
        schema=S,
    )
    op.create_index(
        "ix_notices_programme_state", "notices", ["programme", "state"], schema=S
    )
    op.create_table(
        "profiles",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("track", sa.String, nullable=False),
        sa.Column("traits", JSONB, nullable=False),
        sa.Column("away", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_profiles"),
        schema=S,
    )
    op.create_table(
        "receptions",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("roster", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("receptions", sa.BigInteger, nullable=False),
        sa.Column("entered", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receptions"),
        schema=S,
    )
    op.create_index("ix_receptions_office_id", "receptions", ["office", "id"], schema=S)
    op.create_index(
        "uq_receptions_day",
        "receptions",
        ["programme", "roster", "office", "day", "post", "holder"],
        schema=S,
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "recalculation_slices",
        sa.Column("first", sa.String, nullable=False),
        sa.Column("until", sa.String),
        sa.Column("version", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("first", name="pk_recalculation_slices"),
        schema=S,
    )
    op.create_table(
        "report_schedules",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("schedule", sa.String, nullable=False),
        sa.Column("begun_until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("programme", "schedule", name="pk_report_schedules"),
        schema=S,
    )
    op.create_table(
        "roster_slots",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("roster", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("holder", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_roster_slots"),
        schema=S,
    )
    op.create_index(
        "ix_roster_slots_office_id", "roster_slots", ["office", "id"], schema=S
    )
    op.create_index(
        "uq_roster_slots_day",
        "roster_slots",
        ["programme", "roster", "office", "day", "post", "holder"],
        schema=S,
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "baseline_cases",
        sa.Column("baseline", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("baseline", "number", name="pk_baseline_cases"),
        sa.ForeignKeyConstraint(
            ["baseline"], ["assignment.baselines.id"], name="fk_baseline_cases_baseline"
        ),
        schema=S,
    )
    op.create_table(
        "batch_items",
        sa.Column("batch", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("left_on", sa.Date),
        sa.Column("reason", sa.String),
        sa.Column("from_office", sa.String),
        sa.PrimaryKeyConstraint("batch", "number", name="pk_batch_items"),
        sa.ForeignKeyConstraint(
            ["batch"], ["assignment.batches.id"], name="fk_batch_items_batch"
        ),
        schema=S,
    )
    op.create_index("ix_batch_items_number", "batch_items", ["number"], schema=S)
    op.create_table(
        "closings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("concluded_on", sa.Date, nullable=False),
        sa.Column("submitted_on", sa.Date, nullable=False),
        sa.Column("dispositions", JSONB, nullable=False),
        sa.Column("measures", JSONB, nullable=False),
        sa.Column("narrative", sa.String, nullable=False),
        sa.Column("submitted_by", sa.String, nullable=False),
        sa.Column("documents", JSONB, nullable=False),
        sa.Column("standard", JSONB, nullable=False),
        sa.Column("standard_version", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reviewed_on", sa.Date),
        sa.Column("reviewed_by", sa.String),
        sa.Column("checklist", JSONB, nullable=False),
        sa.Column("return_reasons", JSONB, nullable=False),
        sa.Column("reasons", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_closings"),
        sa.ForeignKeyConstraint(
            ["number"], ["assignment.matters.number"], name="fk_closings_number"
        ),
        schema=S,
    )
    op.create_index("ix_closings_number", "closings", ["number"], schema=S)
    op.create_table(
        "endings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("grounds", JSONB, nullable=False),
        sa.Column("statement", sa.String, nullable=False),
        sa.Column("documents", JSONB, nullable=False),
        sa.Column("applied_by", sa.String, nullable=False),
        sa.Column("level", sa.String),
        sa.Column("decider", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decisions", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_endings"),
        schema=S,
    )
    op.create_index("ix_endings_number", "endings", ["number"], schema=S)
    op.create_index("ix_endings_office_id", "endings", ["office", "id"], schema=S)
    op.create_index(
        "ix_endings_decider_id",
        "endings",
        ["decider", "id"],
        schema=S,
        postgresql_where=sa.text("decider IS NOT NULL"),
    )
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("to_office", sa.String),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("help", JSONB, nullable=False),
        sa.Column("document", sa.String, nullable=False),
        sa.Column("receipt_on", sa.Date),
        sa.Column("receipt_by", sa.String),
        sa.Column("receipt_document", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_hand_overs"),
        schema=S,
    )
    op.create_index("ix_hand_overs_number", "hand_overs", ["number"], schema=S)
    op.create_index("ix_hand_overs_office_id", "hand_overs", ["office", "id"], schema=S)
    op.create_index(
        "ix_hand_overs_to_office_id",
        "hand_overs",
        ["to_office", "id"],
        schema=S,
        postgresql_where=sa.text("to_office IS NOT NULL"),
    )
    op.create_table(
        "look_backs",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("found_on", sa.Date, nullable=False),
        sa.Column("link", sa.String, nullable=False),
        sa.Column("problem", sa.String, nullable=False),
        sa.Column("finding", sa.String, nullable=False),
        sa.Column("to_office", sa.String, nullable=False),
        sa.Column("department", sa.String, nullable=False),
        sa.Column("owner_post", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("course", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_look_backs"),
        schema=S,
    )
    op.create_index("ix_look_backs_number", "look_backs", ["number"], schema=S)
    for column in ("office", "to_office"):
        op.create_index(
            f"ix_look_backs_{column}_id", "look_backs", [column, "id"], schema=S
        )
    op.create_index(
        "ix_look_backs_office_found_on", "look_backs", ["office", "found_on"], schema=S
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("batch", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("decider", sa.String, nullable=False),
        sa.Column("raised_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("reasons", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("course", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
        sa.ForeignKeyConstraint(
            ["batch"], ["assignment.batches.id"], name="fk_objections_batch"
        ),
        schema=S,
    )
    op.create_index(
        "ix_objections_decider_id", "objections", ["decider", "id"], schema=S
    )
    op.create_index("ix_objections_office_id", "objections", ["office", "id"], schema=S)
    op.create_index(
        "uq_objections_batch_number",
        "objections",
        ["batch", "number"],
        schema=S,
        unique=True,
    )
    op.create_table(
        "closing_signatures",
        sa.Column("signer", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("opinion", sa.String),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.Column("closing", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("closing", "position", name="pk_closing_signatures"),
        sa.ForeignKeyConstraint(
            ["closing"],
            ["assignment.closings.id"],
            name="fk_closing_signatures_closing",
        ),
        schema=S,
    )

    for table in ("duties", "next_steps"):
        vacuum_early(S, table)
    # What changes in a matter and in who leads it is in no index.
    for table in ("matters", "profiles"):
        vacuum_early(S, table, fillfactor=85)


def downgrade() -> None:
    for table in (
        "closing_signatures",
        "objections",
        "look_backs",
        "hand_overs",
        "endings",
        "closings",
        "batch_items",
        "baseline_cases",
        "roster_slots",
        "report_schedules",
        "recalculation_slices",
        "receptions",
        "profiles",
        "notices",
        "next_steps",
        "matters",
        "list_versions",
        "leaderships",
        "interviews",
        "holdings",
        "filings",
        "facts",
        "escalation_steps",
        "duty_history",
        "duties",
        "case_moves",
        "drive_cases",
        "drives",
        "coordinations",
        "unit_entries",
        "bodies",
        "batches",
        "baselines",
    ):
        op.drop_table(table, schema=S)
    drop_document_tables(S)
    drop_common_tables(S)
