"""
What follows from the correction of a petition: for the others of its matter, for the
cases that it repeats, and for the one that came of it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from services.intake.casework.forms import completed
from services.intake.casework.importing import content_of
from services.intake.casework.matters import arrange
from services.intake.casework.repeats import (
    count_repeat,
    lock_counting,
    move_repeat,
    take_back_repeat,
)
from services.intake.domain.corrections.case_corrections import (
    correct_case,
    territory_accused,
)
from services.intake.domain.corrections.corrections import differences
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import OUTBOX, Cases, NewCase
from shared.errors import reject_if
from shared.policy.current import current_policy


def arrange_corrected(
    session: Connection,
    before: Petition,
    after: Petition,
    matters: tuple[str | None, str | None],
    today: date,
) -> bool:
    """
    Put the petitions of the *matters* in order of which a corrected one was and is, if
    the correction touches their order; whether it does.
    """
    was, matter = matters
    accused = {before.accused_office, after.accused_office}
    if was == matter and len(accused) == 1 and before.received_on == after.received_on:
        return False
    hidden = was == matter and len(accused) > 1
    arrange(
        session,
        {each for each in matters if each},
        today,
        corrected=after.number,
        hidden_from={each for each in accused if each} if hidden else (),
    )
    return True


def follow_correction(
    session: Connection,
    before: Petition,
    after: Petition,
    *,
    on: date,
    today: date,
    anew: bool,
) -> None:
    """
    Have a corrected petition count as what it really repeats, and correct the case that
    came of it. *anew*: it is of another matter.

    Raises `Rejected` if the case would be kept from the office that handles it.
    """
    if anew or before.accused_office != after.accused_office:
        _count_again(session, before, after, on, today)
    elif before.received_on != after.received_on:
        move_repeat(session, before, after, on)
    _correct_its_case(session, before, after, on)


def _count_again(
    session: Connection, before: Petition, after: Petition, on: date, today: date
) -> None:
    """
    Have a petition of another matter than was registered count as a repeat of the cases
    of that one, from the day on which it was really received.
    """
    lock_counting(session, after)
    counted = take_back_repeat(session, before, on)
    since = max(on, after.received_on) if counted else None
    count_repeat(session, after, today, since=since)


# What of a petition says from whom its case is kept.
_KEEP = ("accused_office", "case_kind")


def _correct_its_case(
    session: Connection, before: Petition, after: Petition, on: date
) -> None:
    """
    Have the case that came of a petition kept from the office that it really accuses,
    and from the hub if it is of a kind of which that learns only the progress (XQ-56).
    """
    changes = differences(*({n: getattr(p, n) for n in _KEEP} for p in (before, after)))
    if not changes or not before.case_opened_on:
        return
    cases = Cases(session)
    case = cases.get(before.number, lock=True)
    if case is None or case.withdrawn_on:
        return
    row = cases.ledger_row(case.number)
    values = {**row, **{name: new for name, (_, new) in changes.items()}}
    directory, place = current_policy().directory, "/changes/accused_office"
    reject_if(territory_accused(values, directory, on, place))
    programme = current_policy().programmes.get(case.programme)
    corrected = correct_case(case, row, values, programme, on=on, completed=completed)
    content, keeps_matter = content_of(values), corrected.keeps_matter
    cases.correct([NewCase(corrected.case, values, content, keeps_matter)])
    if corrected.event:
        OUTBOX.announce(session, corrected.event)
