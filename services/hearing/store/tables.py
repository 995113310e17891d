"""
The tables of hearing.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table

from services.hearing.domain.feeds import FeedKey
from services.hearing.domain.hearing import Hearing
from services.hearing.domain.members import Member
from services.hearing.domain.requests import HearingRequest
from shared.cases.mirror import case_table
from shared.documents.closings import standing_closings_table
from shared.documents.numbering import paper_numbers_table
from shared.documents.store import document_openings_table, documents_table
from shared.records.tables import table_of
from shared.service.tables import service_tables

metadata, OUTBOX, TABLES = service_tables("hearing")

cases = case_table(metadata)

documents = documents_table(metadata)
document_openings = document_openings_table(metadata)
paper_numbers = paper_numbers_table(metadata)
standing_closings = standing_closings_table(metadata)
# How many further petitions of a case came in on a day.
repeats = Table(
    "repeats",
    metadata,
    Column("case_number", String, primary_key=True),
    Column("received_on", Date, primary_key=True),
    Column("petitions", Integer, nullable=False),
)
requests = table_of(
    HearingRequest,
    "requests",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_requests_case_number", "case_number"),
    Index("ix_requests_office_id", "office", "id"),
    Index("ix_requests_listed", "office", "state"),
)

hearings = table_of(
    Hearing,
    "hearings",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_hearings_case_number", "case_number"),
    Index(
        "ix_hearings_office_chair_holder",
        *("office", "chair_holder"),
        postgresql_where="chair_holder IS NOT NULL",
    ),
    Index("ix_hearings_office_id", "office", "id"),
    # What few have: those in such a state are found without the others of an office.
    Index("ix_hearings_listed", "office", "state"),
    Index("ix_hearings_office_scheduled_on", "office", "scheduled_on"),
    Index("ix_hearings_programme_held_on_office", "programme", "held_on", "office"),
)

members = table_of(
    Member,
    "members",
    metadata,
    Index("ix_members_office_number", "office", "number", unique=True),
    Index("ix_members_office_id", "office", "id"),
)

feed_keys = table_of(
    FeedKey,
    "feed_keys",
    metadata,
    Column("office", String, primary_key=True),
    Index("ix_feed_keys_digest", "digest", unique=True),
)
