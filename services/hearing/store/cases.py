"""
The mirrored cases that hearings are held in.
"""

from __future__ import annotations

from collections.abc import Collection

from services.hearing.store.tables import cases
from shared.cases.case import Case
from shared.cases.mirror import CaseMirror


class Cases(CaseMirror):
    """
    The cases hearings may be held on.
    """

    table = cases

    def of_numbers(self, numbers: Collection[str]) -> dict[str, Case]:
        """
        The cases by their numbers.
        """
        mirrored = self.all(self.query().where(cases.c.number.in_(numbers)))
        return {case.number: case for case in mirrored}
