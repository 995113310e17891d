"""
How offices stand on a day, counted for the thresholds of inspection.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, cast, func, or_, select

from services.assignment.domain.escalation.inspection import Counts
from services.assignment.domain.facts import CaseOpened
from services.assignment.store.tables import duties, facts, matters


def standings(
    session: Connection, programme: str, offices: Collection[str], as_of: date
) -> dict[str, Counts]:
    """
    The counts of each of *offices* that has cases or duties under a programme.
    """
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(_cases(programme, offices, as_of)):
        found[row.office] = {
            "base": row.base,
            "open_cases": row.base - row.closed,
            "resolved": row.resolved,
        }
    for name, query in (
        ("overdue", _overdue(programme, offices, as_of)),
        ("repeats", _facts(CaseOpened.name, _REPEATS, programme, offices, as_of)),
    ):
        for office, count in session.execute(query):
            found.setdefault(office, {})[name] = int(count or 0)
    return {office: Counts(**counts) for office, counts in found.items()}


_REPEATS = func.sum(cast(facts.c.payload["repeats"].astext, BigInteger))


def _cases(programme: str, offices: Collection[str], as_of: date) -> Any:
    over = matters.c.concluded_on <= as_of
    closed = and_(over, matters.c.standing.in_(("resolved", "ended", "concluded")))
    resolved = and_(over, matters.c.standing == "resolved")
    return (
        select(
            matters.c.office,
            func.count().label("base"),
            func.count().filter(closed).label("closed"),
            func.count().filter(resolved).label("resolved"),
        )
        .where(*_counted(programme, offices, as_of))
        .group_by(matters.c.office)
    )


def _overdue(programme: str, offices: Collection[str], as_of: date) -> Any:
    late_then = or_(duties.c.state == "open", duties.c.state_on > as_of)
    return (
        select(duties.c.office, func.count())
        .where(duties.c.programme == programme, duties.c.office.in_(offices))
        .where(duties.c.due_on < as_of, late_then, ~duties.c.backdated)
        .group_by(duties.c.office)
    )


def _facts(
    kind: str, amount: Any, programme: str, offices: Collection[str], as_of: date
) -> Any:
    return (
        select(matters.c.office, amount)
        .join(facts, facts.c.number == matters.c.number)
        .where(*_counted(programme, offices, as_of))
        .where(facts.c.type == kind, facts.c.occurred_on <= as_of)
        .group_by(matters.c.office)
    )


def _counted(programme: str, offices: Collection[str], as_of: date) -> tuple[Any, ...]:
    return (
        matters.c.programme == programme,
        matters.c.office.in_(offices),
        matters.c.is_case,
        matters.c.in_scope,
        ~matters.c.merged,
        matters.c.opened_on <= as_of,
    )
