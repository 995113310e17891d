"""
Work in a process of its own, so that it harms nothing but itself: what takes long, or
what reads a file that somebody else made (decision 0013).

Such a process holds no key, no password and no connection, is bounded in its memory and
processor time, and ends with its parent.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType

_ROOT = Path(__file__).resolve().parents[2]
# All that it gets of the environment: where programs and modules are, and the language.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_", "TZ", "PYTHON", "VIRTUAL_ENV")
_WAITS = "--waits"  # for its arguments, which come when there is work


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
    with _begin(module, arguments, bounds, files) as process:
        try:
            yield process
        finally:
            process.kill()


def _begin(
    module: str,
    arguments: Iterable[str],
    bounds: Bounds,
    files: Sequence[int],
    stdin: int | None = None,
) -> Popen[bytes]:
    command = [sys.executable, "-m", module, *arguments]
    command += ["--memory", str(bounds.memory), "--seconds", str(bounds.seconds)]
    command += ["--parent", str(os.getpid())]
    environment = {k: v for k, v in os.environ.items() if k.startswith(_PASSED_ON)}
    return Popen(
        command,
        stdin=stdin,
        stdout=PIPE,
        cwd=_ROOT,
        bufsize=1 << 16,
        pass_fds=files,
        env=environment,
    )


def _reap(process: Popen[bytes]) -> None:
    """
    Kill a process and wait for its end, which is a matter of milliseconds; no green
    thread has a turn meanwhile, for one that is killed here would not notice.
    """
    if process.returncode is None:
        process.kill()
        # Not `wait`: that of eventlet gives others a turn. Nothing is left to wait for
        # where the system collects ended processes by itself.
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, process.pid, os.WEXITED)
        process.returncode = -signal.SIGKILL
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


class Spare:
    """
    A process `python -m module` that was begun before there is work for it. Its modules
    are loaded and its bounds hold; it waits for its arguments, and for what is put into
    as many *files* as it was promised (`arguments_of`).
    """

    def __init__(self, module: str, bounds: Bounds, files: int) -> None:
        with ExitStack() as begun:
            self.files = [begun.enter_context(in_memory(module)) for _ in range(files)]
            self.process = _begin(module, [_WAITS], bounds, self.files, PIPE)
            begun.callback(_reap, self.process)
            self._ended = begun.pop_all()

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def set_to_work(self, contents: Sequence[bytes], arguments: Sequence[str]) -> None:
        """
        Fill its files and give it its arguments, which name them as it knows them.

        Raises `BrokenPipeError` if it has ended.
        """
        for descriptor, content in zip(self.files, contents, strict=True):
            _fill(descriptor, [content])
        assert self.process.stdin is not None  # noqa: S101 - asked for above
        with self.process.stdin as line:
            line.write(json.dumps(arguments).encode() + b"\n")

    def end(self) -> None:
        """
        Kill it and forget what is in its files.
        """
        self._ended.close()


@dataclass
class Spares:
    """
    Processes of a *module*, each for one piece of work. Once they are kept ready, one
    waits for the next piece; it is replaced when whoever needed it says so.
    """

    module: str
    bounds: Bounds
    files: int
    waiting: list[Spare] = field(default_factory=list, init=False)
    _is_kept_ready: bool = field(default=False, init=False)

    def keep_ready(self) -> None:
        self._is_kept_ready = True
        if not self.waiting:
            self.waiting.append(self._new())

    @contextmanager
    def one(self) -> Iterator[Spare]:
        """
        A process for one piece of work; it is killed at the end of the block.
        """
        spare = self.waiting.pop() if self.waiting else self._new()
        if not spare.is_alive:
            spare.end()
            spare = self._new()
        try:
            yield spare
        finally:
            spare.end()

    def replace(self) -> None:
        """
        Have the next one wait if they are kept ready. What was done stands without it:
        where it cannot begin, the next piece of work begins its own.
        """
        try:
            if self._is_kept_ready:
                self.keep_ready()
        except OSError as error:
            logging.getLogger(__name__).warning("no_spare_process: %r", error)

    def _new(self) -> Spare:
        return Spare(self.module, self.bounds, self.files)


def arguments_of(command_line: Sequence[str]) -> Sequence[str]:
    """
    The arguments of this process: those on its command line, or of a `Spare` those that
    it now waits for. It ends if none come.
    """
    if _WAITS not in command_line:
        return command_line
    parser = ArgumentParser()
    parser.add_argument(_WAITS, action="store_true")
    add_bounds(parser)
    keep_bounds(parser.parse_args(command_line))
    line = sys.stdin.buffer.readline()
    if not line:
        sys.exit(0)
    arguments: list[str] = json.loads(line)
    return arguments


@contextmanager
def in_memory(name: str, pieces: Iterable[bytes] = ()) -> Iterator[int]:
    """
    The descriptor of a file with this content that has no name and is on no disk;
    *name* is for the kernel's lists alone.
    """
    descriptor = os.memfd_create(name)
    try:
        _fill(descriptor, pieces)
        yield descriptor
    finally:
        os.close(descriptor)


def _fill(descriptor: int, pieces: Iterable[bytes]) -> None:
    with open(descriptor, "wb", closefd=False) as file:
        file.writelines(pieces)


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
        # The address space: Linux does not bound the memory that is really in use.
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
