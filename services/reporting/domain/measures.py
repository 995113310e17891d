"""
The registry of measures: what is counted, what it is called and in which unit.

Read once from registry/measures.yaml; the columns of every output come from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from shared.errors import Problem
from shared.yaml.decode import Decoder, duplicates, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

_FILE = Path(__file__).with_name("measures.yaml")

Kind = Literal["count", "money", "distinct", "ratio", "target", "shortfall"]


@dataclass(frozen=True)
class Measure:
    """
    One thing that is counted, or computed from what is counted.

    *zero* stands for a ratio with nothing below the line. *in_return*: a column of
    every return.
    """

    id: str
    title: str
    unit: str
    kind: Kind
    meaning: str
    source: str
    version: int = 1
    numerator: str | None = None
    denominator: str | None = None
    zero: str | None = None
    in_return: bool = False

    @property
    def posted(self) -> bool:
        """
        Whether entries stand behind it, or it is computed from other measures.
        """
        return self.kind in {"count", "money", "distinct"}

    @property
    def heading(self) -> str:
        return f"{self.title}（{self.unit}）"

    def problems(self) -> Iterator[Problem]:
        parts = (self.numerator, self.denominator, self.zero)
        if (self.kind == "ratio") != all(parts):
            message = "比率须写明分子、分母和分母为零时的记法，其他指标则不写。"
            yield problem_in(self, "kind", "ratio_parts", message, "请补齐或删去。")


@dataclass(frozen=True)
class Registry:
    """
    All measures, in the order of their columns.
    """

    measures: tuple[Measure, ...]

    def __getitem__(self, name: str) -> Measure:
        return next(each for each in self.measures if each.id == name)

    def of_kind(self, kind: Kind) -> tuple[str, ...]:
        return tuple(each.id for each in self.measures if each.kind == kind)

    @property
    def columns(self) -> tuple[Measure, ...]:
        return tuple(each for each in self.measures if each.in_return)

    @property
    def posted(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.measures if each.posted)

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.measures, "id")
        for each in self.measures:
            for part in (each.numerator, each.denominator):
                if part is not None and part not in self.of_kind("count"):
                    message = f"“{part}”不是可相加的指标。"
                    yield problem_in(
                        each, "numerator", "not_a_count", message, "请改正。"
                    )


@lru_cache
def registry() -> Registry:
    """
    Raises `ConfigurationError` naming file, line and reason of every fault.
    """
    source = read_yaml(_FILE)
    found = Decoder(source).decode(Registry)
    if source.problems:
        raise ConfigurationError(source.problems)
    return found
