"""
Drafts the figures of an office from the ledger, the programme and the office tree.

The number of queries does not depend on the number of offices. Nothing is stored here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.reporting.domain.baselines import governing_list
from services.reporting.domain.figures import Asked, Goal, Line, Sums, compute
from services.reporting.domain.measures import registry
from services.reporting.store import Ledger
from shared.policy.directory import Directory
from shared.policy.programme import Programme


def draft(
    ledger: Ledger,
    programme: Programme,
    directory: Directory,
    asked: Asked,
    *,
    as_known: bool = False,
) -> dict[str, Any]:
    """
    The figures asked for.

    *as_known*: only from what was known at `asked.known_at`; else from all there is.
    The rate is that of the frozen list that governs it, once it is frozen (A-06).
    Raises `Unbalanced` when the rows do not make the whole.
    """
    lines = lines_of(directory, asked.office, asked.as_of)
    offices = directory.subtree(asked.office, asked.as_of)
    distinct = registry().of_kind("distinct")
    return compute(
        asked,
        lines,
        sums=ledger.sums(asked, offices, as_known=as_known),
        listed=listed_sums(ledger, programme, directory, asked, as_known=as_known),
        persons=ledger.persons(asked, lines, distinct, as_known=as_known),
        goal=goal_of(programme, asked.as_of),
        registry=registry(),
    )


def listed_sums(
    ledger: Ledger,
    programme: Programme,
    directory: Directory,
    asked: Asked,
    *,
    as_known: bool = False,
) -> Sums | None:
    """
    The sums of the cases on the frozen list that governs the rate; None if none does.
    """
    governing = governing_list(programme)
    if governing is None:
        return None
    offices = directory.subtree(asked.office, asked.as_of)
    return ledger.listed(asked, offices, governing, as_known=as_known)


def lines_of(directory: Directory, office: str, on: date) -> tuple[Line, ...]:
    """
    A line for the office's own cases, then one for each office directly below.
    """
    children = sorted(directory.children(office, on))
    name = directory.office(office).short_name
    own = Line(office, f"{name}本级" if children else name, (office,))
    below = (
        Line(child, directory.office(child).short_name, directory.subtree(child, on))
        for child in children
    )
    return (own, *below)


def goal_of(programme: Programme, as_of: date) -> Goal:
    """
    What all cases of the programme are measured against on a day.
    """
    target = programme.target_for(as_of)
    return Goal(
        target.on if target else as_of,
        target.percent if target else None,
        programme.settings.count_ended_as_resolved,
    )
