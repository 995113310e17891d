"""
The tables of intake that every service has; those of its subjects stand beside.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, func

from shared.documents.closings import standing_closings_table
from shared.documents.store import document_openings_table, documents_table
from shared.records.openings import openings_table
from shared.service.tables import service_tables

metadata, OUTBOX, TABLES = service_tables("intake")

documents = documents_table(metadata)
document_openings = document_openings_table(metadata)
openings = openings_table(metadata)
standing_closings = standing_closings_table(metadata)


def entered_at() -> Column[Any]:
    """
    When a row was entered, by the clock of the database.
    """
    return Column(
        "created_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    )
