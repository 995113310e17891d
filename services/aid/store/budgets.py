"""
The budgets of offices by year, and what was granted of them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from services.aid.domain.budgets import Budget, Grant, Spending
from services.aid.store.tables import budgets, grants
from shared.records.rows import Records
from shared.storage.name_locks import lock_names
from shared.web.paging import Page, PageRequest


class Budgets(Records[Budget]):
    """
    Every budget that was entered; the newest of an office and year is in force.
    """

    table = budgets
    record = Budget

    def lock(self, offices: Collection[str], year: int) -> None:
        """
        Lock these budgets until the end of the transaction: nobody else enters, grants
        or changes anything of them.
        """
        lock_names(self.session, [f"aid.budget/{office}/{year}" for office in offices])

    def in_force(self, offices: Collection[str], year: int) -> dict[str, Budget]:
        query = self.query().where(
            budgets.c.office.in_(offices), budgets.c.year == year
        )
        newest = self.all(query.order_by(budgets.c.id))
        return {budget.office: budget for budget in newest}

    def spending(self, offices: Collection[str], year: int) -> dict[str, Spending]:
        """
        The budgets in force and what was granted of them, by office; an office without
        a budget is not among them.
        """
        granted = Grants(self.session).sums(offices, year)
        return {
            office: Spending(budget.amount, granted.get(office, 0))
            for office, budget in self.in_force(offices, year).items()
        }

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[tuple[Budget, Spending]]:
        """
        Every budget that was entered, with what was granted in its year.
        """
        page = self.page(self.query().where(budgets.c.office.in_(offices)), request)
        granted = Grants(self.session).sums_by_year({b.office for b in page.items})
        return page.map(
            lambda budget: (
                budget,
                Spending(budget.amount, granted.get((budget.office, budget.year), 0)),
            )
        )


class Grants(Records[Grant]):
    """
    What granted applications take from budgets.
    """

    table = grants
    record = Grant

    def sums(self, offices: Collection[str], year: int) -> dict[str, int]:
        """
        What these offices granted in a year, in fen.
        """
        query = _SUMS.where(grants.c.office.in_(offices), grants.c.year == year)
        return {office: int(sum_) for office, _, sum_ in self.session.execute(query)}

    def sums_by_year(self, offices: Collection[str]) -> dict[tuple[str, int], int]:
        query = _SUMS.where(grants.c.office.in_(offices))
        rows = self.session.execute(query)
        return {(office, year): int(sum_) for office, year, sum_ in rows}


_SUMS = select(grants.c.office, grants.c.year, func.sum(grants.c.amount)).group_by(
    grants.c.office, grants.c.year
)
