"""
What stands badly, for Prometheus: gauges asked of the database, never counted here.

Labels are the programme and the level of offices, never an office or a case: who is
behind is said in returns, to those who may read them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date

import structlog
from nameko.extensions import DependencyProvider
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, text

from services.reporting.drafting import goal_of
from services.reporting.figures import Asked, Sums, settled, short_by
from services.reporting.store import Backlog, Ledger
from shared import clock
from shared.database import transaction
from shared.directory import Directory
from shared.policy import policy
from shared.programme import Programme

REMEMBER_SECONDS = 15.0
_STATES = ("base", "resolved", "ended", "led")
_LIMIT = text("SET LOCAL statement_timeout = '3s'")


class Escalation(Collector):
    """
    The gauges as of the business day, remembered for some seconds.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self._asked = float("-inf")
        self._found: list[Metric] = []

    def describe(self) -> list[Metric]:
        """
        Nothing: registering must not ask the database.
        """
        return []

    def collect(self) -> Iterator[Metric]:
        if time.monotonic() - self._asked >= REMEMBER_SECONDS:
            self._asked = time.monotonic()
            self._found = self._ask()
        yield from self._found

    def _ask(self) -> list[Metric]:
        ok = GaugeMetricFamily(
            "jianjian_escalation_scrape_ok", "1 if the gauges could be read"
        )
        try:
            with transaction(self.service) as session:
                session.execute(_LIMIT)
                metrics = [*_stand(session), *_mails(session)]
        except Exception as error:  # noqa: BLE001 - a scrape says so and goes on
            structlog.get_logger().warning("escalation_unread", error=repr(error)[:300])
            metrics = []
        ok.add_metric([], float(bool(metrics)))
        return [ok, *metrics]


def _stand(session: Connection) -> list[Metric]:
    cases = GaugeMetricFamily(
        "jianjian_cases", "Cases in scope", labels=["programme", "level", "state"]
    )
    overdue = GaugeMetricFamily(
        "jianjian_duties_overdue",
        "Duties overdue",
        labels=["programme", "level"],
    )
    rate = GaugeMetricFamily(
        "jianjian_rate_percent", "Resolved of base", labels=["programme"]
    )
    target = GaugeMetricFamily(
        "jianjian_target_percent", "Next milestone", labels=["programme"]
    )
    missing = GaugeMetricFamily(
        "jianjian_short_by", "Cases missing to the target", labels=["programme"]
    )
    today, directory = clock.today(), policy().directory
    for programme in policy().programmes:
        sums = _sums(session, programme, directory, today)
        levels, total = _by_level(sums, directory), _total(sums)
        for (level, state), count in sorted(levels.items()):
            if state in _STATES:
                cases.add_metric([programme.code, level, state], count)
            elif state == "overdue":
                overdue.add_metric([programme.code, level], count)
        goal = goal_of(programme, today)
        towards = settled(total, ended_counts=goal.ended_counts)
        if total["base"] > 0:
            rate.add_metric([programme.code], 100 * towards / total["base"])
        target.add_metric([programme.code], goal.percent)
        behind = short_by(total["base"], towards, goal.percent)
        missing.add_metric([programme.code], behind)
    return [cases, overdue, rate, target, missing]


def _mails(session: Connection) -> list[Metric]:
    backlog = Backlog(session)
    return [
        GaugeMetricFamily(
            "jianjian_oldest_unsent_mail_seconds",
            "Age of the oldest mail no server has taken over yet",
            value=backlog.oldest_unsent_seconds(),
        ),
        GaugeMetricFamily(
            "jianjian_returns_undelivered",
            "Signed returns that have not reached every recipient",
            value=backlog.undelivered(),
        ),
    ]


def _sums(
    session: Connection, programme: Programme, directory: Directory, today: date
) -> Sums:
    asked = Asked(programme.code, programme.offices_root, today, clock.now())
    offices = directory.subtree(programme.offices_root, today)
    return Ledger(session).sums(asked, offices, as_known=False)


def _by_level(sums: Sums, directory: Directory) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (office, measure), amount in sums.items():
        found[directory.office(office).level, measure] += amount
    return found


def _total(sums: Sums) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, measure), amount in sums.items():
        found[measure] += amount
    return found


class EscalationGauges(DependencyProvider):  # type: ignore[misc]
    """
    Shows the gauges on `/metrics` while the service runs.
    """

    def start(self) -> None:
        self.collector = Escalation(self.container.service_name)
        REGISTRY.register(self.collector)

    def stop(self) -> None:
        REGISTRY.unregister(self.collector)

    def get_dependency(self, _worker: object) -> Escalation:
        return self.collector
