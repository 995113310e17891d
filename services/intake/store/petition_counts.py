"""
How many petitions came in over a period.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select

from services.intake.domain.petitions.counts import PetitionCount
from services.intake.store.petition_table import petitions


def petition_counts(
    session: Connection,
    programme: str,
    offices: Collection[str],
    days: tuple[date, date],
    *,
    by: str,
) -> list[PetitionCount]:
    """
    The petitions that came in to *offices* from the one day to the other, *by* one of
    their columns; of two that came in one letter the first alone (A-49), and none that
    another office passed on, for nobody came there.
    """
    value = petitions.c[by]
    query = (
        select(
            value,
            func.count(),
            func.count().filter(petitions.c.repeat_of.is_not(None)),
        )
        .where(
            petitions.c.office.in_(offices),
            petitions.c.received_on.between(*days),
            petitions.c.programme == programme,
            petitions.c.passed_from.is_(None),
            petitions.c.split_from.is_(None),
            petitions.c.withdrawn_on.is_(None),
        )
        .group_by(value)
    )
    return [PetitionCount(*row) for row in session.execute(query)]
