"""
The matter of a petition: the petitions about the same thing, and their cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.domain.cases.cases import Case
from services.intake.domain.corrections.correcting import correct_petition
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import OUTBOX, MatterOf, Petitions
from shared.policy.current import current_policy
from shared.policy.programme import Programme


def matter_of(session: Connection, petition: Petition) -> MatterOf:
    """
    The matter of a petition: within the offices above its own on the day it came.
    """
    lineage = current_policy().directory.lineage(petition.office, petition.received_on)
    return MatterOf(session, petition, lineage)


def lock_matter(session: Connection, petition: Petition) -> None:
    """
    Lock a petition with the others of its matter, in one order.
    """
    numbers = {petition.number, *matter_of(session, petition).numbers()}
    Petitions(session).lock(numbers)


def arrange(
    session: Connection,
    matters: Collection[str],
    today: date,
    *,
    corrected: str | None = None,
) -> Iterator[Petition]:
    """
    Let the petitions of some *matters* repeat the first one, after one was registered
    or corrected; announce and yield those, but for the one *corrected*, that are first
    ones now, or no longer.
    """
    petitions, directory = Petitions(session), current_policy().directory
    petitions.lock(
        [each.number for matter in matters for each in petitions.of_matter(matter)]
    )
    for matter in matters:
        for before in petitions.of_matter(matter):
            lineage = directory.lineage(before.office, before.received_on)
            after = petitions.repeating(before, matter, lineage)
            if after == before:
                continue
            turned = (after.repeat_of is None) != (before.repeat_of is None)
            if not turned or after.number == corrected:
                petitions.update(after)
                continue
            after, event = correct_petition(
                before, after, on=today, today=today, replies=()
            )
            petitions.update(after)
            OUTBOX.announce(session, event)
            yield after


def accepted_in(programme: Programme, accepted: Collection[date]) -> dict[str, Any]:
    """
    The day on which a matter counts as accepted in a further programme, by the window
    of that one (A-18).
    """
    day = programme.scope.accepted_on(accepted)
    return {"accepted_on": day.isoformat()} if day else {}


def accepted_there(
    session: Connection, case: Case, programme: Programme
) -> dict[str, Any]:
    """
    Likewise of a case that came from a petition; of another its ledger row says it.
    """
    petition = Petitions(session).get(case.number)
    if petition is None:
        return {}
    return accepted_in(programme, matter_of(session, petition).accepted())
