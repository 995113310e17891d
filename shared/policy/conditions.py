"""
Conditions that a programme file puts on facts: a value, or one of several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self, TypeVar

Value = str | int | bool | date
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Condition:
    """
    Written `true`, `progress` or `[progress, result]`: any of these values.
    """

    values: tuple[Value, ...]

    @classmethod
    def parse(cls, written: object) -> Self:
        """
        Raises:
            ValueError: neither a plain value nor a list of them.
        """
        listed = written if isinstance(written, list) else [written]
        values = tuple(value for value in listed if isinstance(value, Value))
        if not listed or len(values) != len(listed):
            raise ValueError("应写一个值，或写成列表 [甲, 乙]。")
        return cls(values)

    def holds(self, fact: object) -> bool:
        if fact not in self.values:
            return False
        if not isinstance(fact, int):
            return True
        # in Python True equals 1; in a petition it does not
        truth = isinstance(fact, bool)
        return any(
            fact == value and isinstance(value, bool) is truth for value in self.values
        )


def all_hold(conditions: Mapping[Name, Condition], facts: Mapping[str, object]) -> bool:
    """
    Whether every named fact is present and fulfils its condition.
    """
    # Written out: a generator costs more than the conditions of most clauses.
    for name, condition in conditions.items():
        if not condition.holds(facts.get(name)):
            return False
    return True
