"""
100,000 rows in some files, with a person at work beside them: `python -m
deploy.bench.bulk [--rows 100000] [--files 5]`.

Says how long a person's act takes to its figure meanwhile, and what memory each process
holds after each file: it does not grow with the rows.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time

from rich.console import Console

from deploy.bench import latency, ledgers
from deploy.bench.load import BenchError
from deploy.bench.memory import Memory
from deploy.bench.report import Section, compared
from deploy.bench.stage import PROGRAMME, Stage
from deploy.local.stack import PROCESSES

_PAUSE = 0.5  # seconds between two acts of the person
_AFTERWARDS = 60.0  # seconds for which the readers are waited for


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench.bulk")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=5)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console, began = Console(width=130), time.monotonic()

    def say(line: str) -> None:
        console.print(f"  {time.monotonic() - began:5.0f} s  {line}", style="dim")

    with Stage.set_up(say) as stage:
        stage.start(*PROCESSES)
        sections = measure(stage, options.rows, options.files)
        for section in (*sections, compared(sections, quick=False)):
            section.show(console)
    return 0


def measure(stage: Stage, rows: int, files: int) -> tuple[Section, ...]:
    """
    Push the files one after another, each when all rows of the one before are stored.

    Raises `BenchError` if a row is not kept, or an act is not shown.
    """
    size, memory, ended = rows // files, Memory(stage), threading.Event()
    contents = [ledgers.workbook(size, f"批{number}") for number in range(files)]
    intake = stage.client("intake")
    memory.look("at first")
    acts = latency.Beside(stage, ended, _PAUSE)
    acts.start()
    began = time.perf_counter()
    try:
        for number, content in enumerate(contents, start=1):
            query = {"programme": PROGRAMME, "filename": f"{number}.xlsx"}
            job = intake.post("/imports", content=content, params=query).json()
            ledgers.wait_until_stored(intake, job["id"], size)
            memory.look_after(number * size)
            stage.say(f"{number * size:,} rows kept")
        seconds_kept = time.perf_counter() - began
        seconds_left = _wait_for_readers(stage)
        memory.look("afterwards")
    finally:
        ended.set()
        acts.join()
    pushed = Section(
        f"{rows:,} rows in {files} files",
        [
            {
                "kept in s": seconds_kept,
                "rows per s": rows / seconds_kept,
                "readers": seconds_left,
            }
        ],
        "Each file is pushed when the one before is kept.",
    )
    return pushed, acts.section(), memory.section()


def _wait_for_readers(stage: Stage) -> str:
    try:
        return f"done {stage.wait_until_carried(_AFTERWARDS):.0f} s later"
    except BenchError:
        return f"still at work {_AFTERWARDS:.0f} s later"


if __name__ == "__main__":
    raise SystemExit(main())
