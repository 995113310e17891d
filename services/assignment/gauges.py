"""
The metrics of assignment: whether its timers keep up.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from services.assignment.casework.escalation import unescalated
from services.assignment.store import Duties, NextSteps
from shared import clock
from shared.policy.current import current_policy


def timers_behind(session: Connection) -> Iterator[Metric]:
    """
    How much of what was due before yesterday has not been done, 0 if all is well.

    Each is counted up to a bound, so that a scrape costs the same at any size.
    """
    rules, today = current_policy(), clock.today()
    yield GaugeMetricFamily(
        "jianjian_duties_unflagged",
        "Duties overdue without an event that says so",
        value=Duties(session).overdue_unflagged(today),
    )
    yield GaugeMetricFamily(
        "jianjian_duties_unescalated",
        "Duties overdue that did not reach their first escalation step",
        value=unescalated(session, today),
    )
    yield GaugeMetricFamily(
        "jianjian_escalations_behind",
        "Escalation steps that have come and were not reached",
        value=NextSteps(session).count_behind(rules.programmes.codes, today),
    )
