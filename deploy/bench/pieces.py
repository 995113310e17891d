"""
What a registration costs at intake, piece by piece, beside the bare endpoint:
`python -m deploy.bench.pieces [--seconds 10]`. Relay and readers are off.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console

from deploy.bench.load import BenchError
from deploy.bench.processor import seconds_of
from deploy.bench.report import Section
from deploy.bench.sampled import PIECES
from deploy.bench.stage import PETITIONS, Stage

_WITHIN = 20.0  # seconds for which a process's start and its count are waited for


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench.pieces")
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console, began = Console(width=110), time.monotonic()

    def say(line: str) -> None:
        console.print(f"  {time.monotonic() - began:5.0f} s  {line}", style="dim")

    with Stage.set_up(say) as stage:
        measure(stage, seconds).show(console)
    return 0


def measure(stage: Stage, seconds: int) -> Section:
    """
    Microseconds of the processor for each piece of a registration.
    """
    stage.start("intake")  # once as always, so that the database is prepared
    stage.stack.stop("intake")
    url = f"{stage.stack.url('intake')}/{PETITIONS}"
    bare = f"http://127.0.0.1:{stage.bare_port}/petitions"
    modules = {
        "intake": (("shared.service.run", "intake"), url, stage.token),
        "bare": (("deploy.bench.bare", str(stage.bare_port)), bare, ""),
    }
    costs = {
        name: _costs(stage, name, module, seconds, url=url, token=token)
        for name, (module, url, token) in modules.items()
    }
    lines: list[dict[str, Any]] = [
        {"piece": piece, **{f"{name} µs": costs[name].get(piece, 0) for name in costs}}
        for piece in (*PIECES, "other", "all")
    ]
    return Section(
        "Processor time of a registration at intake, by piece",
        lines,
        "Samples of each process's own processor time, told apart by the module that "
        "is at work or has called what is.",
    )


def _costs(
    stage: Stage,
    name: str,
    module: tuple[str, ...],
    seconds: int,
    *,
    url: str,
    token: str,
) -> dict[str, float]:
    """
    Microseconds of the processor for each piece of a registration at one process.
    """
    file = stage.stack.var / f"{name}.pieces"
    run = ("-m", "deploy.bench.sampled", str(file), *module)
    stage.stack.start_python(name, *run, like="intake")
    stage.wait_for_port(name, int(urlsplit(url).port or 0))
    stage.wrk.run(url, 2, token=token)  # until statements are prepared and caches full
    pid = stage.stack.processes.pid(name)
    before = seconds_of(pid)
    stage.stack.processes.signal(name, signal.SIGUSR1)
    answered = stage.wrk.run(url, seconds, token=token)
    each = 1e6 * (seconds_of(pid) - before) / answered.requests
    stage.stack.processes.signal(name, signal.SIGUSR2)
    counts = _counted(file)
    stage.stack.stop(name)
    samples = sum(counts.values())
    return {piece: each * n / samples for piece, n in counts.items()} | {"all": each}


def _counted(file: Path) -> dict[str, int]:
    deadline = time.monotonic() + _WITHIN
    while not file.exists():
        if time.monotonic() > deadline:
            raise BenchError(f"{file} was not written")
        time.sleep(0.1)
    counts: dict[str, int] = json.loads(file.read_text("utf-8"))
    return counts


if __name__ == "__main__":
    raise SystemExit(main())
