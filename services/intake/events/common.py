"""
What the examples of events have in common.
"""

from __future__ import annotations

from datetime import date
from typing import Any

COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2020, 11, 20),
}
PETITION = {**COMMON, "case_number": "410922-2020-0000007"}
CASE: dict[str, Any] = {
    **COMMON,
    "programme": "puyang-2020",
    "track": "campaign",
    "in_scope": True,
    "failing": (),
    "origin": "own_screening",
    "handed": False,
    "batch_ref": None,
    "case_kind": "criminal_appeal_procuratorate",
    "scope_class": 2,
    "difficulty": "hard",
    "department": "第五检察部",
    "handler_post": "检察官",
}
