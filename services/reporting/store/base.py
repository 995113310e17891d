"""
What all tables of reporting share: the schema, the outbox, what every service has.
"""

from __future__ import annotations

from sqlalchemy import DateTime

from shared.service_tables import service_tables

metadata, OUTBOX, TABLES = service_tables("reporting")
INSTANT = DateTime(timezone=True)
