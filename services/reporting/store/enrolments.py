"""
The cases that stand in further programmes, and the events that count in all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, String, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.reporting.domain.enrolments import ENROLLED, FOR_ALL_PROGRAMMES, WITHDRAWN
from services.reporting.store.ledger_tables import NOT_OF_ONE_PROGRAMME, facts
from shared.storage.name_locks import lock_name

_NUMBERS = bindparam("numbers", type_=ARRAY(String))
_OF_CASES = select(
    func.reporting.enrolments_of(_NUMBERS)
    .table_valued(*facts.c, name="enrolment")
    .render_derived()
)
_ALL = select(facts).where(facts.c.type.in_((ENROLLED, WITHDRAWN)))
_FOR_ALL_PROGRAMMES = (
    select(facts)
    .where(facts.c.case_number == func.any(_NUMBERS))
    .where(facts.c.type.in_(sorted(FOR_ALL_PROGRAMMES)))
    # As the condition of the index has it.
    .where(text(NOT_OF_ONE_PROGRAMME))
)


class Enrolments:
    """
    The events by which cases stand in further programmes, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self) -> None:
        """
        Let no other transaction post events that count in all programmes before this
        one ends: either they see an enrolment, or the enrolment sees them.
        """
        lock_name(self.session, "reporting.enrolments")

    def of_cases(self, numbers: Collection[str]) -> list[Any]:
        """
        The stored events about enrolments of these cases; until the end of the
        transaction nobody adds one.
        """
        return list(self.session.execute(_OF_CASES, {"numbers": sorted(numbers)}))

    def every(self) -> list[Any]:
        return list(self.session.execute(_ALL))

    def for_all_programmes(self, numbers: Collection[str]) -> list[Any]:
        """
        The stored events of these cases that count in all their programmes.
        """
        return list(
            self.session.execute(_FOR_ALL_PROGRAMMES, {"numbers": sorted(numbers)})
        )
