"""
The registry of measures: what is counted, its title and unit, and how it is computed.

Read once from measures.yaml. The columns of the figures, of the workbook and of the
mail, and the numerator and denominator of every rate, come from here only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from shared.errors import Problem
from shared.vocabulary import ReplyKind, ReplyMode
from shared.yaml.decode import Decoder, duplicates, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

_FILE = Path(__file__).with_name("measures.yaml")

Kind = Literal[
    "count", "money", "distinct", "sum", "listed", "ratio", "target", "shortfall"
]


@dataclass(frozen=True)
class Measure:
    """
    One thing that is counted, or computed from what is counted.

    *of*: the count that a `listed` measure restricts to the frozen list. *adds*: the
    counts of a `sum`. *zero* is shown for a ratio whose denominator is 0. *in_return*:
    a column of every return.
    *less*: the counts that a `sum` takes off. *duty*: it counts the duties of this rule
    on the days they are due, *reports* those that are reports of a period; of these
    all, or those that were done, or in time, as *counted_if* says, and with an *answer*
    only those answered so. *overdue_of*: it counts the duties of these rules while they
    are overdue. *modes*: it counts the replies given in one of them,
    *channels*: the petitions that came in so. *act*: it counts the acts of this id,
    with *act_kinds* only those of one of these kinds; with *amounts* the counts they
    state, with *cases* each case once.
    The other fields are explained at the head of measures.yaml.
    """

    id: str
    title: str
    unit: str
    kind: Kind
    meaning: str
    source: str
    version: int = 1
    of: str | None = None
    adds: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    numerator: str | None = None
    or_ended: str | None = None
    denominator: str | None = None
    base: Literal["governing", "live"] | None = None
    zero: str | None = None
    in_return: bool = False
    duty: str | None = None
    reports: bool = False
    counted_if: Literal["due", "done", "in_time"] = "due"
    answer: str | None = None
    overdue_of: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    act: str | None = None
    act_kinds: tuple[str, ...] = ()
    amounts: bool = False
    cases: bool = False

    @property
    def posted(self) -> bool:
        """
        Whether entries stand behind it; if not, it is computed from other measures.
        """
        return self.kind in {"count", "money", "distinct"}

    @property
    def heading(self) -> str:
        return f"{self.title}（{self.unit}）"

    @property
    def counts(self) -> tuple[str, ...]:
        """
        The counts it is computed from.
        """
        parts = (self.of, self.numerator, self.or_ended, self.denominator)
        return (*self.adds, *self.less, *(name for name in parts if name is not None))

    def problems(self) -> Iterator[Problem]:
        remedy = "请补齐或删去。"
        if (self.kind == "ratio") is (self.zero is None):
            message = "比率须写明分母为零时的记法，其他指标则不写。"
            yield problem_in(self, "zero", "ratio_parts", message, remedy)
        compared = self.kind in {"ratio", "shortfall"}
        parts = (self.numerator, self.denominator, self.base)
        if any((part is None) is compared for part in parts):
            message = "比率和差数须写明分子、分母和基数，其他指标则不写。"
            yield problem_in(self, "kind", "ratio_parts", message, remedy)
        if (self.kind == "listed") is (self.of is None):
            message = "清单内的指标须写明计的是什么，其他指标则不写。"
            yield problem_in(self, "of", "listed_parts", message, remedy)
        if (self.kind == "sum") is (not self.adds):
            message = "合计的指标须写明由哪些指标相加，其他指标则不写。"
            yield problem_in(self, "adds", "sum_parts", message, remedy)
        of = (
            self.duty,
            self.reports,
            self.overdue_of,
            self.modes,
            self.channels,
            self.act,
        )
        if any(of) and self.kind != "count":
            message = "按职责、回复方式、信访形式或者履职事项计的指标须是件数。"
            yield problem_in(self, "kind", "not_a_count", message, remedy)
        if self.answer and not (
            self.counted_if == "in_time" and self.answer in {*ReplyKind}
        ):
            message = "答复种类只与按期办理的职责同写。"
            kinds = f"可用：{'、'.join(ReplyKind)}。"
            yield problem_in(self, "answer", "unknown_value", message, kinds)
        for mode in self.modes:
            if mode not in {*ReplyMode}:
                allowed = f"可用：{'、'.join(ReplyMode)}。"
                message = f"没有回复方式“{mode}”。"
                yield problem_in(self, "modes", "unknown_value", message, allowed)


@dataclass(frozen=True)
class Registry:
    """
    All measures, in the order of their columns.
    """

    measures: tuple[Measure, ...]

    def __getitem__(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.id == name)

    def of_kind(self, *kinds: Kind) -> tuple[str, ...]:
        return tuple(measure.id for measure in self.measures if measure.kind in kinds)

    @cached_property
    def columns(self) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.measures if measure.in_return)

    @cached_property
    def further(self) -> tuple[Measure, ...]:
        """
        What follows from sums and is not a column of a return.
        """
        kinds = {"count", "money", "sum", "ratio"}
        return tuple(m for m in self.measures if not m.in_return and m.kind in kinds)

    @cached_property
    def posted(self) -> tuple[str, ...]:
        return tuple(measure.id for measure in self.measures if measure.posted)

    def of_duty(self, rule: str, *, report: bool) -> tuple[Measure, ...]:
        """
        What counts the duties of a rule; *report*: they are reports of periods.
        """
        return (*self._of_rule.get(rule, ()), *(self._of_reports if report else ()))

    def overdue_of(self, rule: str) -> str:
        """
        What counts the duties of a rule while they are overdue: a measure of its own
        for those of the everyday track (PY-47), else the column of every return.
        """
        return self._overdue_apart.get(rule, "overdue")

    @cached_property
    def _overdue_apart(self) -> Mapping[str, str]:
        return {rule: m.id for m in self.measures for rule in m.overdue_of}

    @cached_property
    def _of_rule(self) -> Mapping[str, tuple[Measure, ...]]:
        by_rule: dict[str, tuple[Measure, ...]] = {}
        for measure in self.measures:
            if measure.duty:
                by_rule[measure.duty] = (*by_rule.get(measure.duty, ()), measure)
        return by_rule

    @cached_property
    def _of_reports(self) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.measures if measure.reports)

    def of_mode(self, mode: str) -> tuple[str, ...]:
        """
        What counts the replies given in a mode.
        """
        return tuple(m.id for m in self.measures if mode in m.modes)

    def of_channel(self, channel: str) -> tuple[str, ...]:
        """
        What counts the petitions that came in by a channel.
        """
        return tuple(m.id for m in self.measures if channel in m.channels)

    def of_act(self, act: str, kind: str | None) -> tuple[Measure, ...]:
        """
        What counts an act of a kind.
        """
        return tuple(
            m
            for m in self.measures
            if m.act == act and (not m.act_kinds or kind in m.act_kinds)
        )

    @cached_property
    def additive(self) -> tuple[str, ...]:
        """
        The measures of which the whole is the sum of its parts.
        """
        return self.of_kind("count", "money")

    @cached_property
    def shortfall(self) -> Measure:
        """
        The measure that says how much is missing to a milestone.
        """
        return next(measure for measure in self.measures if measure.kind == "shortfall")

    @cached_property
    def on_a_list(self) -> tuple[str, ...]:
        """
        The counts that are also needed of the cases on a list alone.
        """
        names = [
            name
            for measure in self.measures
            if measure.kind == "listed" or measure.base == "governing"
            for name in measure.counts
        ]
        return tuple(dict.fromkeys(names))

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.measures, "id")
        for measure in self.measures:
            # A sum is known beside the columns of a return alone, and of all cases.
            beside = measure.kind == "ratio" and measure.base == "live"
            sums = beside and not measure.in_return
            allowed = self.of_kind("count", "sum") if sums else self.of_kind("count")
            for part in measure.counts:
                if part not in allowed:
                    message = f"“{part}”不是可相加的指标。"
                    yield problem_in(
                        measure, "numerator", "not_a_count", message, "请改正。"
                    )


@lru_cache
def registry() -> Registry:
    """
    Raises `ConfigurationError` naming file, line and reason of every fault.
    """
    source = read_yaml(_FILE)
    measures = Decoder(source).decode(Registry)
    if source.problems:
        raise ConfigurationError(source.problems)
    return measures
