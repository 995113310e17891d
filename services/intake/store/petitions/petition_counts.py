"""
How many petitions came in over a period.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, distinct, func, literal, select

from services.intake.domain.petitions.counts import PetitionCount
from services.intake.store.cases.case_table import cases
from services.intake.store.petitions.petition_table import petitions
from shared.vocabulary import Channel


def petition_counts(
    session: Connection,
    programme: str,
    offices: Collection[str],
    days: tuple[date, date],
    *,
    by: str | None = None,
    channel: str | None = None,
) -> list[PetitionCount]:
    """
    The petitions that came in to *offices* from the one day to the other, *by* one of
    their columns, or all together; of one *channel*, if it is given. Of two that came
    in one letter the first alone (A-49), and none that another office passed on, for
    nobody came there.

    A matter is counted once, in whichever of its petitions it came in again, and the
    cases are those that stand: neither withdrawn nor merged into another.
    """
    value = petitions.c[by] if by else literal(None)
    visit = petitions.c.channel == Channel.VISIT
    matter = func.coalesce(petitions.c.matter, petitions.c.number)
    stands = cases.c.withdrawn_on.is_(None) & cases.c.merged_into.is_(None)
    its_case = (cases.c.number == petitions.c.number) & stands
    counted = select(
        value,
        func.count(),
        func.count().filter(petitions.c.repeat_of.is_not(None)),
        func.count(distinct(matter)),
        func.count(cases.c.number),
        func.count().filter(visit),
        func.coalesce(func.sum(petitions.c.persons).filter(visit), 0),
    )
    query = counted.select_from(petitions.outerjoin(cases, its_case)).where(
        petitions.c.office.in_(offices),
        petitions.c.received_on.between(*days),
        petitions.c.programme == programme,
        petitions.c.passed_from.is_(None),
        petitions.c.split_from.is_(None),
        petitions.c.withdrawn_on.is_(None),
    )
    if channel:
        query = query.where(petitions.c.channel == channel)
    if by:
        query = query.group_by(value)
    return [PetitionCount(*row) for row in session.execute(query)]
