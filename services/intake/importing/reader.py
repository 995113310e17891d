"""
Reads a ledger's file: in a process of its own, and follows its lines.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any

import eventlet
import orjson

from services.intake.domain.ledgers import Import
from services.intake.forms import form_file
from shared import clock
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


def _lines_of(pipe: IO[bytes]) -> Iterator[bytes]:
    """
    The whole lines that come through a pipe, to its end or until nothing has come for
    too long.
    """
    rest = b""
    while piece := _piece_of(pipe):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines


def _piece_of(pipe: Any) -> bytes:
    with eventlet.Timeout(_SILENT_SECONDS, exception=False):
        return bytes(pipe.read1(_AHEAD))
    return b""


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
