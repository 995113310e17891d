"""
What the examples of events have in common.
"""

from __future__ import annotations

from datetime import date
from typing import Any

COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2020, 12, 8),
    "programme": "puyang-2020",
}
