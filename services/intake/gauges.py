"""
The metrics of intake: whether pushed ledgers are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from services.intake.casework.importing import still_after
from services.intake.store import Imports


def imports_behind(session: Connection) -> Iterator[Metric]:
    """
    How many imports nobody reads on; 0 if all is well.
    """
    yield GaugeMetricFamily(
        "jianjian_imports_standing_still",
        "Pushed ledgers that are not done and have not been read on for a while",
        value=Imports(session).standing_still(still_after()),
    )
