"""
Processes that outlive the command which started them, each with a file of its own.

A process is known by its pid *and* the instant it started, so that a number used
again by somebody else is never signalled. This knows nothing of what the processes do.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_STEP = 0.03  # seconds between two looks


@dataclass(frozen=True)
class Seen:
    """
    What /proc says of one process.
    """

    pid: int
    parent: int
    session: int
    started: int  # clock ticks since the machine booted
    gone: bool  # ended, and only its exit code is left


@dataclass
class Processes:
    """
    The processes of one running system: `run/NAME.pid` and `log/NAME.log` each.
    """

    var: Path
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

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
        self._file(name).parent.mkdir(parents=True, exist_ok=True)
        self.log(name).parent.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("ab") as log:
            child = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=user and _group_of(user),
                extra_groups=None if user is None else [],
            )
        self._children[name] = child
        seen = _look(child.pid)
        started = seen.started if seen else 0
        self._file(name).write_text(f"{child.pid} {started}\n", encoding="ascii")

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def known(self) -> list[str]:
        """
        Names of all that was started and not stopped, alive or not.
        """
        return sorted(path.stem for path in (self.var / "run").glob("*.pid"))

    def pid(self, name: str) -> int | None:
        """
        The pid of *name* while it is alive.
        """
        self._reap(name)
        recorded = self._recorded(name)
        if recorded is None:
            return None
        seen = _look(recorded[0])
        alive = seen and not seen.gone and seen.started == recorded[1]
        return recorded[0] if alive else None

    def signal(self, name: str, number: signal.Signals) -> None:
        """
        Send a signal to the process itself, if it is alive.
        """
        pid = self.pid(name)
        if pid is not None:
            os.kill(pid, number)

    def wait(self, name: str, within: float) -> bool:
        """
        Whether *name* and all it started have ended in *within* seconds.
        """
        deadline = time.monotonic() + within
        while self._family(name):
            if time.monotonic() > deadline:
                return False
            time.sleep(_STEP)
        return True

    def kill(self, name: str) -> None:
        """
        End *name* and all it started at once, without a chance to tidy up.
        """
        while family := self._family(name):
            for pid in family:
                _kill(pid)
            self.wait(name, 0.2)
        self._reap(name)

    def forget(self, name: str) -> None:
        self._reap(name)
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.var / "run" / f"{name}.pid"

    def _recorded(self, name: str) -> tuple[int, int] | None:
        try:
            pid, started = self._file(name).read_text(encoding="ascii").split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid), int(started)

    def _reap(self, name: str) -> None:
        child = self._children.get(name)
        if child is not None and child.poll() is not None:
            del self._children[name]

    def _family(self, name: str) -> list[int]:
        """
        The process first, then all of its session and all their descendants.

        PostgreSQL's backends are sessions of their own: they are found by parent.
        """
        self._reap(name)
        recorded = self._recorded(name)
        if recorded is None:
            return []
        pid, started = recorded
        everyone = {seen.pid: seen for seen in _everyone() if not seen.gone}
        leader = _look(pid)
        if leader is not None and leader.started != started:
            return []
        family = [one.pid for one in everyone.values() if one.session == pid]
        for one in everyone.values():
            if one.pid not in family and _descends(one, pid, everyone):
                family.append(one.pid)
        return sorted(family, key=lambda member: member != pid)


def has_ended(pid: int) -> bool:
    """
    Whether no process of this number works any more, reaped by its parent or not.
    """
    seen = _look(pid)
    return seen is None or seen.gone


def _descends(one: Seen, ancestor: int, everyone: Mapping[int, Seen]) -> bool:
    parent = everyone.get(one.parent)
    while parent is not None:
        if parent.pid == ancestor:
            return True
        parent = everyone.get(parent.parent)
    return False


def _everyone() -> Iterator[Seen]:
    for entry in Path("/proc").glob("[0-9]*"):
        seen = _look(int(entry.name))
        if seen is not None:
            yield seen


def _look(pid: int) -> Seen | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    state, parent, _, session, *rest = stat.rpartition(")")[2].split()
    # While threads of an ended process still run, its ports are still taken.
    gone = state in {"Z", "X"} and int(rest[13]) <= 1
    return Seen(pid, int(parent), int(session), int(rest[15]), gone)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _group_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid
