"""
The mirrored cases that hearings are held in.
"""

from __future__ import annotations

from services.hearing.store.tables import cases
from shared.cases.mirror import CaseMirror


class Cases(CaseMirror):
    """
    The cases hearings may be held on.
    """

    table = cases
