"""
Processes that outlive the command which started them, each with a file of its own.

A process is identified by its pid *and* the time it was created, so that a pid used
again by another process is never signalled. What the processes do is not known here.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_CLOCK_STEP = 2.0  # seconds by which a corrected clock may move a creation time


@dataclass
class Processes:
    """
    The processes of one running system: `run/NAME.pid` and `log/NAME.log` each.
    """

    var: Path
    _children: dict[str, psutil.Popen] = field(default_factory=dict)

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        cwd: Path,
        user: str | None = None,
    ) -> None:
        """
        Start *command* in a session of its own, as *user* if one is given.
        """
        self.log(name).parent.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("ab") as log:
            child = psutil.Popen(
                command,
                env=dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=user and pwd.getpwnam(user).pw_gid,
                extra_groups=None if user is None else [],
            )
        self._children[name] = child
        self._record(name, child)

    def adopt(self, name: str, pid: int) -> None:
        """
        Count the first process of a session, which somebody else started, as *name*.
        """
        self._record(name, psutil.Process(pid))

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def names(self) -> list[str]:
        """
        Names of all that was started and not stopped, alive or not.
        """
        return sorted(path.stem for path in (self.var / "run").glob("*.pid"))

    def pid(self, name: str) -> int | None:
        """
        The pid of *name* while it is alive.
        """
        process = self._process(name)
        return process.pid if process is not None and _is_alive(process) else None

    def signal(self, name: str, number: signal.Signals) -> None:
        """
        Send a signal to the process itself, if it is alive.
        """
        process = self._process(name)
        if process is not None and _is_alive(process):
            process.send_signal(number)

    def wait(self, name: str, within: float) -> bool:
        """
        Whether *name* and all it started have ended in *within* seconds.
        """
        psutil.wait_procs(self._family(name), timeout=within)
        return not self._family(name)

    def kill(self, name: str) -> None:
        """
        End *name* and all it started with SIGKILL.
        """
        # Again and again: a process may start another while it is being killed.
        while family := self._family(name):
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family, timeout=0.2)

    def forget(self, name: str) -> None:
        self._reap(name)
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.var / "run" / f"{name}.pid"

    def _record(self, name: str, process: psutil.Process) -> None:
        identity = f"{process.pid} {process.create_time()}\n"
        self._file(name).parent.mkdir(parents=True, exist_ok=True)
        self._file(name).write_text(identity, encoding="ascii")

    def _recorded(self, name: str) -> tuple[int, float]:
        """
        The pid of *name* and the time it was created; 0 and 0 if there is none.
        """
        try:
            pid, created = self._file(name).read_text(encoding="ascii").split()
        except (FileNotFoundError, ValueError):
            return 0, 0.0
        return int(pid), float(created)

    def _process(self, name: str) -> psutil.Process | None:
        """
        The recorded process if its pid is still its own.
        """
        self._reap(name)
        pid, created = self._recorded(name)
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if pid and abs(process.create_time() - created) < _CLOCK_STEP:
                return process
        return None

    def _reap(self, name: str) -> None:
        child = self._children.get(name)
        if child is not None and child.poll() is not None:
            del self._children[name]

    def _family(self, name: str) -> list[psutil.Process]:
        """
        The process, its descendants and what is left of its session, all alive.

        PostgreSQL's backends have sessions of their own and are found as descendants; a
        child whose parent has ended is found by the session.
        """
        leader, (pid, _) = self._process(name), self._recorded(name)
        if not pid or (leader is None and psutil.pid_exists(pid)):
            return []
        session = [
            process for process in psutil.process_iter() if _session(process) == pid
        ]
        family = dict.fromkeys([*([leader] if leader else []), *session])
        for member in tuple(family):
            with contextlib.suppress(psutil.NoSuchProcess):
                family |= dict.fromkeys(member.children(recursive=True))
        return [process for process in family if _is_alive(process)]


def has_ended(pid: int) -> bool:
    """
    Whether no process of this number works any more, reaped by its parent or not.
    """
    try:
        return not _is_alive(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return True


def _is_alive(process: psutil.Process) -> bool:
    """
    A zombie counts while threads of it still run: its ports are still taken.
    """
    try:
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.Error:
        return False


def _session(process: psutil.Process) -> int:
    try:
        return os.getsid(process.pid)
    except OSError:
        return 0
