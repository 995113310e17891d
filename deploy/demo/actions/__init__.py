"""
What the story does, by its verb: one function for each kind of action.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploy.demo.actions import aid, assignment, hearing, intake, reporting
from deploy.demo.runner import Act

ACTIONS: Mapping[str, Act] = {
    **intake.ACTIONS,
    **assignment.ACTIONS,
    **hearing.ACTIONS,
    **aid.ACTIONS,
    **reporting.ACTIONS,
}
