"""
Defines each figure of a return, and makes the returns of the city and the province.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from deploy.demo.expected.book import CITY, OFFICES, Book, Case, Recorder
from deploy.demo.expected.days import month_ends

DEMO = Path(__file__).resolve().parents[1]
PROVINCE = "410000"
# 实施方案 一(二) (PY-03, PY-04): 2020年12月31日前，化解率达到30%以上；
# 2021年12月31日前，化解率达到50%以上；2022年12月31日前全部化解.
TARGETS = {
    date(2020, 12, 31): 30,
    date(2021, 12, 31): 50,
    date(2022, 12, 31): 100,
}
# How the lines of a return call the offices; the directory gives the same short names.
NAMES = {
    CITY: "濮阳市院本级",
    "410902": "华龙区院",
    "410922": "清丰县院",
    "410923": "南乐县院",
    "410926": "范县院",
    "410927": "台前县院",
    "410928": "濮阳县院",
}


@dataclass(frozen=True)
class View:
    """
    The book of some offices as of the end of a day, as it was known on another.
    """

    book: Book
    offices: frozenset[str]
    on: date
    known_on: date

    @property
    def cases(self) -> list[Case]:
        """
        The live list: reported and not merged into another (PY-13, PY-19).
        """
        return [
            case
            for case in self.book.cases.values()
            if case.office in self.offices
            and case.counted.holds(self.on, self.known_on)
        ]

    @property
    def is_listed(self) -> bool:
        """
        Whether the list of the campaign is frozen on the day asked for (A-06).
        """
        frozen_on = self.book.frozen_on
        return frozen_on is not None and frozen_on <= min(self.on, self.known_on)

    @property
    def governing(self) -> list[Case]:
        """
        The list that the rate is measured on: the frozen one from the day it was
        frozen, the live one before (A-06).
        """
        if not self.is_listed:
            return self.cases
        return [
            case
            for number, case in self.book.cases.items()
            if case.office in self.offices and number in self.book.frozen
        ]

    def resolved_among(self, cases: Iterable[Case]) -> int:
        """
        Cases whose substantive resolution was confirmed and that have not flowed back
        since (实施方案 三(二)2, PY-30, PY-33).
        """
        return sum(case.resolved.holds(self.on, self.known_on) for case in cases)

    def short_by(self, percent: int) -> int:
        """
        Whole cases missing to *percent* of the governing list; 以上 includes the number
        (A-08, I-21).
        """
        required = -(-percent * len(self.governing) // 100)
        return max(0, required - self.resolved_among(self.governing))

    def overdue(self) -> int:
        """
        Duties past their day and still open at the end of the day asked for
        (实施方案 三(二)2 严格办理时限, PY-32, A-03), missed targets among them.
        """
        duties = sum(
            duty.is_overdue(self.on, self.known_on)
            for duty in self.book.duties
            if duty.office in self.offices
        )
        return duties + sum(
            _misses(self.book, office, target, self.on, self.known_on)
            for office in self.offices
            for target in TARGETS
        )


def _misses(book: Book, office: str, target: date, on: date, known_on: date) -> bool:
    """
    实施方案 一(二): an office owes each target's rate by its day. It misses it while it
    has not reached the rate at the end of that day or of any day since; from the day it
    reaches the rate nothing is open. No clause lets a reached target stay open longer.
    """
    if target >= on:
        return False
    days = {target} | {
        fact.on
        for case in book.cases.values()
        if case.office == office
        for history in (case.counted, case.resolved)
        for fact in history.facts
        if target < fact.on <= on
    }
    return all(
        View(book, frozenset({office}), day, known_on).short_by(TARGETS[target])
        for day in days
    )


def cases_of(view: View) -> dict[str, set[str]]:
    """
    The numbers of the cases that make up the figures counted in cases.
    """
    on, known_on = view.on, view.known_on
    return {
        "base": {case.number for case in view.cases},
        "resolved": {c.number for c in view.cases if c.resolved.holds(on, known_on)},
        "ended": {c.number for c in view.cases if c.ended.holds(on, known_on)},
        "led": {c.number for c in view.cases if c.led.holds(on, known_on)},
    }


def rate(resolved: int, base: int) -> str:
    """
    Percent with one decimal; a dash when there is nothing to resolve (A-40).
    """
    if base == 0:
        return "—"
    percent = Decimal(100 * resolved) / Decimal(base)
    return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def target_for(on: date) -> date:
    """
    The day of the target that counts on a day: the next one, at last the last one.
    """
    return next((day for day in TARGETS if on <= day), max(TARGETS))


def columns(view: View) -> dict[str, Any]:
    """
    All figures of one line.
    """
    cases, on, known_on = view.cases, view.on, view.known_on
    governing = view.governing
    percent = TARGETS[target_for(on)]
    paid = [p for p in view.book.payments if p[0] <= on and p[1] in view.offices]
    return {
        "base": len(cases),
        "resolved": view.resolved_among(cases),
        "rate": rate(view.resolved_among(governing), len(governing)),
        "target": percent,
        "short_by": view.short_by(percent),
        "ended": sum(case.ended.holds(on, known_on) for case in cases),
        "flowed_back": sum(case.flowed_back.times(on, known_on) for case in cases),
        "led": sum(case.led.holds(on, known_on) for case in cases),
        "hearings": sum(
            day <= on and office in view.offices for day, office in view.book.hearings
        ),
        "aid_persons": len({person for _, _, person, _ in paid}),
        "aid_yuan": str(sum((yuan for *_, yuan in paid), Decimal("0.00"))),
        "overdue": view.overdue(),
        "repeats": sum(case.repeats for case in cases),
        "base_frozen": len(governing) if view.is_listed else None,
        "resolved_frozen": (view.resolved_among(governing) if view.is_listed else None),
        "rate_live": rate(view.resolved_among(cases), len(cases)),
    }


# What can be added up office by office. A hearing, a payment and the number of earlier
# petitions are recorded on their own day, so that they are late only with their case.
ADDED_UP = ("base", "resolved", "ended", "flowed_back", "led", "overdue", "repeats")


def late(view: View, earlier: date) -> dict[str, int]:
    """
    补录以往: what was recorded after the return signed on the day *earlier* and belongs
    to that day or one before; cells of zero are left out (I-33, A-21).
    """
    before = columns(View(view.book, view.offices, earlier, earlier))
    now = columns(View(view.book, view.offices, earlier, view.known_on))
    amounts = {name: now[name] - before[name] for name in ADDED_UP}
    return {name: amount for name, amount in amounts.items() if amount}


class Line(NamedTuple):
    """
    A line of a return: the figures of *offices* together, under one office's name.
    """

    office: str
    name: str
    offices: frozenset[str]


def city_return(book: Book, on: date, known_on: date) -> dict[str, Any]:
    """
    The return of the city: its own line, one for each county, and their total.
    """
    return _return(city_lines(), book, on, known_on)


def province_return(book: Book, on: date, known_on: date) -> dict[str, Any]:
    """
    The return of the province, which has no cases of its own but the city's below it.
    """
    return _return(province_lines(), book, on, known_on)


def city_lines() -> list[Line]:
    offices = sorted(OFFICES.values())
    return [Line(office, NAMES[office], frozenset({office})) for office in offices]


def province_lines() -> list[Line]:
    return [
        Line(PROVINCE, "省院本级", frozenset()),
        Line(CITY, "濮阳市院", frozenset(OFFICES.values())),
    ]


def _return(
    lines: Sequence[Line], book: Book, on: date, known_on: date
) -> dict[str, Any]:
    """
    The first line is that of the office whose return it is.
    """
    everybody = frozenset[str]().union(*(line.offices for line in lines))
    target, office = target_for(on), lines[0].office
    return {
        "office": office,
        "as_of": on.isoformat(),
        "milestone": {"on": target.isoformat(), "target": TARGETS[target]},
        "rows": [
            {
                "office": line.office,
                "name": line.name,
                **columns(View(book, line.offices, on, known_on)),
            }
            for line in lines
        ],
        "total": {
            "office": office,
            "name": "合计",
            **columns(View(book, everybody, on, known_on)),
        },
    }


def late_lines(
    lines: Sequence[Line], book: Book, known_on: date, earlier: date
) -> dict[str, Any]:
    """
    The late amounts of the lines that have any, and of all together, as they stand in
    the return after that of the day *earlier*.
    """
    amounts = [
        (line, late(View(book, line.offices, earlier, known_on), earlier))
        for line in lines
    ]
    everybody = frozenset[str]().union(*(line.offices for line in lines))
    return {
        "as_of": earlier.isoformat(),
        "rows": [
            {"office": line.office, "name": line.name, **cells}
            for line, cells in amounts
            if cells
        ],
        "total": late(View(book, everybody, earlier, known_on), earlier),
    }


def story() -> dict[str, Any]:
    plan: dict[str, Any] = yaml.safe_load(
        (DEMO / "story.yaml").read_text(encoding="utf-8")
    )
    return plan


def book_of(plan: Mapping[str, Any]) -> Book:
    """
    The book at the end of a story.
    """
    recorder = Recorder(DEMO / "ledgers")
    for day in plan["days"]:
        for step in day["steps"]:
            for action in step:
                recorder.record(action, day["day"])
    return recorder.book


def expected() -> dict[str, Any]:
    """
    The returns signed at the three year ends, as known on those days.
    """
    book = book_of(story())
    return {
        "city": _signed(city_return, city_lines(), book),
        "province": _signed(province_return, province_lines(), book),
        "out_of_scope": book.out_of_scope,
    }


def _signed(
    return_of: Callable[[Book, date, date], dict[str, Any]],
    lines: Sequence[Line],
    book: Book,
) -> dict[str, Any]:
    """
    The returns signed at the year ends, by day, each with what is late in it.
    """
    return {
        str(on): return_of(book, on, on)
        | {"late": earlier and late_lines(lines, book, on, earlier)}
        for earlier, on in zip((None, *TARGETS), TARGETS, strict=False)
    }


def at_month_ends() -> dict[str, Any]:
    """
    The city's figures at the end of each month, as known at the end of the story.
    """
    plan = story()
    book, days = book_of(plan), [day["day"] for day in plan["days"]]
    return {
        str(on): city_return(book, on, days[-1]) for on in month_ends(days[0], days[-1])
    }


def write() -> None:
    text = json.dumps(expected(), ensure_ascii=False, indent=1) + "\n"
    (DEMO / "expected.json").write_text(text, encoding="utf-8")
