"""
The case of a petition whose registration is corrected: facts are told once, so it
follows where its ledger row still says what the petition said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from services.intake.domain.corrections.corrections import differences

Row = Mapping[str, Any]

PERSONAL_COLUMNS = frozenset(
    {
        *("petitioner_name", "id_type", "id_no", "phone", "address"),
        *("original_case_no", "main_demand"),
    }
)
"""
The columns of a ledger row that are sealed of the petition.
"""
IN_CLOSED_CASE = PERSONAL_COLUMNS | {"accused_office", "case_kind"}
"""
The columns that follow also in a case that was closed or merged: nothing is counted by
who petitions, and from whom a case is kept follows at once.
"""
# What says which case it is, what a person states of the case alone, and the repeats,
# which are counted petition by petition.
_OF_THE_CASE = frozenset(
    {
        *("reporting_office", "reported_on", "case_no", "repeats_in_window"),
        *("difficulty", "scope_class"),
    }
)


def follow_row(
    row: Row, before: Row, after: Row, only: Collection[str] | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    A ledger *row* that follows its petition, which by itself would have given the row
    *before* and gives the row *after* now (`case_row`); and the columns that stay
    although the petition was corrected: the row says something else, or they are none
    of those that may follow *only*.
    """
    changes = {
        name: (old, new)
        for name, (old, new) in differences(before, after).items()
        if name not in _OF_THE_CASE and row.get(name) != new
    }
    follow = {
        name: new
        for name, (old, new) in changes.items()
        if row.get(name) == old and (only is None or name in only)
    }
    values = {name: v for name, v in {**row, **follow}.items() if v is not None}
    return values, tuple(name for name in changes if name not in follow)
