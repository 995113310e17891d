"""
From sums of entries to the figures of a return: rows, rates, targets, one total.

Pure book-keeping. It neither reads the ledger nor knows where the figures go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.reporting.domain.measures import Measure, Registry
from services.reporting.domain.postings.closings import CLOSED_AS
from shared.numerals import yuan
from shared.share import Share

Sums = Mapping[tuple[str, str], int]
"""
(office, measure) to the sum of the office's own entries.
"""

_OF_STOCK = ("base", *CLOSED_AS, "flowed_back", "struck_off")

Persons = Mapping[tuple[str | None, str], int]
"""
(line, measure) to distinct persons; line None is the whole subtree.
"""


class Unbalanced(Exception):  # noqa: N818 - a state of the figures, not of the program
    """
    The parts do not add up to the whole: such figures must not be published.
    """


@dataclass(frozen=True)
class Line:
    """
    A line of a return: one office below with all below it, or the office itself.
    """

    office: str
    name: str
    members: tuple[str, ...]

    @property
    def is_alone(self) -> bool:
        """
        Whether it is of the office itself, without any below it.
        """
        return self.members == (self.office,)

    def summed(self) -> Line:
        """
        The line, where the sums of all its members stand under its office.
        """
        return replace(self, members=(self.office,))


@dataclass(frozen=True)
class Goal:
    """
    The milestone that counts on the day, and what may count towards it (A-05).

    *percent* is None where the programme sets no rate to reach: nobody is short then.
    """

    on: date
    percent: int | None
    ended_counts: bool = False


@dataclass(frozen=True)
class FiguresRequest:
    """
    Which figures: of an office and programme, for a day, as known at a moment.

    *own*: of the cases of the office itself, without the offices below it.
    """

    programme: str
    office: str
    as_of: date
    known_at: datetime
    own: bool = False


@dataclass(frozen=True)
class Counts:
    """
    The counts of one line by measure: *live* of all its cases, *listed* only of those
    on the frozen list that governs the rate, None if no list does (A-06).
    """

    live: Mapping[str, int]
    listed: Mapping[str, int] | None = None

    def parts(self, measure: Measure, *, ended_counts: bool) -> tuple[int, int]:
        """
        Numerator and denominator of a ratio or shortfall.
        """
        governed = self.listed if measure.base == "governing" else None
        counts = self.live if governed is None else governed
        part = counts[str(measure.numerator)]
        if ended_counts and measure.or_ended:
            part += counts[measure.or_ended]
        return part, counts[str(measure.denominator)]


def compute(
    request: FiguresRequest,
    lines: Iterable[Line],
    *,
    sums: Sums,
    listed: Sums | None = None,
    persons: Persons,
    goal: Goal,
    registry: Registry,
    whole: Mapping[str, int] | None = None,
    late: Mapping[str, Any] | None = None,
    baselines: Sequence[Mapping[str, Any]] = (),
    everyday: bool = False,
) -> dict[str, Any]:
    """
    The figures as they are answered, frozen and printed; zero rows are kept.

    *listed*: the sums of the cases on the frozen list that governs the rate. *whole*:
    the sums of all offices, if they were not added up from *sums*. *late*:
    what `late_lines` makes of the facts that arrived after an earlier return.
    *baselines*: the rates of the programme's lists beside the governing one.
    *everyday*: the programme has an everyday track, which is a line of its own (PY-47).
    Raises `Unbalanced` unless the whole is the sum of its rows.
    """
    lines = tuple(lines)
    live = [_counts(line, sums, persons, registry) for line in lines]
    total = _total(sums, whole, persons, registry)
    # Checked each time, so that figures that do not add up are neither shown nor
    # signed.
    _balance(live, total, registry)
    on_list = [_listed(line.members, listed, registry) for line in lines]
    rows = [Counts(*pair) for pair in zip(live, on_list, strict=True)]
    together = Counts(total, _listed(_offices(listed), listed, registry))
    return {
        "programme": request.programme,
        "office": request.office,
        "as_of": request.as_of.isoformat(),
        "known_at": request.known_at.isoformat(),
        "milestone": {"on": goal.on.isoformat(), "target": goal.percent},
        "rows": [
            {"office": line.office, "name": line.name, **_columns(row, goal, registry)}
            for line, row in zip(lines, rows, strict=True)
        ],
        "total": {
            "office": request.office,
            "name": "合计",
            **_columns(together, goal, registry),
        },
        "late": late,
        "baselines": list(baselines),
        "everyday": _everyday(total, goal, registry) if everyday else None,
    }


EVERYDAY = ("everyday", "everyday_resolved", "everyday_rate", "everyday_closed")
"""
The measures of the everyday track that stand in a return, beside its columns.
"""


def _everyday(
    total: Mapping[str, int], goal: Goal, registry: Registry
) -> dict[str, Any]:
    return {
        name: _cell(registry[name], Counts(total), goal, registry) for name in EVERYDAY
    }


def checksum(figures: Mapping[str, Any]) -> str:
    """
    SHA-256 of the figures in canonical JSON, without the moment at which they were
    known: the same figures have the same checksum.
    """
    sealed = {name: value for name, value in figures.items() if name != "known_at"}
    # Canonical, or the same figures read back from the database would have another
    # checksum.
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rate_text(part: int, whole: int, zero: str = "—") -> str:
    """
    Percent with one decimal, halves rounded up; *zero* when there is no whole (A-40).
    """
    return Share(part, whole).rate if whole > 0 else zero


def short_by(base: int, settled: int, percent: int) -> int:
    """
    Whole cases missing to *percent* of *base*, compared in integers (I-21).
    """
    # Rounded up: a part of a case cannot be settled.
    required = -(-percent * base // 100)
    return max(0, required - settled)


def whole_of(sums: Sums, listed: Sums | None, registry: Registry) -> Counts:
    """
    The counts of all offices together, without distinct persons.
    """
    live = _sum_of(_offices(sums), sums, registry.additive)
    return Counts(live, _listed(_offices(listed), listed, registry))


def by_office(sums: Sums, listed: Sums | None, registry: Registry) -> dict[str, Counts]:
    """
    The counts of each office that has any, of its own cases alone.
    """
    return {
        office: Counts(
            _sum_of((office,), sums, registry.additive),
            _listed((office,), listed, registry),
        )
        for office in sorted(_offices(sums))
    }


def further_cells(
    line: Line, sums: Sums, goal: Goal, registry: Registry
) -> dict[str, Any]:
    """
    The cells of a line, of all its cases, that are not columns of a return.
    """
    counts = Counts(
        _with_sums(_sum_of(line.members, sums, registry.additive), registry)
    )
    return {
        measure.id: _cell(measure, counts, goal, registry)
        for measure in registry.further
    }


def stock_flow(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """
    How the stock of open cases changed from one moment to another, from the sums of a
    line (XQ-08, I-42): what was open, came in, came back, was closed or struck off, and
    is open. It always balances; *resolved*: what of it was resolved, less what came
    back of that. What moved from or to another line counts as come in, by its sign.
    """
    added = {name: after.get(name, 0) - before.get(name, 0) for name in _OF_STOCK}
    flowed_back = added["flowed_back"]
    return {
        "open_before": _open_cases(before),
        "came_in": added["base"],
        "flowed_back": flowed_back,
        "closed": sum(added[name] for name in CLOSED_AS) + flowed_back,
        "resolved": added["resolved"],
        "struck_off": added["struck_off"],
        "open_after": _open_cases(after),
    }


def _open_cases(sums: Mapping[str, int]) -> int:
    over = sum(sums.get(name, 0) for name in (*CLOSED_AS, "struck_off"))
    return sums.get("base", 0) - over


def _with_sums(counts: Mapping[str, int], registry: Registry) -> dict[str, int]:
    """
    Counts with the measures that add some of them up, and take others off.
    """
    added = {
        name: sum(counts[part] for part in registry[name].adds)
        - sum(counts[part] for part in registry[name].less)
        for name in registry.of_kind("sum")
    }
    return {**counts, **added}


def additive_cells(
    line: Line, sums: Sums, listed: Sums | None, goal: Goal, registry: Registry
) -> dict[str, Any]:
    """
    The cells of a line that follow from sums: all but the target and the numbers of
    persons.
    """
    counts = Counts(
        _sum_of(line.members, sums, registry.additive),
        _listed(line.members, listed, registry),
    )
    return {
        measure.id: _cell(measure, counts, goal, registry)
        for measure in registry.columns
        if measure.kind not in {"distinct", "target"}
    }


def missing(counts: Counts, goal: Goal, registry: Registry) -> int | None:
    """
    Whole cases missing to the goal; None if the programme sets no rate to reach.
    """
    if goal.percent is None:
        return None
    part, base = counts.parts(registry.shortfall, ended_counts=goal.ended_counts)
    return short_by(base, part, goal.percent)


def _counts(
    line: Line, sums: Sums, persons: Persons, registry: Registry
) -> dict[str, int]:
    counts = _sum_of(line.members, sums, registry.additive)
    distinct = registry.of_kind("distinct")
    return counts | {name: persons.get((line.office, name), 0) for name in distinct}


def _total(
    sums: Sums,
    whole: Mapping[str, int] | None,
    persons: Persons,
    registry: Registry,
) -> dict[str, int]:
    counts = _sum_of(_offices(sums), sums, registry.additive)
    if whole is not None:
        counts = {name: whole.get(name, 0) for name in registry.additive}
    distinct = registry.of_kind("distinct")
    return counts | {name: persons.get((None, name), 0) for name in distinct}


def _listed(
    offices: Iterable[str], listed: Sums | None, registry: Registry
) -> dict[str, int] | None:
    return None if listed is None else _sum_of(offices, listed, registry.on_a_list)


def _sum_of(
    offices: Iterable[str], sums: Sums, measures: Iterable[str]
) -> dict[str, int]:
    offices = tuple(offices)
    return {
        name: sum(sums.get((office, name), 0) for office in offices)
        for name in measures
    }


def _offices(sums: Sums | None) -> set[str]:
    return {office for office, _ in sums or ()}


def _balance(
    rows: Sequence[Mapping[str, int]],
    total: Mapping[str, int],
    registry: Registry,
) -> None:
    """
    Parent = Σ children + own; a person aided by two offices is one above them.
    """
    for name in (*registry.additive, *registry.of_kind("distinct")):
        parts = sum(row[name] for row in rows)
        # A person who came to two offices counts on two lines and once in the whole:
        # there the lines may make more.
        if parts < total[name] or (name in registry.additive and parts > total[name]):
            raise Unbalanced(f"{name}: rows make {parts}, the whole is {total[name]}")


def _columns(counts: Counts, goal: Goal, registry: Registry) -> dict[str, Any]:
    return {
        measure.id: _cell(measure, counts, goal, registry)
        for measure in registry.columns
    }


def _cell(measure: Measure, counts: Counts, goal: Goal, registry: Registry) -> Any:
    """
    The value of one column: a number, text for rates and money, None for nothing.
    """
    if measure.kind == "ratio":
        part, base = counts.parts(measure, ended_counts=goal.ended_counts)
        return rate_text(part, base, str(measure.zero))
    if measure.kind == "target":
        return goal.percent
    if measure.kind == "shortfall":
        return missing(counts, goal, registry)
    if measure.kind == "listed":
        return counts.listed and counts.listed[str(measure.of)]
    if measure.kind == "money":
        return yuan(counts.live[measure.id])
    return counts.live[measure.id]
