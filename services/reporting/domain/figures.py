"""
From sums of entries to the figures of a return: rows, rates, targets, one total.

Pure book-keeping. It neither reads the ledger nor knows where the figures go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.reporting.domain.measures import Registry

Sums = Mapping[tuple[str, str], int]
"""
(office, measure) to the sum of the office's own entries.
"""

Persons = Mapping[tuple[str | None, str], int]
"""
(line, measure) to distinct persons; line None is the whole subtree.
"""


class Unbalanced(Exception):  # noqa: N818 - said of figures, not of us
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
class Asked:
    """
    Which figures: of which office and programme, for which day, as known when.

    *own*: of the cases of the office itself, without the offices below it.
    """

    programme: str
    office: str
    as_of: date
    known_at: datetime
    own: bool = False


def compute(
    asked: Asked,
    lines: Iterable[Line],
    *,
    sums: Sums,
    persons: Persons,
    goal: Goal,
    registry: Registry,
) -> dict[str, Any]:
    """
    The figures as they are answered, frozen and printed; zero rows are kept.

    Raises `Unbalanced` unless the whole is the sum of its rows.
    """
    lines = tuple(lines)
    counts = [_counts(line, sums, persons, registry) for line in lines]
    total = _total(sums, persons, registry)
    _balance(counts, total, registry)
    return {
        "programme": asked.programme,
        "office": asked.office,
        "as_of": asked.as_of.isoformat(),
        "known_at": asked.known_at.isoformat(),
        "milestone": {"on": goal.on.isoformat(), "target": goal.percent},
        "rows": [
            {
                "office": line.office,
                "name": line.name,
                **_columns(own, goal, registry),
            }
            for line, own in zip(lines, counts, strict=True)
        ],
        "total": {
            "office": asked.office,
            "name": "合计",
            **_columns(total, goal, registry),
        },
    }


def checksum(figures: Mapping[str, Any]) -> str:
    """
    SHA-256 of the figures in canonical JSON: the same figures, the same sum, whenever
    they were known.
    """
    kept = {name: value for name, value in figures.items() if name != "known_at"}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rate_text(part: int, whole: int, zero: str = "—") -> str:
    """
    Percent with one decimal, halves rounded up; *zero* when there is no whole (A-40).
    """
    if whole <= 0:
        return zero
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def short_by(base: int, settled: int, percent: int) -> int:
    """
    Whole cases missing to *percent* of *base*, compared in integers (I-21).
    """
    wanted = -(-percent * base // 100)
    return max(0, wanted - settled)


def settled(counts: Mapping[str, int], *, ended_counts: bool) -> int:
    """
    What counts towards the target: the resolved, and the ended if the offices say so.
    """
    return counts["resolved"] + (counts["ended"] if ended_counts else 0)


def yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def _counts(
    line: Line, sums: Sums, persons: Persons, registry: Registry
) -> dict[str, int]:
    found = {
        name: sum(sums.get((office, name), 0) for office in line.members)
        for name in _additive(registry)
    }
    distinct = registry.of_kind("distinct")
    return found | {name: persons.get((line.office, name), 0) for name in distinct}


def _total(sums: Sums, persons: Persons, registry: Registry) -> dict[str, int]:
    found = dict.fromkeys(_additive(registry), 0)
    for (_, name), amount in sums.items():
        if name in found:
            found[name] += amount
    distinct = registry.of_kind("distinct")
    return found | {name: persons.get((None, name), 0) for name in distinct}


def _additive(registry: Registry) -> tuple[str, ...]:
    return registry.of_kind("count") + registry.of_kind("money")


def _balance(
    rows: Sequence[Mapping[str, int]],
    total: Mapping[str, int],
    registry: Registry,
) -> None:
    """
    Parent = Σ children + own; a person aided by two offices is one above them.
    """
    for name in _additive(registry):
        parts = sum(each[name] for each in rows)
        if parts != total[name]:
            raise Unbalanced(f"{name}: rows make {parts}, the whole is {total[name]}")
    for name in registry.of_kind("distinct"):
        parts = sum(each[name] for each in rows)
        if parts < total[name]:
            raise Unbalanced(f"{name}: rows make {parts}, the whole is {total[name]}")


def _columns(
    counts: Mapping[str, int], goal: Goal, registry: Registry
) -> dict[str, Any]:
    towards = settled(counts, ended_counts=goal.ended_counts)
    shown: dict[str, Any] = {}
    for measure in registry.columns:
        if measure.kind == "ratio":
            above = counts[str(measure.numerator)]
            below = counts[str(measure.denominator)]
            above = towards if measure.numerator == "resolved" else above
            shown[measure.id] = rate_text(above, below, str(measure.zero))
        elif measure.kind == "target":
            shown[measure.id] = goal.percent
        elif measure.kind == "shortfall":
            shown[measure.id] = goal.percent and short_by(
                counts["base"], towards, goal.percent
            )
        elif measure.kind == "money":
            shown[measure.id] = yuan(counts[measure.id])
        else:
            shown[measure.id] = counts[measure.id]
    return shown
