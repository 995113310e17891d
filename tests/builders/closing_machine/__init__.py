"""
One case of a programme with which anything may be done, right or wrong, and a plain
record of what was given, by which the end of the case is judged without its rules.
"""

from __future__ import annotations

from tests.builders.closing_machine.approvals import ApprovalActs
from tests.builders.closing_machine.case import PLACES, CaseOfProgramme
from tests.builders.closing_machine.closings import FAULTS, ClosingActs
from tests.builders.closing_machine.endings import EndingActs
from tests.builders.closing_machine.judging import ClosingJudged
from tests.builders.closing_machine.units import UnitActs

__all__ = ["FAULTS", "PLACES", "ClosingMachine"]


class ClosingMachine(
    ClosingActs, ClosingJudged, EndingActs, ApprovalActs, UnitActs, CaseOfProgramme
):
    """
    The case, the report of closing that waits or was the last, and who gave what.
    """
