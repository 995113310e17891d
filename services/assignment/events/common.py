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
LETTER: dict[str, Any] = {
    "title": "信访事项交办函",
    "number": "濮检交〔2020〕1号",
    "addressee": "清丰县人民检察院",
    "body": [{"text": "现将信访事项交你单位办理。", "heading": False}],
    "office": "濮阳市人民检察院",
    "day": "2020-12-08",
    "issued_by": "",
}
"""
The text of a letter that goes with a mail to the office of `COMMON`.
"""
