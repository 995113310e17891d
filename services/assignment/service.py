"""
Who leads, what is owed, how it ends: the doors of assignment, and its clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from nameko.timer import timer
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from services.assignment.casework.follow import unescalated
from services.assignment.casework.recurrence import Beginnings
from services.assignment.domain.duties import ledger
from services.assignment.endpoints.adjustments import AdjustmentDoor
from services.assignment.endpoints.baselines import BaselineDoor
from services.assignment.endpoints.cases import LedgerDoor
from services.assignment.endpoints.checklists import MatrixDoor
from services.assignment.endpoints.closings import ClosingDoor
from services.assignment.endpoints.escalation import SupervisionDoor
from services.assignment.endpoints.filings import FilingDoor
from services.assignment.endpoints.leaders import LeaderDoor
from services.assignment.endpoints.notices import NoticeDoor
from services.assignment.endpoints.objections import ObjectionDoor
from services.assignment.endpoints.rosters import ReceptionDoor
from services.assignment.endpoints.tallies import TallyDoor
from services.assignment.endpoints.units import UnitDoor
from services.assignment.endpoints.workload import MeasureDoor
from services.assignment.schemas import cases
from services.assignment.store import OUTBOX, TABLES, Crossings, Duties, Ladders
from shared import clock, telemetry
from shared.metrics import Gauges
from shared.policy.current import policy
from shared.settings import settings
from shared.storage.database import transaction

_FLAGGED_AT_ONCE = 500
_CLIMBED_AT_ONCE = 50  # their matters are held meanwhile


def clock_behind(session: Connection) -> Iterator[Metric]:
    """
    What came before yesterday and was not announced: 0, if all is well; and how many
    steps of the ladder were crossed so far, by kind.
    """
    rules, today = policy(), clock.today()
    yield GaugeMetricFamily(
        "jianjian_duties_unflagged",
        "Duties overdue that nobody was told of",
        value=Duties(session).overdue_unflagged(today),
    )
    yield GaugeMetricFamily(
        "jianjian_duties_unescalated",
        "Duties overdue that did not come to the first step of their ladder",
        value=unescalated(session, rules.programmes, rules.calendar, today),
    )
    yield GaugeMetricFamily(
        "jianjian_escalations_behind",
        "Steps of the supervision ladder that have come and were not crossed",
        value=Ladders(session).behind(rules.programmes.codes, today),
    )
    crossed = GaugeMetricFamily(
        "jianjian_escalations",
        "Steps of the supervision ladder crossed",
        labels=["programme", "kind"],
    )
    for programme, kind, count in Crossings(session).counts():
        crossed.add_metric([programme, kind], count)
    yield crossed


class AssignmentService(
    ObjectionDoor,
    BaselineDoor,
    MatrixDoor,
    ReceptionDoor,
    UnitDoor,
    MeasureDoor,
    LeaderDoor,
    FilingDoor,
    ClosingDoor,
    LedgerDoor,
    TallyDoor,
    AdjustmentDoor,
    SupervisionDoor,
    NoticeDoor,
    Beginnings,
):
    """
    包案·交办·督办·报结.
    """

    name = "assignment"
    reads = cases.READS
    tables = TABLES
    outbox = OUTBOX
    gauges = Gauges(clock_behind)

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def flag_overdue(self) -> None:
        """
        Announce duties that fell overdue; any number of replicas share the work.
        """
        try:
            while self._flag_some() == _FLAGGED_AT_ONCE:
                pass
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("sweep_interrupted", error=repr(error)[:300])

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def climb_ladders(self) -> None:
        """
        Cross the steps of supervision that have come, oldest first.
        """
        try:
            while self.climb_some(_CLIMBED_AT_ONCE):
                pass
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("climbing_interrupted", error=repr(error)[:300])

    @timer(interval=settings.integer("SWEEP_SECONDS"))
    def begin_what_recurs(self) -> None:
        """
        Let turns of recurring duties and periods of papers begin, oldest first.
        """
        try:
            while self.begin_a_turn(self.today()):
                pass
            while self.begin_some_periods(self.today()):
                pass
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("beginnings_interrupted", error=repr(error)[:300])

    def _flag_some(self) -> int:
        today = self.today()
        with transaction(self.name) as session:
            fallen = Duties(session).fallen_due(today, _FLAGGED_AT_ONCE)
            if fallen:
                with telemetry.work("overdue_flagged", trail=telemetry.own_trail()):
                    telemetry.note(count=len(fallen))
                    told = [ledger.overdue(duty) for duty in fallen]
                    Duties(session).note(told, cause="clock")
                    self.announce(session, *told)
        return len(fallen)


SERVICE = AssignmentService
