"""
Rows of a ledger that accuse an office: kept from it as accusations at the counter are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.intake.domain.cases.ledgers import Import
from services.intake.domain.cases.worked import ACCUSED
from services.intake.domain.corrections.case_corrections import (
    TERRITORY,
    territory_accused,
)
from services.intake.domain.petitions.registering import accusation_problems
from services.intake.store.tables import TABLES
from shared import clock
from shared.accounts import parts_of
from shared.errors import KeptSecret, Problem
from shared.policy.current import current_policy
from shared.storage.leak_log import LeakAttempt, note
from shared.telemetry import trace_context
from shared.vocabulary import Category

COLUMNS = frozenset({ACCUSED, "accused_office", TERRITORY})
"""
What of a row says from whom it is kept, or who has a part in it.
"""


def accusation_faults(
    row: Mapping[str, Any], office: str, on: date
) -> Iterator[tuple[str, Problem]]:
    """
    That a row of an *office* accuses that, or one above it, or is no accusation; or
    that the unit that answers by place (XQ-51) is accused: each with its column.
    """
    directory = current_policy().directory
    accusation = {
        "category": row.get("category") or Category.ACCUSATION,
        "accused_office": row.get("accused_office"),
    }
    for problem in accusation_problems(accusation, [office], directory, on):
        yield ACCUSED, problem
    for problem in territory_accused(row, directory, on):
        yield TERRITORY, problem


def with_leaks_noted(
    session: Connection, job: Import, number: str, faults: Iterable[tuple[str, Problem]]
) -> Iterator[tuple[str, Problem]]:
    """
    The *faults* of the row of a case, "" while there is none of it: each attempt to
    bring an accusation before whom it accuses in the leak log. A refused row does not
    say whom it is kept from.
    """
    for column, problem in faults:
        if isinstance(problem, KeptSecret):
            note(session, TABLES["leak_log"], _leak(job, number, problem.accused))
        yield column, Problem(problem.code, problem.detail, problem.remedy)


def _leak(job: Import, number: str, accused: str) -> LeakAttempt:
    """
    As of a single correction, but for the token, which a message does not carry.
    """
    return LeakAttempt(
        id=str(uuid7()),
        actor=parts_of(trace_context().actor)[1],
        office=job.office,
        token="",
        act="push_ledger",
        subject=number,
        accused=accused,
        tried_on=clock.today(),
        tried_at=clock.now(),
    )
