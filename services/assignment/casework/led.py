"""
A case with who leads it, reckoned from its facts: what several doors begin with.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.assignment.casework.record import Casework
from services.assignment.domain.facts import Fact
from services.assignment.domain.leaders import leadership
from services.assignment.store import Matters
from shared.policy.programme import Programme
from shared.web.endpoint import Call


class LedCases(Casework):
    """
    The case asked about, its facts and its leaders.
    """

    def facts_of(self, session: Connection, number: str) -> list[Fact]:
        return Matters(session).facts(number)

    def leading_of(self, session: Connection, row: Any) -> leadership.Leadership:
        facts = self.facts_of(session, row.number)
        programme = self.programmes.get(row.programme)
        return leadership.compute(row.office, facts, programme, self.directory)

    def led_case(self, call: Call) -> tuple[Any, leadership.Leadership, Programme]:
        """
        The row of the case, who leads it and its programme.
        """
        row = self.case_of(call)
        programme = self.programmes.get(row.programme)
        return row, self.leading_of(call.session, row), programme
