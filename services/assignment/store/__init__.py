"""
The stores of assignment: the only SQL of the service.
"""

from services.assignment.store.activities.rosters import (
    LogCorrections,
    Logs,
    RosterSlots,
    visits_registered,
)
from services.assignment.store.batches.baselines import Baselines
from services.assignment.store.batches.batches import (
    Batches,
    BatchItems,
    Filings,
    Objections,
)
from services.assignment.store.batches.drives import DriveCases, Drives
from services.assignment.store.case_lists import CaseLists
from services.assignment.store.changes import load_matters, save_changes
from services.assignment.store.closings.audits import Audits
from services.assignment.store.closings.closings import Closings
from services.assignment.store.closings.endings import Endings, HandOvers
from services.assignment.store.closings.look_back import LookBacks
from services.assignment.store.duties.duties import Duties
from services.assignment.store.duties.escalation import (
    EscalationSteps,
    Interviews,
    NextSteps,
)
from services.assignment.store.duties.notices import Notices
from services.assignment.store.duties.recalculation import RecalculationSlices
from services.assignment.store.duties.schedules import ReportSchedules
from services.assignment.store.enrolments import Enrolments
from services.assignment.store.facts import decode
from services.assignment.store.leaders.case_groups import CaseGroups, CasesOn
from services.assignment.store.leaders.leaders import Profiles
from services.assignment.store.leaders.own_lists import ListVersions
from services.assignment.store.leaders.unit_entries import UnitEntries, work_of_posts
from services.assignment.store.leaders.units import Coordinations
from services.assignment.store.matters import LogEntry, Matters
from services.assignment.store.people.bodies import Bodies
from services.assignment.store.people.holders import Holders
from services.assignment.store.people.oversight import Oversights
from services.assignment.store.tables import OUTBOX, TABLES, metadata
from services.assignment.store.working.moves import CaseMoves
from services.assignment.store.working.working import Demands, Plans

__all__ = [
    "OUTBOX",
    "TABLES",
    "Audits",
    "Baselines",
    "BatchItems",
    "Batches",
    "Bodies",
    "CaseGroups",
    "CaseLists",
    "CaseMoves",
    "CasesOn",
    "Closings",
    "Coordinations",
    "Demands",
    "DriveCases",
    "Drives",
    "Duties",
    "Endings",
    "Enrolments",
    "EscalationSteps",
    "Filings",
    "HandOvers",
    "Holders",
    "Interviews",
    "ListVersions",
    "LogCorrections",
    "LogEntry",
    "Logs",
    "LookBacks",
    "Matters",
    "NextSteps",
    "Notices",
    "Objections",
    "Oversights",
    "Plans",
    "Profiles",
    "RecalculationSlices",
    "ReportSchedules",
    "RosterSlots",
    "UnitEntries",
    "decode",
    "load_matters",
    "metadata",
    "save_changes",
    "visits_registered",
    "work_of_posts",
]
