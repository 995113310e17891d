"""
Reads one ledger in a process of its own and writes JSON lines, so that a service of
green threads can follow without standing still: `python -m services.intake.ledger -h`.

The lines are those of lines.py. When the last one did not come, the process was killed,
most likely by --memory or --seconds.
"""

from __future__ import annotations

import argparse
import ctypes
import datetime as dt
import os
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

import orjson

from services.intake.ledger.cells import Context
from services.intake.ledger.form import load_form
from services.intake.ledger.lines import lines_of
from services.intake.ledger.offices import office_names
from shared.policy.directory import Directory


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout) -> int:
    options = _options(arguments)
    if options.parent:
        _die_with(options.parent)
    if options.seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (options.seconds, options.seconds))
    if options.memory:
        size = options.memory * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    offices = Directory.load(options.directory).offices()
    lines = lines_of(
        options.file,
        filename=options.filename or options.file.name,
        form=load_form(options.form),
        context=Context(today=options.today, office_of=office_names(offices)),
    )
    out.writelines(orjson.dumps(line).decode() + "\n" for line in lines)
    out.flush()
    return 0


def _die_with(parent: int) -> None:
    """
    Have the kernel kill this process when *parent* ends; it holds personal data.
    """
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        sys.exit(1)


def report_error(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    """
    Write the kind and the place of an error: its message may repeat a cell.
    """
    places = traceback.extract_tb(trace)
    where = f" in {places[-1].filename}:{places[-1].lineno}" if places else ""
    sys.stderr.write(f"{kind.__name__}{where}\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.intake.ledger")
    parser.add_argument("file", type=Path, help="the ledger's bytes")
    parser.add_argument("--filename", default="", help="its name at the office")
    parser.add_argument("--form", type=Path, required=True, help="a file of forms/")
    parser.add_argument("--directory", type=Path, required=True, help="directory/")
    parser.add_argument("--today", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--memory", type=int, default=0, help="MiB at most; 0: any")
    parser.add_argument("--seconds", type=int, default=0, help="of CPU; 0: any")
    parser.add_argument("--parent", type=int, default=0, help="ends with this process")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.excepthook = report_error
    sys.exit(main())
