"""
The metrics of intake: whether pushed ledgers are read, and what waits for a decision.

Labels are the programme and the level of offices, never an office: which one has what
waits stands in `/undecided-repeats`, for those who may read it.
"""

from __future__ import annotations

from collections import Counter

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from services.intake.casework.importing import still_after
from services.intake.store import Imports, UndecidedRepeats
from shared import clock
from shared.policy.current import current_policy


def metrics(session: Connection) -> list[Metric]:
    """
    The gauges as of the business day.
    """
    return [_imports_behind(session), _repeats_undecided(session)]


def _imports_behind(session: Connection) -> Metric:
    """
    How many imports nobody reads on; 0 if all is well.
    """
    return GaugeMetricFamily(
        "jianjian_imports_standing_still",
        "Pushed ledgers that are not done and have not been read on for a while",
        value=Imports(session).standing_still(still_after()),
    )


def _repeats_undecided(session: Connection) -> Metric:
    """
    How many petitions count as first ones while nobody has decided on what they very
    likely repeat; counted up to a bound, so that a scrape costs the same at any size.
    """
    gauge = GaugeMetricFamily(
        "jianjian_repeats_undecided",
        "Petitions whose likely repeats wait for a decision",
        labels=["programme", "level"],
    )
    directory, today = current_policy().directory, clock.today()
    sums = Counter[tuple[str, str]]()
    for (programme, office), count in UndecidedRepeats(session).counts().items():
        if directory.exists(office, today):
            sums[programme, directory.office(office).level] += count
    for labels, count in sorted(sums.items()):
        gauge.add_metric(labels, count)
    return gauge
