"""
The sendings of a payment file, and the confirmations of it that come back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.aid.domain.accounts import require_not_granter
from services.aid.domain.application import Application
from services.aid.domain.payments.reading import Confirmed


@dataclass(frozen=True, kw_only=True)
class Sending:
    """
    The file was fetched, to be sent to the finance office.
    """

    id: str
    file: str
    on: date
    by: str


def send(
    file: str, applications: Iterable[Application], *, identity: str, by: str, on: date
) -> Sending:
    """
    Record that the file of these *applications* was fetched. Raises `Conflict` for who
    granted one of them.
    """
    for application in applications:
        require_not_granter(application, by)
    return Sending(id=identity, file=file, on=on, by=by)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """
    A confirmation of the finance office as it came in, once.
    """

    id: str
    file: str
    on: date
    by: str
    checksum: str
    rows: tuple[Confirmed, ...]
