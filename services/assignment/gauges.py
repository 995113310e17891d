"""
What Prometheus is shown of assignment: whether its timers keep up.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from services.assignment.casework.escalation import unescalated
from services.assignment.store import Duties, EscalationSteps, NextSteps
from shared import clock
from shared.policy.current import current_policy


def timers_behind(session: Connection) -> Iterator[Metric]:
    """
    How much of what was due before yesterday has not been done, 0 if all is well; and
    how many escalation steps were taken so far, by programme and kind.
    """
    rules, today = current_policy(), clock.today()
    yield GaugeMetricFamily(
        "jianjian_duties_unflagged",
        "Duties overdue that nobody was told of",
        value=Duties(session).overdue_unflagged(today),
    )
    yield GaugeMetricFamily(
        "jianjian_duties_unescalated",
        "Duties overdue that did not come to the first step of their ladder",
        value=unescalated(session, today),
    )
    yield GaugeMetricFamily(
        "jianjian_escalations_behind",
        "Steps of the supervision ladder that have come and were not crossed",
        value=NextSteps(session).behind(rules.programmes.codes, today),
    )
    crossed = GaugeMetricFamily(
        "jianjian_escalations",
        "Steps of the supervision ladder crossed",
        labels=["programme", "kind"],
    )
    for programme, kind, count in EscalationSteps(session).counts():
        crossed.add_metric([programme, kind], count)
    yield crossed
