"""
From the answer to a POST to the moment the figure in the return shows it.

One after the other, seen from outside: the figures are asked for again and again.
Asking takes processor time too, so the system by itself is somewhat faster.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, takewhile
from typing import Any

from deploy.bench.ledgers import row, workbook
from deploy.bench.load import BenchError, percentile
from deploy.bench.report import Section, Target
from deploy.bench.stage import (
    DAY,
    OTHER_COUNTY,
    PETITIONS,
    PROGRAMME,
    Stage,
    registration,
)

# Both its deadlines (7 days, 3 months) have passed: it is overdue from the start.
_LONG_AGO = DAY - timedelta(days=200)
_DUTIES = 2
_WITHIN = 60.0  # seconds
_CARRIED_WITHIN = 300.0


def measure(
    stage: Stage, samples: int, ledgers: int, beside: float, bulk: int
) -> Section:
    """
    Measure at rest; while another county sends *beside* registrations a second; and
    while a ledger of *bulk* rows is read and worked off.
    """
    lines = [
        _registrations(stage, range(samples), "at rest"),
        _ledgers(stage, range(ledgers), "at rest"),
    ]
    stage.say("latency at rest measured")
    numbers = range(10_000, 10_000 + samples)
    url = f"{stage.stack.url('intake')}/{PETITIONS}"
    with stage.wrk.beside(url, stage.token, beside) as reached:
        busy = [
            _registrations(stage, numbers, "busy"),
            _ledgers(stage, numbers[: max(ledgers // 2, 1)], "busy"),
        ]
    stage.say(f"latency beside {reached[0]:.0f} registrations/s measured")
    stage.wait_until_carried(_CARRIED_WITHIN)
    _push(stage, bulk)
    numbers = range(20_000, 20_000 + samples // 4)  # all of them while it lasts
    importing = _registrations(stage, numbers, "beside a bulk import")
    seconds_left = stage.wait_until_carried(_CARRIED_WITHIN)
    stage.say(
        f"latency beside a bulk import measured; it went on for {seconds_left:.1f} s"
    )
    return Section(
        "From the accepted POST to the figure in the return",
        [*lines, *busy, importing],
        "Milliseconds from the answer to the POST until GET /figures, asked again and "
        "again, has shown it; one look is the grain of that. Busy is beside "
        f"{reached[0]:.0f} registrations/s; the bulk import is a ledger of {bulk:,} "
        f"rows, which was worked off {seconds_left:.1f} s after the last sample.",
        [
            _target("at rest", lines[0], 120),
            _target("beside 30 % load", busy[0], 250),
            _target("beside a bulk import", importing, 1_000),
        ],
    )


def _target(when: str, line: dict[str, Any], limit: float) -> Target:
    name = f"POST to figure, {when}, p99"
    return Target(name, line["p99"], limit, "ms", at_least=False)


def _push(stage: Stage, rows: int) -> None:
    content = workbook(rows, "批")
    query = {"programme": PROGRAMME, "filename": "bulk.xlsx"}
    stage.client("intake").post("/imports", content=content, params=query)


def _registrations(stage: Stage, numbers: Iterable[int], when: str) -> dict[str, Any]:
    """
    Intake → assignment, which sees two duties overdue → the figure `overdue`.
    """
    intake = stage.client("intake")
    body = registration(OTHER_COUNTY, _LONG_AGO)

    def post(number: int) -> None:
        intake.post(f"/{PETITIONS}", content=body.replace("SERIAL", f"{number:09d}"))

    figure = _Figure(stage, "overdue")
    return _line(f"registration → overdue, {when}", figure, _DUTIES, post, numbers)


def _ledgers(stage: Stage, numbers: range, when: str) -> dict[str, Any]:
    """
    A ledger of one row: task, reading process, case → the figure `base`.
    """
    intake = stage.client("intake")
    query = {"programme": PROGRAMME, "filename": "one.json"}

    def post(number: int) -> None:
        case = row(number, "时") | {"填报单位": "南乐县人民检察院"}
        intake.post("/imports", content=json.dumps([case]), params=query)

    figure = _Figure(stage, "base")
    return _line(f"one-row ledger → base, {when}", figure, 1, post, numbers)


class Beside(threading.Thread):
    """
    A person who registers now and then until *ended* is set, and looks for the figure
    each time.
    """

    def __init__(self, stage: Stage, ended: threading.Event, pause: float) -> None:
        super().__init__()
        self._stage, self._ended, self._pause = stage, ended, pause
        self._line: dict[str, Any] | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        going_on = takewhile(lambda _: not self._ended.wait(self._pause), count(30_000))
        try:
            self._line = _registrations(self._stage, going_on, "beside bulk imports")
        except BaseException as error:  # noqa: BLE001 - raised where the line is asked
            self._error = error

    def section(self) -> Section:
        """
        Raises what went wrong meanwhile.
        """
        if self._error is not None:
            raise self._error
        line = self._line or {}
        target = _target("beside bulk imports", line, 1_000)
        return Section(
            "A person's act, from the accepted POST to the figure",
            [line],
            f"Milliseconds. The target for the slowest of a hundred: {target.wanted}, "
            f"{'reached' if target.is_reached else 'not reached'}.",
            [target],
        )


@dataclass
class _Figure:
    """
    One figure of one county, looked at again and again.
    """

    stage: Stage
    measure: str
    looks: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._client = self.stage.client("reporting")

    def look(self) -> int:
        query = {"programme": PROGRAMME, "office": OTHER_COUNTY, "as_of": str(DAY)}
        began = time.perf_counter()
        answer = self._client.get("/figures", params=query).json()
        self.looks += 1
        self.seconds += time.perf_counter() - began
        return int(answer["total"][self.measure])

    def wait_for(self, value: int) -> None:
        """
        Raises `BenchError` if it does not become *value*.
        """
        deadline = time.perf_counter() + _WITHIN
        while (shown := self.look()) != value:
            if shown > value or time.perf_counter() > deadline:
                raise BenchError(f"{self.measure} is {shown}, expected {value}")


def _line(
    way: str,
    figure: _Figure,
    step: int,
    post: Callable[[int], None],
    numbers: Iterable[int],
) -> dict[str, Any]:
    """
    Send the requests one after another; each must raise *figure* by *step*.
    """
    answered, shown = [], []
    expected = figure.look()
    for number in numbers:
        expected += step
        began = time.perf_counter()
        post(number)
        between = time.perf_counter()
        figure.wait_for(expected)
        answered.append(1000 * (between - began))
        shown.append(1000 * (time.perf_counter() - between))
    shown.sort()
    return {
        "way": way,
        "samples": len(shown),
        "p50": percentile(shown, 50),
        "p99": percentile(shown, 99),
        "max": shown[-1],
        "POST p50": percentile(sorted(answered), 50),
        "one look": 1000 * figure.seconds / figure.looks,
    }
