"""
What is sent to the database.
"""

from __future__ import annotations

from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def statements(session):
    """
    The statements that were sent meanwhile.
    """
    sent = []

    def listen(_connection, _cursor, statement, _values, _context, many):
        sent.append(statement + " -- many" * many)

    sa.event.listen(session, "before_cursor_execute", listen)
    yield sent
    sa.event.remove(session, "before_cursor_execute", listen)
