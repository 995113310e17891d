"""
How the cases of the everyday track count: what arose after the cut-off day of a
campaign is worked on beside it and never stands in its base (PY-47, XQ-18).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.assignment.domain.matter import Matter

_CLOSED = frozenset({"resolved", "ended", "concluded"})


@dataclass(frozen=True)
class EverydayCount:
    """
    What one case counts as: 1 or 0 of the *cases*, of the *resolved*, of the *closed*.
    """

    cases: int = 0
    resolved: int = 0
    closed: int = 0


def everyday_count(matter: Matter) -> EverydayCount:
    """
    What a matter counts as in the lines of the everyday track. One that was merged away
    or struck off counts nowhere.
    """
    if not matter.everyday or matter.merged or matter.standing == "struck_off":
        return EverydayCount()
    standing = matter.standing
    return EverydayCount(1, int(standing == "resolved"), int(standing in _CLOSED))
