"""
The offices of the story.
"""

from __future__ import annotations

PROVINCE, CITY = "410000", "410900"
NAMES = {
    PROVINCE: "河南省人民检察院",
    CITY: "濮阳市人民检察院",
    "410902": "濮阳市华龙区人民检察院",
    "410922": "清丰县人民检察院",
    "410923": "南乐县人民检察院",
    "410926": "范县人民检察院",
    "410927": "台前县人民检察院",
    "410928": "濮阳县人民检察院",
}
AUDITOR = f"{PROVINCE} auditor"
