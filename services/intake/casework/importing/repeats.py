"""
The number of repeats in a ledger row beside what the register itself shows: of a new
row as of a corrected one it is no lower (PY-06, A-17).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.forms import form_of
from services.intake.domain.cases.cases import Case
from services.intake.domain.corrections.corrections import differences
from services.intake.store import CountedRepeats, matter_of, person_of, petitioned_on
from shared.errors import Problem
from shared.policy.programme import Programme
from shared.storage.name_locks import lock_names

REPEATS = "repeats_in_window"
_SAYS_WHICH = frozenset(
    (REPEATS, "petitioner_name", "id_no", "original_case_no")
)  # the columns that say how many there are, and of which matter


@dataclass(frozen=True)
class Typed:
    """
    A row of a *matter*, which has what came in *until* a day; the *number* of its case
    if that is registered already: what counts as its repeat since is not in it.
    """

    matter: str | None
    until: str
    number: str = ""


def typed_again(
    case: Case, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Typed | None:
    """
    A corrected row that is to be compared; None if it says of the same matter the same
    as before. It has what came in until the case was registered.
    """
    if _SAYS_WHICH.isdisjoint(differences(before, after)):
        return None
    return Typed(_matter(after), case.opened_on.isoformat(), case.number)


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
    session: Connection, programme: Programme, rows: Sequence[Typed]
) -> list[int]:
    """
    How many petitions the register knows of the matter of each row that the programme
    counts as repeats. None where the form has no column for them.
    """
    if not states_repeats(programme):
        return [0] * len(rows)
    came = petitioned_on(session, {row.matter for row in rows if row.matter})
    numbers = [row.number for row in rows if row.number]
    since = CountedRepeats(session).beside_rows(numbers) if numbers else {}
    counts = programme.scope.counts_repeat
    return [
        sum(
            counts(day)
            and day.isoformat() <= row.until
            and petition not in since.get(row.number, ())
            for petition, day in came.get(row.matter or "", [])[1:]
        )
        for row in rows
    ]


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
