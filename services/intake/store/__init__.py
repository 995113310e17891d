"""
What intake stores: petitions with their replies, cases, and the ledgers they came in.

What people wrote and what is written of them is encrypted, a text a row; a petitioner
is a keyed hash beside it.
"""

from services.intake.store.announced_duties import AnnouncedToPetitioners
from services.intake.store.cases.cases import Cases, NewCase
from services.intake.store.cases.ledgers import Imports
from services.intake.store.cases.worked import CaseWork
from services.intake.store.history import History
from services.intake.store.matching.matching import Candidate, Matching, MatterDecisions
from services.intake.store.matching.repeats import CountedRepeats
from services.intake.store.matching.undecided import UndecidedRepeats
from services.intake.store.national import NationalEntries
from services.intake.store.petitions.items import (
    MatterOf,
    missed_by,
    of_other_matters,
    petitioned_on,
)
from services.intake.store.petitions.lifecycle import Deliveries, Steps
from services.intake.store.petitions.new_petitions import NewPetitions
from services.intake.store.petitions.personal import matter_of, person_of
from services.intake.store.petitions.petition_table import corrected_matter
from services.intake.store.petitions.petitions import Petitions
from services.intake.store.petitions.replies import Replies
from services.intake.store.petitions.routes import Routes
from services.intake.store.tables import OUTBOX, TABLES, metadata

__all__ = [
    "OUTBOX",
    "TABLES",
    "AnnouncedToPetitioners",
    "Candidate",
    "CaseWork",
    "Cases",
    "CountedRepeats",
    "Deliveries",
    "History",
    "Imports",
    "Matching",
    "MatterDecisions",
    "MatterOf",
    "NationalEntries",
    "NewCase",
    "NewPetitions",
    "Petitions",
    "Replies",
    "Routes",
    "Steps",
    "UndecidedRepeats",
    "corrected_matter",
    "matter_of",
    "metadata",
    "missed_by",
    "of_other_matters",
    "person_of",
    "petitioned_on",
]
