"""
What petitions very likely repeat, while nobody has decided on it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from services.intake.domain.petitions.undecided import UndecidedRepeat
from services.intake.store.petitions.petition_table import petitions
from shared.records.merged import read_merged
from shared.web.paging import Page, PageRequest

COUNTED = 5_000  # a scrape must not cost more with every petition
_SHOWN = petitions.c.undecided_since, petitions.c.number
_WAITING = (
    petitions.c.undecided_since.is_not(None),
    petitions.c.repeat_of.is_(None),
    petitions.c.withdrawn_on.is_(None),
)
_LISTED = select(
    *(petitions.c[name] for name in ("number", "office", "programme", "received_on")),
    petitions.c.undecided_since,
    func.cardinality(petitions.c.undecided).label("candidates"),
).where(*_WAITING)


_NONE: dict[str, Any] = {"undecided": None, "undecided_since": None}


class UndecidedRepeats:
    """
    The candidates of each petition that a clerk was shown and has not decided on.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def note(self, number: str, candidates: Sequence[str], on: date) -> None:
        """
        Note of a petition which *candidates* were shown *on* a day, instead of those
        before; it waits since the first ones were.
        """
        since = func.coalesce(petitions.c.undecided_since, on)
        shown = {"undecided": [*candidates], "undecided_since": since}
        self._put(number, shown if candidates else _NONE)

    def decided(self, number: str, same_as: str | None) -> None:
        """
        Note that a person refused one candidate of a petition, or every other thing
        (None).
        """
        left = func.array_remove(petitions.c.undecided, same_as)
        self._put(number, {"undecided": left} if same_as else _NONE)
        nothing_left = func.cardinality(petitions.c.undecided) == 0
        self._put(number, _NONE, nothing_left)

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[UndecidedRepeat]:
        """
        The petitions of *offices* that wait for a decision, the longest first.
        """
        page = read_merged(
            *(self.session, _LISTED, request, _SHOWN),
            office=petitions.c.office,
            offices=offices,
        )
        return page.map(lambda row: UndecidedRepeat(*row))

    def counts(self) -> dict[tuple[str, str], int]:
        """
        How many wait, by programme and office, up to a bound: the longest.
        """
        columns = petitions.c.programme, petitions.c.office
        longest = select(*columns).where(*_WAITING).order_by(*_SHOWN).limit(COUNTED)
        rows = longest.subquery()
        by = rows.c.programme, rows.c.office
        counted = self.session.execute(select(*by, func.count()).group_by(*by))
        return {(programme, office): count for programme, office, count in counted}

    def _put(self, number: str, values: dict[str, Any], *conditions: Any) -> None:
        this = petitions.c.number == number
        self.session.execute(petitions.update().where(this, *conditions).values(values))
