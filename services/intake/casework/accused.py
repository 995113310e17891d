"""
Whom cases accuse: what the petition says that a case came from, else its ledger row;
and whom that is kept from.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection

from services.intake.domain.corrections.case_corrections import CorrectedCase
from services.intake.domain.petitions.matters import is_kept
from services.intake.store import Cases, Petitions
from shared.errors import Problem
from shared.policy.current import current_policy


def accused_in(session: Connection, number: str) -> str | None:
    """
    The office that a case accuses, from which it is kept, and from all below that.
    """
    if petition := Petitions(session).get(number):
        return petition.accused_office
    accused: str | None = Cases(session).ledger_row(number).get("accused_office")
    return accused


def is_kept_from(number: str, accused: str | None, office: str, today: date) -> bool:
    """
    Whether the petition of a *number* accuses an *office*, or one above it, and is kept
    from it (`is_kept`).
    """
    directory = current_policy().directory
    if accused is None or not directory.exists(office):
        return False
    return is_kept(number, accused, directory.lineage(office, today))


def accused_by_petition(
    session: Connection, corrected: Collection[CorrectedCase]
) -> dict[str, list[Problem]]:
    """
    That a correction accuses another office than the petition that a case came from, by
    the number of the case.
    """
    numbers = [
        each.case.number for each in corrected if "accused_office" in each.fields
    ]
    if not numbers:
        return {}
    problem = Problem(
        "accused_in_petition",
        "这件案件由信访件立案，被检举控告的单位以信访件的登记为准。",
        "请在信访件上更正，案件随之更正。",
    )
    return {each.number: [problem] for each in Petitions(session).with_keys(numbers)}
