"""
Reads one workbook in a process of its own and writes its rows as JSON:
`python -m services.aid.confirmation -h`.

Ends with 1 for a file that is no workbook. With any other code than 0 it asked for more
than it may have (decision 0013).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import orjson

from services.aid.confirmation.sheet import (
    MOST_UNPACKED,
    DamagedError,
    TooLargeError,
    rows_of,
)
from shared.service.child_process import add_bounds, keep_bounds, report_error

DAMAGED = 1
_TOO_LARGE = 2


def main(out: BinaryIO, arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.aid.confirmation")
    parser.add_argument("file", type=Path, help="the workbook's bytes")
    add_bounds(parser)
    options = parser.parse_args(arguments)
    keep_bounds(options)
    try:
        rows = orjson.dumps(rows_of(options.file.read_bytes()))
    except DamagedError:
        return DAMAGED
    except (MemoryError, TooLargeError):
        return _TOO_LARGE
    # One long text may stand in many cells.
    if len(rows) > MOST_UNPACKED:
        return _TOO_LARGE
    out.write(rows)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.excepthook = report_error
    sys.exit(main(sys.stdout.buffer))
