"""
Reads one ledger in a process of its own and writes JSON lines, so that a service of
green threads can follow without standing still: `python -m services.intake.ledger -h`.

The lines are those of lines.py. When the last one did not come, the process was killed,
most likely by --memory or --seconds. A service begins it before there is a file: then
it waits for its arguments with all modules loaded (decision 0013).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import orjson

from services.intake.ledger.cells import Context
from services.intake.ledger.form import load_form
from services.intake.ledger.lines import lines_of
from shared.near_names import near_finder
from shared.policy.office_names import office_finder
from shared.service.child_process import (
    add_bounds,
    arguments_of,
    keep_bounds,
    report_error,
)

_A_LINE = orjson.OPT_APPEND_NEWLINE
_PIECE = 64 * 1024  # bytes that are given on at once: some twenty rows


def main(out: BinaryIO, arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    keep_bounds(options)
    offices = orjson.loads(options.offices.read_bytes())
    lines = lines_of(
        options.file,
        filename=options.filename or options.file.name,
        form=load_form(options.form),
        context=Context(
            today=options.today,
            office_of=office_finder(offices),
            near_offices=near_finder(offices),
        ),
    )
    out.writelines(orjson.dumps(line, option=_A_LINE) for line in lines)
    out.flush()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.intake.ledger")
    parser.add_argument("file", type=Path, help="the ledger's bytes")
    parser.add_argument("--filename", default="", help="its name at the office")
    parser.add_argument("--form", type=Path, required=True, help="a file of forms/")
    parser.add_argument(
        "--offices", type=Path, required=True, help="their spellings, as JSON"
    )
    parser.add_argument("--today", type=dt.date.fromisoformat, required=True)
    add_bounds(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.excepthook = report_error
    given = arguments_of(sys.argv[1:])
    with open(sys.stdout.fileno(), "wb", _PIECE, closefd=False) as out:
        ended = main(out, given)
    sys.exit(ended)
