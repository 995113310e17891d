"""
The tables of intake that every service has; those of its subjects stand beside.
"""

from __future__ import annotations

from shared.service_tables import service_tables

metadata, OUTBOX, TABLES = service_tables("intake")
