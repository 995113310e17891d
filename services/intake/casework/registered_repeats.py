"""
How many repeats of a case of a ledger the register itself shows (PY-06, A-17).

What a ledger row states has in it what came in until the day on which the form was
filled in, whenever that is registered; what came in later counts beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from services.intake.casework.accused import is_kept_from
from services.intake.domain.cases.cases import CountedRepeat
from services.intake.store import CountedRepeats, petitioned_on
from services.intake.store.petitions.items import PetitionOfMatter
from shared import clock
from shared.policy.parts.scope import Scope


@dataclass(frozen=True)
class StatedMatter:
    """
    What a ledger row of an *office* is about: a *matter* that was there since
    *began_on*, with what came in until *opened_on*; the *number* of its case if that is
    registered already.
    """

    office: str
    matter: str | None
    began_on: date
    opened_on: date
    number: str = ""


def registered_repeats(
    session: Connection, scope: Scope, rows: Sequence[StatedMatter]
) -> list[int]:
    """
    How many petitions of the matter of each row a programme of this *scope* counts as
    repeats, without those that count beside the row or are kept from its office.
    """
    came = petitioned_on(session, {row.matter for row in rows if row.matter})
    numbers = [row.number for row in rows if row.number]
    beside = CountedRepeats(session).beside_rows(numbers) if numbers else {}
    return [
        sum(
            scope.counts_repeat(each.on)
            and each.number not in beside.get(row.number, ())
            for each in _repeats(row, came.get(row.matter or "", []))
        )
        for row in rows
    ]


def note_repeats_in_rows(session: Connection, rows: Sequence[StatedMatter]) -> None:
    """
    Store that the known petitions that stand in the rows of new cases repeat these:
    none is counted beside its row, and one that is taken back leaves its place in it.
    """
    came = petitioned_on(session, {row.matter for row in rows if row.matter})
    CountedRepeats(session).save(
        CountedRepeat(
            petition=each.number,
            case_number=row.number,
            on=row.opened_on,
            counted=False,
        )
        for row in rows
        for each in _repeats(row, came.get(row.matter or "", []))
        if each.on < row.opened_on
    )


def _repeats(
    row: StatedMatter, came: Collection[PetitionOfMatter]
) -> list[PetitionOfMatter]:
    """
    Those that *came* in until the form was filled in, in order, but for the one with
    which the matter began.
    """
    today = clock.today()
    until = [
        each
        for each in came
        if each.on <= row.opened_on
        and not is_kept_from(each.number, each.accused, row.office, today)
    ]
    is_first = bool(until) and until[0].on <= row.began_on
    return until[1:] if is_first else until
