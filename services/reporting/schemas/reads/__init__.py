"""
What reporting reads from the bus.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema

from services.reporting.schemas.reads import assignment, hearing_and_aid, intake

READS: Mapping[str, Schema] = {
    **intake.READS,
    **assignment.READS,
    **hearing_and_aid.READS,
}
