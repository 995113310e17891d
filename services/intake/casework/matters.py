"""
The matter of a petition: the petitions about the same thing, and their cases.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.domain.petitions.petitions import Petition
from services.intake.store import (
    MatterOf,
    Petitions,
)
from shared.policy.current import current_policy


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
