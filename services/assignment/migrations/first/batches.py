"""
Batches of cases, frozen lists and drives.
"""

from alembic import op
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
)
from sqlalchemy.dialects.postgresql import JSONB

S = "assignment"


def create() -> None:
    _batches()
    _objections()
    _baselines()
    _drives()


def _batches() -> None:
    """
    Batches of cases that are handed down.
    """
    op.create_table(
        "batches",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("letter_no", String, nullable=False),
        Column("source", String, nullable=False),
        Column("kind", String),
        Column("track", String, nullable=False),
        Column("office", String, nullable=False),
        Column("handed_on", Date, nullable=False),
        Column("due_on", Date),
        Column("case_numbers", ARRAY(String), nullable=False),
        Column("offices", ARRAY(String), nullable=False),
        Column("receipts", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_batches"),
        Index("uq_batches_office_letter_no", "office", "letter_no", unique=True),
        schema=S,
    )
    op.create_table(
        "batch_items",
        Column("batch", String, nullable=False),
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("state", String, nullable=False),
        Column("left_on", Date),
        Column("reason", String),
        Column("from_office", String),
        PrimaryKeyConstraint("batch", "number", name="pk_batch_items"),
        ForeignKeyConstraint(
            ["batch"], ["assignment.batches.id"], name="fk_batch_items_batch"
        ),
        Index("ix_batch_items_number", "number"),
        schema=S,
    )
    op.create_table(
        "filings",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("filed_on", Date, nullable=False),
        Column("cases", BigInteger, nullable=False),
        Column("received_by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_filings"),
        Index("ix_filings_office", "office", "programme"),
        schema=S,
    )


def _objections() -> None:
    """
    Objections to a case in a batch.
    """
    op.create_table(
        "objections",
        Column("id", String, nullable=False),
        Column("batch", String, nullable=False),
        Column("number", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("office", String, nullable=False),
        Column("decider", String, nullable=False),
        Column("raised_on", Date, nullable=False),
        Column("due_on", Date),
        Column("reasons", String, nullable=False),
        Column("state", String, nullable=False),
        Column("course", JSONB, nullable=False),
        PrimaryKeyConstraint("id", name="pk_objections"),
        ForeignKeyConstraint(
            ["batch"], ["assignment.batches.id"], name="fk_objections_batch"
        ),
        Index("ix_objections_decider_id", "decider", "id"),
        Index("ix_objections_office_id", "office", "id"),
        Index("uq_objections_batch_number", "batch", "number", unique=True),
        schema=S,
    )


def _baselines() -> None:
    """
    Lists of cases that were frozen.
    """
    op.create_table(
        "baselines",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("baseline", String, nullable=False),
        Column("office", String, nullable=False),
        Column("frozen_on", Date, nullable=False),
        Column("stated", BigInteger),
        Column("size", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_baselines"),
        Index("ix_baselines_office_id", "office", "id"),
        Index("uq_baselines_programme", "programme", "baseline", unique=True),
        schema=S,
    )
    op.create_table(
        "baseline_cases",
        Column("baseline", String, nullable=False),
        Column("number", String, nullable=False),
        PrimaryKeyConstraint("baseline", "number", name="pk_baseline_cases"),
        ForeignKeyConstraint(
            ["baseline"], ["assignment.baselines.id"], name="fk_baseline_cases_baseline"
        ),
        schema=S,
    )


def _drives() -> None:
    """
    Drives, and the cases in them.
    """
    op.create_table(
        "drives",
        Column("id", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("name", String, nullable=False),
        Column("office", String, nullable=False),
        Column("start", Date, nullable=False),
        Column("until", Date, nullable=False),
        Column("document", String),
        Column("opened_by", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_drives"),
        Index("ix_drives_office_id", "office", "id"),
        schema=S,
    )
    op.create_table(
        "drive_cases",
        Column("drive", String, nullable=False),
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("joined_on", Date, nullable=False),
        PrimaryKeyConstraint("drive", "number", name="pk_drive_cases"),
        Index("ix_drive_cases_number", "number"),
        schema=S,
    )
