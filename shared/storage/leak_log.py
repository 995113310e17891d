"""
The leak log: who tried to bring an accusation before the office that it accuses.

Each attempt was refused. The log says who tried it, when and at which endpoint, and
nothing of what the accusation says; rows are added only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table


@dataclass(frozen=True, kw_only=True)
class LeakAttempt:
    """
    An attempt that was refused: *actor* of *office* called the endpoint *act* about
    *subject*, the number of a matter, or "" where it has none yet. *accused*: the
    office that the accusation is kept from.
    """

    id: str
    actor: str
    office: str
    token: str
    act: str
    subject: str
    accused: str
    tried_on: date
    tried_at: datetime


def note(session: Connection, table: Table, attempt: LeakAttempt) -> None:
    """
    Add an attempt to the log.
    """
    session.execute(table.insert().values(vars(attempt)))
