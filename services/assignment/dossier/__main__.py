"""
Makes one dossier in a process of its own: `python -m services.assignment.dossier -h`.

The file that it reads has the record as a line of JSON, then each document but those
that are the same file as one before: the number of its bytes as a line, and as many
bytes; or a line that says why it is not there. If time or memory does not suffice, the
process ends with another code than 0.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson
from cattrs.preconf.orjson import make_converter

from services.assignment.dossier.binding import CannotBindError
from services.assignment.dossier.composing import compose
from services.assignment.dossier.record import Dossier, FiledPaper
from shared.service.child_process import add_bounds, keep_bounds, report_error

CONVERTER = make_converter()


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    keep_bounds(options)
    # What it says of a damaged file may repeat a part of it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    file: Path = options.file
    with file.open("rb") as source, options.out.open("wb") as out:
        dossier = CONVERTER.structure(orjson.loads(source.readline()), Dossier)

        def read(_paper: FiledPaper) -> bytes:
            header = source.readline().decode().strip()
            if not header.isdecimal():
                raise CannotBindError(header)
            return source.read(int(header))

        compose(dossier, read, options.font, out)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.assignment.dossier")
    parser.add_argument("file", type=Path, help="the record and the documents")
    parser.add_argument("out", type=Path, help="where the dossier is written")
    parser.add_argument("--font", type=Path, required=True)
    add_bounds(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.excepthook = report_error
    sys.exit(main())
