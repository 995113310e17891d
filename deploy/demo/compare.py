"""
Compares the returns of a system with those that `expected` computes by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EXPECTED = Path(__file__).with_name("expected.json")
COLUMNS = {
    "base": "纳入",
    "base_frozen": "冻结",
    "resolved": "化解",
    "resolved_frozen": "冻结内",
    "rate": "化解率",
    "rate_live": "实时率",
    "target": "目标%",
    "short_by": "还差",
    "ended": "终结",
    "flowed_back": "回流",
    "led": "包案",
    "hearings": "听证",
    "aid_persons": "救助人",
    "aid_yuan": "救助元",
    "overdue": "逾期",
    "repeats": "重复",
}


def all_differences(
    city: Mapping[str, Mapping[str, Any]], province: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """
    What is not as expected in the signed returns, by day. Days that are missing and
    days that nobody expects are differences too.
    """
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return [
        *_by_day("市院", expected["city"], city),
        *_by_day("省院", expected["province"], province),
    ]


def _by_day(
    title: str, expected: Mapping[str, Any], actual: Mapping[str, Any]
) -> Iterator[str]:
    for day in sorted(expected.keys() | actual.keys()):
        where = f"{title} {day}"
        if day not in actual:
            yield f"{where}：缺少报表"
        elif day not in expected:
            yield f"{where}：多出报表"
        else:
            yield from differences(expected[day], actual[day], where)


def differences(
    expected: Mapping[str, Any], actual: Mapping[str, Any], where: str
) -> Iterator[str]:
    """
    Everything of a return that is not as expected: office, day, target, the lines and
    their order, each figure of each line; of a signed return the lines 补录以往, too.
    """
    for name in ("office", "as_of", "milestone"):
        yield from _difference(where, name, expected[name], actual.get(name))
    yield from _lines(expected, actual, where)
    if "late" in expected:
        yield from _late(expected["late"], actual.get("late"), f"{where} 补录以往")


def _late(
    expected: Mapping[str, Any] | None, actual: Mapping[str, Any] | None, where: str
) -> Iterator[str]:
    if expected is None or actual is None:
        yield from _difference(where, "", expected, actual)
        return
    yield from _difference(where, "as_of", expected["as_of"], actual.get("as_of"))
    yield from _lines(expected, actual, where)


def _lines(
    expected: Mapping[str, Any], actual: Mapping[str, Any], where: str
) -> Iterator[str]:
    expected_rows, actual_rows = expected["rows"], actual["rows"]
    if len(expected_rows) != len(actual_rows):
        yield f"{where}：应有 {len(expected_rows)} 行，实有 {len(actual_rows)} 行"
    lines = [
        *zip(expected_rows, actual_rows, strict=False),
        (expected["total"], actual["total"]),
    ]
    for want, have in lines:
        for name in [*want, *(COLUMNS.keys() & have.keys() - want.keys())]:
            label = COLUMNS.get(name, name)
            yield from _difference(
                f"{where} {have.get('name', '合计')}",
                label,
                want.get(name),
                have.get(name),
            )


def _difference(where: str, name: str, want: object, have: object) -> Iterator[str]:
    if want != have:
        yield f"{where} {name}：应为 {want}，实为 {have}"
