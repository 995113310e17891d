"""
What assignment announces, by subject: batches, leaders, duties, closings and the rest.
"""

from services.assignment.events.batches import (
    BaselineCaseFrozen,
    BaselineFrozen,
    BatchHandedDown,
    BatchRecalled,
    BatchReceived,
    ObjectionDecided,
    ObjectionDisputed,
    ObjectionRaised,
)
from services.assignment.events.closings import (
    CaseConcluded,
    CaseEnded,
    CaseReopened,
    CaseResolved,
    ClosingConfirmed,
    ClosingRestored,
    ClosingReturned,
    ClosingSubmitted,
    ClosingWithdrawn,
)
from services.assignment.events.duties import (
    ActRecorded,
    DutyDischarged,
    DutyMoved,
    DutyOpened,
    DutyOverdue,
    DutyReleased,
    DutyResumed,
    MatrixItemDone,
)
from services.assignment.events.escalation import (
    InterviewDecided,
    SupervisionAnswered,
    SupervisionCrossed,
    SupervisionEnded,
    SupervisionIssued,
    SupervisionReturned,
)
from services.assignment.events.examples import EXAMPLES
from services.assignment.events.leaders import (
    CaseAppraised,
    FilingAccepted,
    LeaderNamed,
    LeaderRecused,
    LeaderReleased,
    LeadersConfirmed,
)
from services.assignment.events.rosters import LeaderRostered, ReceptionLogged
from services.assignment.events.units import (
    CoordinationDecided,
    CoordinationRequested,
    UnitsAgreed,
)

__all__ = [
    "EXAMPLES",
    "ActRecorded",
    "BaselineCaseFrozen",
    "BaselineFrozen",
    "BatchHandedDown",
    "BatchRecalled",
    "BatchReceived",
    "CaseAppraised",
    "CaseConcluded",
    "CaseEnded",
    "CaseReopened",
    "CaseResolved",
    "ClosingConfirmed",
    "ClosingRestored",
    "ClosingReturned",
    "ClosingSubmitted",
    "ClosingWithdrawn",
    "CoordinationDecided",
    "CoordinationRequested",
    "DutyDischarged",
    "DutyMoved",
    "DutyOpened",
    "DutyOverdue",
    "DutyReleased",
    "DutyResumed",
    "FilingAccepted",
    "InterviewDecided",
    "LeaderNamed",
    "LeaderRecused",
    "LeaderReleased",
    "LeaderRostered",
    "LeadersConfirmed",
    "MatrixItemDone",
    "ObjectionDecided",
    "ObjectionDisputed",
    "ObjectionRaised",
    "ReceptionLogged",
    "SupervisionAnswered",
    "SupervisionCrossed",
    "SupervisionEnded",
    "SupervisionIssued",
    "SupervisionReturned",
    "UnitsAgreed",
]
