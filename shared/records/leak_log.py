"""
The leak log of a service: its table, and its rows as auditors ask for them.
"""

from __future__ import annotations

from sqlalchemy import Connection, Index, MetaData, Table

from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.leak_log import LeakAttempt


def leak_log_table(metadata: MetaData) -> Table:
    """
    Define the leak log in a service's schema.
    """
    return table_of(
        LeakAttempt,
        "leak_log",
        metadata,
        Index("ix_leak_log_office", "office", "tried_on", "id"),
        Index("ix_leak_log_tried_on", "tried_on", "id"),
    )


class LeakLog(Records[LeakAttempt]):
    """
    The attempts in the *table* of one service.
    """

    record = LeakAttempt

    def __init__(self, session: Connection, table: Table) -> None:
        super().__init__(session)
        self.table = table
