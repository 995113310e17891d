"""
The number of repeats in a ledger row beside what the register itself shows: of a new
row as of a corrected one it is no lower (PY-06, A-17).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.forms import form_of
from services.intake.casework.registered_repeats import (
    StatedMatter,
    registered_repeats,
)
from services.intake.domain.cases.cases import Case, began_on
from services.intake.domain.corrections.case_corrections import MATTER_COLUMNS
from services.intake.domain.corrections.corrections import differences
from services.intake.store import matter_of, person_of
from shared.errors import Problem
from shared.policy.programme import Programme
from shared.storage.name_locks import lock_names

REPEATS = "repeats_in_window"


def stated_again(
    case: Case,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    matter: str | None,
) -> StatedMatter | None:
    """
    What a corrected row of a case of this *matter* is about, if its number of repeats
    is to be compared; None if it says of the same matter the same as before.
    """
    changed = differences(before, after)
    if REPEATS not in changed and MATTER_COLUMNS.isdisjoint(changed):
        return None
    of = matter if MATTER_COLUMNS.isdisjoint(changed) else _matter(after)
    began = began_on(after, case.opened_on)
    return StatedMatter(case.office, of, began, case.opened_on, case.number)


def lock_known(
    session: Connection, programme: Programme, matters: Iterable[str | None]
) -> None:
    """
    Let nobody register a petition of these *matters*, or correct one, while
    `known_repeats` counts them and until what is stored of their rows is there; before
    any case is locked (decision 0078).
    """
    if states_repeats(programme):
        lock_names(session, {each for each in matters if each})


def states_repeats(programme: Programme) -> bool:
    """
    Whether the ledger of a programme has a column for repeats.
    """
    return REPEATS in {column.id for column in form_of(programme.form).columns}


def known_repeats(
    session: Connection, programme: Programme, rows: Sequence[StatedMatter]
) -> list[int]:
    """
    The `registered_repeats` of each row; none where the form has no column for them.
    """
    if not states_repeats(programme):
        return [0] * len(rows)
    return registered_repeats(session, programme.scope, rows)


def _matter(values: Mapping[str, Any]) -> str | None:
    person = person_of(values.get("id_no"), values.get("petitioner_name"))
    return matter_of(person, values.get("original_case_no"))


def no_fewer(values: Mapping[str, Any], registered: int) -> Iterator[Problem]:
    """
    What the register itself shows is not typed lower.
    """
    typed = values.get(REPEATS) or 0
    if typed < registered:
        yield Problem(
            "repeats_below_known",
            f"填写的重复件数 {typed} 少于已登记的重复来件 {registered} 件。",
            f"请改为不少于 {registered}；有误登的来件，请先撤销登记或改认定。",
        )
