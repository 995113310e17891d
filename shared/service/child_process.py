"""
Work in a process of its own, so that it harms nothing but itself: what takes long, or
what reads a file that somebody else made (decision 0013).

Such a process holds no key, no password and no connection, is bounded in its memory and
processor time, and ends with its parent.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType

_ROOT = Path(__file__).resolve().parents[2]
# All that it gets of the environment: where programs and modules are, and the language.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_", "TZ", "PYTHON", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Bounds:
    """
    The most that a process may use: MiB of *memory*, *seconds* of the processor.
    """

    memory: int
    seconds: int


@contextmanager
def child_process(
    module: str, arguments: Iterable[str], bounds: Bounds, files: Sequence[int]
) -> Iterator[Popen[bytes]]:
    """
    The running process `python -m module`, with open *files* to share; what it prints
    is in its `stdout`. It is killed at the end of the block.
    """
    command = [sys.executable, "-m", module, *arguments]
    command += ["--memory", str(bounds.memory), "--seconds", str(bounds.seconds)]
    command += ["--parent", str(os.getpid())]
    passed = {k: v for k, v in os.environ.items() if k.startswith(_PASSED_ON)}
    with Popen(
        command, stdout=PIPE, cwd=_ROOT, bufsize=1 << 16, pass_fds=files, env=passed
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def in_memory(name: str, pieces: Iterable[bytes] = ()) -> Iterator[int]:
    """
    The descriptor of a file with this content that has no name and is on no disk;
    *name* is for the kernel's lists alone.
    """
    descriptor = os.memfd_create(name)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.writelines(pieces)
        yield descriptor
    finally:
        os.close(descriptor)


def add_bounds(parser: ArgumentParser) -> None:
    """
    The arguments that `child_process` gives beside those of the module.
    """
    parser.add_argument("--memory", type=int, default=0, help="MiB at most; 0: any")
    parser.add_argument("--seconds", type=int, default=0, help="of CPU; 0: any")
    parser.add_argument("--parent", type=int, default=0, help="ends with this process")


def keep_bounds(options: Namespace) -> None:
    """
    Hold this process to the bounds that it was given.
    """
    if options.parent:
        _die_with(options.parent)
    if options.seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (options.seconds, options.seconds))
    if options.memory:
        size = options.memory * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


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
    Write the kind and the place of an error: its message may repeat personal data.
    """
    places = traceback.extract_tb(trace)
    where = f" in {places[-1].filename}:{places[-1].lineno}" if places else ""
    sys.stderr.write(f"{kind.__name__}{where}\n")
