"""
Petitions, ledgers and cases as they come in: what intake is made of.
"""

from __future__ import annotations

from operator import attrgetter

from services.intake.endpoints import cases, ledgers, petitions
from services.intake.events import ImportRequested
from services.intake.importing import read_imports
from services.intake.schemas import READS
from services.intake.store import TABLES
from shared.events import Envelope
from shared.service import Service, task


class IntakeService(Service):
    """
    Registers petitions and ledgers, opens cases, records replies, merges cases (受理).
    """

    name = "intake"
    reads = READS
    tables = TABLES
    endpoints = (petitions, ledgers, cases)

    @task(ImportRequested.type, turn=attrgetter("office"))
    def import_ledger(self, event: Envelope) -> None:
        """
        Read a pushed ledger, then others of the same office that wait.

        An office has one turn at a time: its large files do not hold up others'.
        """
        read_imports(event.case_number, event.office)


SERVICE = IntakeService
