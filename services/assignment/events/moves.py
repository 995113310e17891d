"""
Events of cases that pass from one office to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True)
class Stock:
    """
    What a case counts as in the stock of its office: *cases* in scope of an *origin*,
    their *repeats*, and the cases that are *led*; in the further *programme* that is
    named, or in its own.
    """

    origin: str | None = None
    cases: int = 0
    repeats: int = 0
    led: int = 0
    programme: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseMoved(Event):
    """
    The case passed from *from_office* to *office* on that day, and its *stock* with it.

    *had_by*: the offices that had it before, in order, the first is where it began.
    *reason*: batch, returned, withdrawn, handed_on, units or coordination.
    """

    type: ClassVar[str] = "assignment.case_moved"

    programme: str
    from_office: str
    to_office: str
    had_by: tuple[str, ...]
    reason: str
    leaderless: bool
    stock: tuple[Stock, ...]

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "stock": [vars(each) for each in self.stock]}


@dataclass(frozen=True, kw_only=True)
class StockFollowed(Event):
    """
    What an office announced of a case after it had moved to *office*, and before it
    knew: that *stock* counts there too.
    """

    type: ClassVar[str] = "assignment.stock_followed"

    programme: str
    from_office: str
    stock: tuple[Stock, ...]

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "stock": [vars(each) for each in self.stock]}


EXAMPLES: tuple[Event, ...] = (
    CaseMoved(
        **COMMON,
        from_office="410923",
        to_office=COMMON["office"],
        had_by=("410923",),
        reason="handed_on",
        leaderless=True,
        stock=(Stock("own_screening", 1, 3, 1),),
    ),
    StockFollowed(
        **COMMON, from_office="410923", stock=(Stock("own_screening", 0, 1),)
    ),
)
