"""
From the answer to a POST to the moment the figure in the return shows it.

One after the other, seen from outside: the figures are asked for again and again. What
is asked takes processor time too, so the system by itself is somewhat faster.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from deploy.bench.ledgers import row, titled
from deploy.bench.load import BenchError, percentile
from deploy.bench.stage import DAY, OTHER_COUNTY, PROGRAMME, Stage, registration

# Both its deadlines (7 days, 3 months) have passed: it is overdue from the start.
_LONG_AGO = DAY - timedelta(days=200)
_DUTIES = 2
_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Sample:
    """
    Seconds of one POST: until it was answered, and from there to the figure.
    """

    answered: float
    shown: float


@dataclass(frozen=True)
class Series:
    """
    Samples of one way in; *asking* is what one look at the figures took, in seconds.
    """

    samples: Sequence[Sample]
    asking: float

    def shown(self, percent: float) -> float:
        return percentile(sorted(each.shown for each in self.samples), percent)

    def answered(self, percent: float) -> float:
        return percentile(sorted(each.answered for each in self.samples), percent)


def of_registrations(stage: Stage, numbers: range) -> Series:
    """
    Intake → assignment, which finds two duties overdue → the figure `overdue`.
    """
    intake = stage.client("intake")
    body = registration(OTHER_COUNTY, _LONG_AGO)

    def post(number: int) -> None:
        intake.post("/petitions", body.replace("SERIAL", f"{number:09d}"))

    return _sample(_Figure(stage, "overdue"), _DUTIES, post, numbers)


def of_ledgers(stage: Stage, numbers: range) -> Series:
    """
    A ledger of one row: task, reading process, case → the figure `base`.
    """
    intake = stage.client("intake")

    def post(number: int) -> None:
        case = row(number, "时") | {"reporting_office": "南乐县人民检察院"}
        content = json.dumps([titled(case)], ensure_ascii=False)
        intake.post("/imports", content, programme=PROGRAMME, filename="one.json")

    return _sample(_Figure(stage, "base"), 1, post, numbers)


class _Figure:
    """
    One figure of one county, looked at again and again.
    """

    def __init__(self, stage: Stage, measure: str) -> None:
        self.measure = measure
        self.looks, self.seconds = 0, 0.0
        self._client = stage.client("reporting")
        self._asked = {"office": OTHER_COUNTY, "as_of": DAY.isoformat()}

    def look(self) -> int:
        began = time.perf_counter()
        found = self._client.get("/figures", programme=PROGRAMME, **self._asked)
        self.looks += 1
        self.seconds += time.perf_counter() - began
        return int(found["total"][self.measure])

    def wait_for(self, value: int) -> None:
        """
        Raises `BenchError` if it does not become *value*.
        """
        deadline = time.perf_counter() + _WITHIN
        while (seen := self.look()) != value:
            if seen > value or time.perf_counter() > deadline:
                raise BenchError(f"{self.measure} is {seen}, expected {value}")


def _sample(
    figure: _Figure, step: int, post: Callable[[int], None], numbers: range
) -> Series:
    """
    Post one after the other; each raises *figure* by *step*.
    """
    samples = []
    expected = figure.look()
    for number in numbers:
        expected += step
        began = time.perf_counter()
        post(number)
        answered = time.perf_counter()
        figure.wait_for(expected)
        samples.append(Sample(answered - began, time.perf_counter() - answered))
    return Series(samples, figure.seconds / figure.looks)


def as_data(series: Series) -> dict[str, Any]:
    return {
        "samples": len(series.samples),
        "answered_p50_ms": round(series.answered(50) * 1000, 1),
        "shown_p50_ms": round(series.shown(50) * 1000, 1),
        "shown_p99_ms": round(series.shown(99) * 1000, 1),
        "shown_max_ms": round(series.shown(100) * 1000, 1),
        "one_look_ms": round(series.asking * 1000, 1),
    }
