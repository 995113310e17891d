"""
Reads a ledger's file: one that is small and plain in a thread, others in a process that
can come to no harm but its own (decision 0013).
"""

from __future__ import annotations

import fcntl
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import eventlet
import orjson
from eventlet import tpool

from services.intake.domain.ledgers import Import
from services.intake.forms import form_file, form_of
from services.intake.ledger import Context, is_plain, lines_of, office_names
from shared import clock
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.settings import settings

_CPU_SECONDS = 300  # the process may take for a file
_SILENT_SECONDS = 120  # it may be without a line: it needs no more for a row
_MEMORY = 2048  # MiB it may use
_AHEAD = 1024 * 1024  # bytes that it may be ahead of those who read its lines
_ROOT = Path(__file__).resolve().parents[3]


def read_lines(
    job: Import, programme: Programme, content: bytes
) -> Iterator[dict[str, Any]]:
    """
    The lines of a pushed file (`lines_of`), the same however it is read.
    """
    small = len(content) <= settings.integer("SMALL_LEDGER")
    lines = _in_thread(job, programme, content) if small else None
    return _of_process(job, programme, content) if lines is None else iter(lines)


def _in_thread(
    job: Import, programme: Programme, content: bytes
) -> list[dict[str, Any]] | None:
    """
    All lines of a small file, read off the event loop; None if it is not plain, or if
    reading it breaks down.
    """
    form, today = form_of(programme.form), clock.today()
    offices = current_policy().directory.offices()

    def read() -> list[dict[str, Any]] | None:
        if not is_plain(content):
            return None
        context = Context(today=today, office_of=office_names(offices))
        file = io.BytesIO(content)
        try:
            lines = lines_of(file, filename=job.filename, form=form, context=context)
            return [orjson.loads(orjson.dumps(line)) for line in lines]
        except BaseException:  # noqa: BLE001 - the process breaks down alone
            return None

    return tpool.execute(read)  # type: ignore[no-any-return]


def _of_process(
    job: Import, programme: Programme, content: bytes
) -> Iterator[dict[str, Any]]:
    """
    The lines of the reading process; it does not outlive this one.
    """
    command = [sys.executable, "-m", "services.intake.ledger"]
    # A file's name may name somebody, and all see the arguments: its kind is enough.
    command += [f"--filename=ledger{Path(job.filename).suffix}"]
    command += ["--form", str(form_file(programme.form))]
    command += ["--directory", str(settings.deploy / "directory")]
    command += ["--today", str(clock.today()), "--memory", str(_MEMORY)]
    command += ["--parent", str(os.getpid()), "--seconds", str(_CPU_SECONDS)]
    with (
        _in_memory(content) as file,
        Popen(
            [*command, f"/dev/fd/{file}"],
            stdout=PIPE,
            cwd=_ROOT,
            bufsize=1 << 16,
            pass_fds=[file],
        ) as process,
    ):
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            # It reads on while a batch is being stored, until the pipe is full.
            fcntl.fcntl(process.stdout.fileno(), fcntl.F_SETPIPE_SZ, _AHEAD)
            for line in _lines_of(process.stdout):
                yield orjson.loads(line)
        finally:
            process.kill()


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


@contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    """
    The descriptor of a file that has no name and is on no disk.
    """
    descriptor = os.memfd_create("ledger")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        yield descriptor
    finally:
        os.close(descriptor)
