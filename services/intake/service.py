"""
Petitions, ledgers and cases as they come in: what intake is made of.
"""

from __future__ import annotations

from services.intake.endpoints import cases, ledgers, petitions
from services.intake.events import ImportRequested
from services.intake.importing import form_of, read_import
from services.intake.schemas import READS
from services.intake.store import TABLES
from shared.events import Envelope
from shared.policy.current import current_policy
from shared.service import Service, task


class IntakeService(Service):
    """
    Registers petitions and ledgers, opens cases, records replies, merges cases (受理).
    """

    name = "intake"
    reads = READS
    tables = TABLES
    endpoints = (petitions, ledgers, cases)

    @classmethod
    def prepare(cls) -> None:
        for programme in current_policy().programmes:
            form_of(programme.form)

    @task(ImportRequested.type)
    def import_ledger(self, event: Envelope) -> None:
        """
        Read a pushed ledger in batches, each committed with its progress.
        """
        read_import(event.case_number)


SERVICE = IntakeService
