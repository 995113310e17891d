"""
The mirrored cases that aid may be given in.
"""

from __future__ import annotations

from collections.abc import Collection

from services.aid.store.tables import cases
from shared.cases.case import Case
from shared.cases.mirror import CaseMirror


class Cases(CaseMirror):
    """
    The cases aid may be given in.
    """

    table = cases

    def lock_all(self, numbers: Collection[str]) -> dict[str, Case]:
        """
        The cases with these numbers, locked in the order of their numbers.
        """
        query = self.query().where(cases.c.number.in_(numbers)).order_by(cases.c.number)
        locked = self.all(query.with_for_update(of=cases))
        return {case.number: case for case in locked}
