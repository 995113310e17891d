"""
The matter of a petition: the petitions about the same thing, and their cases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.history import announce_unnamed, history_line
from services.intake.domain.corrections.correcting import correct_petition
from services.intake.domain.corrections.corrections import Correction, CorrectionKind
from services.intake.domain.petitions.matters import in_order
from services.intake.domain.petitions.petitions import Petition
from services.intake.events.petitions import PetitionCorrected
from services.intake.store import MatterOf, Petitions
from shared.errors import Conflict
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.telemetry import TraceContext


def matter_of(session: Connection, petition: Petition) -> MatterOf:
    """
    The matter of a petition: within the offices above its own on the day it came.
    """
    lineage = current_policy().directory.lineage(petition.office, petition.received_on)
    return MatterOf(session, petition, lineage)


def lock_matter(session: Connection, petition: Petition) -> None:
    """
    Lock a petition with its matter and the others of that, in one order.

    Raises `Conflict` if somebody has just made it one of another matter.
    """
    petitions = Petitions(session)

    def matters() -> set[str]:
        return {each for each in [petitions.matter(petition.number)] if each}

    locked = matters()
    petitions.lock_matters(locked, [petition.number])
    require_among(matters(), locked)


def require_among(matters: Collection[str], locked: Collection[str]) -> None:
    """
    Raise `Conflict` if somebody has just given a petition or a case another matter than
    those that are *locked*.
    """
    if not {*matters} <= {*locked}:
        raise Conflict.because(
            "corrected_meanwhile", "此件刚刚被更正过。", "请重新查看后再办理。"
        )


def arrange(
    session: Connection,
    matters: Collection[str],
    today: date,
    *,
    corrected: str | None = None,
    hidden_from: Collection[str] = (),
) -> list[Petition]:
    """
    Let the petitions of some *matters* repeat the first one, after one was registered,
    *corrected*, withdrawn or restored; return those that stand otherwise now. Of every
    other that is a first one now, or no longer, that is announced, and its history says
    so: to its own office, and without whose entry it was, for that may be kept from it.

    *hidden_from*: the offices that the corrected petition accuses or accused; theirs,
    and those of the offices below, stay as they are.
    """
    petitions, directory = Petitions(session), current_policy().directory
    petitions.lock_matters(matters)

    def lineage(petition: Petition) -> Sequence[str]:
        return directory.lineage(petition.office, petition.received_on)

    arranged, events, lines = (
        list[Petition](),
        list[PetitionCorrected](),
        list[Correction](),
    )
    for matter in matters:
        for before, after in in_order(petitions.of_matter(matter), lineage):
            if not set(hidden_from).isdisjoint(lineage(before)):
                continue
            turned = (after.repeat_of is None) != (before.repeat_of is None)
            if not turned or after.number == corrected:
                arranged.append(after)
                continue
            counted, event = correct_petition(
                before, after, on=today, today=today, replies=()
            )
            arranged.append(counted)
            events.append(event)
            lines.append(_line(counted, today))
    petitions.arrange(arranged)
    announce_unnamed(session, events, lines)
    return arranged


def _line(petition: Petition, today: date) -> Correction:
    """
    What the history says of a petition that is a first one now, or no longer.
    """
    first = petition.repeat_of is None
    return history_line(
        petition.number,
        CorrectionKind.PETITION_CORRECTED,
        {"first": (not first, first)},
        office=petition.office,
        actor=TraceContext().actor,
        on=today,
        reason="同一事项中另一件补登、更正、撤销或恢复后，按收到日期重新排定初信初访。",
    )


def accepted_in(programme: Programme, accepted: Collection[date]) -> dict[str, Any]:
    """
    The day on which a matter counts as accepted in a further programme, by the window
    of that one (A-18).
    """
    day = programme.scope.accepted_on(accepted)
    return {"accepted_on": day.isoformat()} if day else {}
