"""
The tables of roll-ups: what each day or month added to each measure.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, String, Table, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.reporting.store.base import INSTANT, metadata

totals = Table(
    "totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("own", Boolean, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
*own*: of the entries of the office *line*; otherwise of those of the group *line*.
"""

month_totals = Table(
    "month_totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("own", Boolean, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
The totals of all days of a *month*, which is named by its first day.
"""

group_totals = Table(
    "group_totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("known_on", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
Of the entries of the group *line* that became known on a day (of UTC).
"""

group_month_totals = Table(
    "group_month_totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("known_on", Date, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
The group totals of all days of a *month*, which is named by its first day.
"""

groups = Table(
    "groups",
    metadata,
    Column("line", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("offices", ARRAY(String), nullable=False),
)

rolled_up = Table(
    "rolled_up",
    metadata,
    Column("only", Boolean, primary_key=True, server_default=true()),
    Column("until", INSTANT, nullable=False),
)
"""
One row: the entries known until then are in the totals, and no others.
"""
