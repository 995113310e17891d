"""
The average monthly wages by place and year.
"""

from __future__ import annotations

from collections.abc import Collection

from services.aid.domain.wages import Wage, WageState
from services.aid.store.tables import wages
from shared.records.rows import Records
from shared.web.paging import Page, PageRequest


class Wages(Records[Wage]):
    """
    The figures that offices entered, confirmed or not.
    """

    table = wages
    record = Wage

    def of_places(self, places: Collection[str], request: PageRequest) -> Page[Wage]:
        return self.page(self.query().where(wages.c.place.in_(places)), request)

    def used(self, places: Collection[str], year: int) -> list[Wage]:
        """
        The figures of these places in a year that are or once were confirmed.
        """
        return self.all(
            self.query().where(
                wages.c.place.in_(places),
                wages.c.year == year,
                wages.c.state.in_([WageState.CONFIRMED, WageState.SUPERSEDED]),
            )
        )

    def confirmed(self, places: Collection[str], year: int) -> list[Wage]:
        """
        The confirmed figures of these places in a year.
        """
        return self.all(
            self.query().where(
                wages.c.place.in_(places),
                wages.c.year == year,
                wages.c.state == WageState.CONFIRMED,
            )
        )
