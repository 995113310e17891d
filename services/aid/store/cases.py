"""
The mirrored cases that aid may be given in.
"""

from __future__ import annotations

from services.aid.store.tables import cases
from shared.cases.mirror import CaseMirror


class Cases(CaseMirror):
    """
    The cases aid may be given in.
    """

    table = cases
