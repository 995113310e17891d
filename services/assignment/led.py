"""
A case with who leads it, reckoned from its facts: what several doors begin with.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.assignment.casework import Casework
from services.assignment.domain import leading
from services.assignment.domain.facts import Fact
from services.assignment.store import Matters
from shared.http import Call
from shared.programme import Programme


class LedCases(Casework):
    """
    The case asked about, its facts and its leaders.
    """

    def facts_of(self, session: Connection, number: str) -> list[Fact]:
        return Matters(session).facts(number)

    def leading_of(self, session: Connection, row: Any) -> leading.Leading:
        facts = self.facts_of(session, row.number)
        programme = self.programmes.get(row.programme)
        return leading.reckon(row.office, facts, programme, self.directory)

    def led_case(self, call: Call) -> tuple[Any, leading.Leading, Programme]:
        """
        The row of the case, who leads it and its programme.
        """
        row = self.case_of(call)
        programme = self.programmes.get(row.programme)
        return row, self.leading_of(call.session, row), programme
