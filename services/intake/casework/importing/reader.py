"""
Reads a ledger's file: one that is small and plain in a thread, others in a process that
can come to no harm but its own (decision 0013).
"""

from __future__ import annotations

import fcntl
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import eventlet
import orjson
from eventlet import tpool

from services.intake.casework.forms import (
    form_file,
    form_of,
    reading_on,
)
from services.intake.ledger import is_plain, lines_of
from shared import clock
from shared.policy.current import current_policy
from shared.service.child_process import Bounds, Spares
from shared.settings import settings

READERS = Spares("services.intake.ledger", Bounds(memory=2048, seconds=300), files=2)
_SILENT_SECONDS = 120  # it may be without a line: it needs no more for a row
_AHEAD = 1024 * 1024  # bytes that it may be ahead of those who read its lines


def read_lines(filename: str, form: str, content: bytes) -> Iterator[dict[str, Any]]:
    """
    The lines of a pushed file (`lines_of`) in the form of that name, the same however
    it is read. Without a last line the reading process was killed or fell silent.
    """
    small = len(content) <= settings.integer("SMALL_LEDGER")
    lines = _in_thread(filename, form, content) if small else None
    return _of_process(filename, form, content) if lines is None else iter(lines)


def sentence_of(notice: Mapping[str, Any]) -> str:
    """
    A notice of the end of a file, with the sheet it is about.
    """
    sheet, detail = notice["location"]["sheet"], notice["detail"]
    return f"{sheet}：{detail}" if sheet and sheet not in detail else str(detail)


def _in_thread(filename: str, name: str, content: bytes) -> list[dict[str, Any]] | None:
    """
    All lines of a small file, read off the event loop; None if it is not plain, or if
    reading it breaks down.
    """
    form, today = form_of(name), clock.today()

    def read() -> list[dict[str, Any]] | None:
        if not is_plain(content):
            return None
        context = reading_on(today)
        file = io.BytesIO(content)
        try:
            lines = lines_of(file, filename=filename, form=form, context=context)
            return [orjson.loads(orjson.dumps(line)) for line in lines]
        except BaseException:  # noqa: BLE001 - the process breaks down alone
            return None

    return tpool.execute(read)  # type: ignore[no-any-return]


def _of_process(filename: str, form: str, content: bytes) -> Iterator[dict[str, Any]]:
    """
    The lines of the reading process; it does not outlive this one.
    """
    # A file's name may name somebody, and all see the arguments: its kind is enough.
    arguments = [f"--filename=ledger{Path(filename).suffix}"]
    arguments += ["--form", str(form_file(form))]
    arguments += ["--today", str(clock.today())]
    with READERS.one() as reader:
        file, offices = reader.files
        arguments += ["--offices", f"/dev/fd/{offices}", f"/dev/fd/{file}"]
        spellings = orjson.dumps(current_policy().directory.spellings)
        reader.set_to_work([content, spellings], arguments)
        assert reader.process.stdout is not None  # noqa: S101 - asked for there
        # It reads on while a batch is being stored, until the pipe is full.
        fcntl.fcntl(reader.process.stdout.fileno(), fcntl.F_SETPIPE_SZ, _AHEAD)
        for line in _lines_of(reader.process.stdout):
            yield orjson.loads(line)


def _lines_of(pipe: Any) -> Iterator[bytes]:
    """
    The whole lines that come through a pipe, to its end or until nothing has come for
    too long.
    """
    rest = b""
    while True:
        piece = b""
        with eventlet.Timeout(_SILENT_SECONDS, exception=False):
            piece = pipe.read1(_AHEAD)
        if not piece:
            return
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
