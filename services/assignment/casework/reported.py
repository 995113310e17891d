"""
The reports of closing as they are shown: with who is still to sign.
"""

from __future__ import annotations

from typing import Any

from services.assignment.casework.record import Casework
from services.assignment.domain.closings.closing import Closing
from services.assignment.domain.closings.signatures import to_sign
from shared.policy.closing import Route


class ReportedCases(Casework):
    """
    A case's reports of closing and the routes they take.
    """

    def route_of(self, row: Any, report: Closing) -> Route | None:
        """
        Who must sign the closing before it may be confirmed.
        """
        level = self.directory.office(row.office).level
        return self.programmes.get(row.programme).closing.route_for(report.kind, level)

    def shown_closing(self, row: Any, report: Closing) -> dict[str, Any]:
        missing = to_sign(report, self.route_of(row, report))
        return {**vars(report), "to_sign": [signer.title for signer in missing]}
