"""
One running system on this machine: broker, database, mailbox, services and relay.

`make up`, `make demo` and the tests all start theirs here. Each lives in a folder of
its own with ports of its own; outside of it nothing is changed, except that Debian's
packages are installed if absent.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import httpx
import psutil

from deploy.local.clock import FileClock, write_clock
from deploy.local.packages import StackError
from deploy.local.plain import http
from deploy.local.ports import Ports, holder, is_taken, variable
from deploy.local.processes import Processes
from deploy.local.servers import ROOT, SERVERS, Servers
from deploy.local.settings import PROCESSES, LocalSettings, is_external

__all__ = ["PROCESSES", "ROOT", "Stack", "StackError"]

# The command itself, also where the project is not installed into the environment.
_JIANJIAN = [
    *(sys.executable, "-c"),
    "from shared.cli import main; main(prog_name='jianjian')",
]
_STOP_SIGNAL = {"postgres": signal.SIGINT}  # ends open sessions instead of waiting
_STOP_WITHIN = 25.0  # seconds; the services give themselves 20
_PORTS_OF = {"rabbitmq": ("amqp", "amqp_dist", "epmd"), "mailbox": ("smtp",)}
_COUNTER = itertools.count(1)


def _quiet(_line: str) -> None:
    return


@dataclass
class Stack:
    """
    The system whose data, logs and pid files are in *var*.

    *settings* are further environment variables of all its processes; *say* gets a line
    for each step.
    """

    var: Path
    ports: Ports
    settings: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = _quiet

    def __post_init__(self) -> None:
        self.var = self.var.resolve()
        self.processes = Processes(self.var)

    # -- whole systems

    @classmethod
    def at(
        cls, var: Path, base: int | None = None, *, say: Callable[[str], None] = _quiet
    ) -> Self:
        """
        The system in *var*: on the ports it runs on, or will run on.
        """
        stack = cls(var, Ports.usual(os.environ, base), say=say)
        file = stack.var / "ports.json"
        # A system that runs keeps its ports, whatever the environment says now.
        if file.exists() and stack.processes.names():
            stack.ports = Ports(**json.loads(file.read_text(encoding="ascii")))
        return stack

    @classmethod
    @contextlib.contextmanager
    def temporary(
        cls,
        parent: Path,
        *processes: str,
        settings: Mapping[str, str] | None = None,
        broker: bool = True,
    ) -> Iterator[Self]:
        """
        A prepared system on free ports, with *processes* running; gone afterwards.
        Without a broker no process of ours can run.

        Its logs stay in *parent* until the next one is made there.
        """
        _remove_abandoned(parent)
        var = parent / f"{os.getpid()}-{next(_COUNTER)}"
        stack = cls(var, Ports.free(), settings or {})
        try:
            stack.clean()
            stack.prepare(broker=broker)
            stack.start(*processes)
            stack.wait_ready(*processes)
            yield stack
        finally:
            # Killed, not stopped: nobody waits for work of a system that is thrown
            # away.
            stack.kill(*PROCESSES)
            stack.down()
            stack.remove_data()

    def up(self) -> None:
        """
        Start whatever of the system is not running; return when all of it is ready.
        """
        self._refuse_taken(*PROCESSES)
        self.prepare()
        self.start(*PROCESSES)
        self.wait_ready(*PROCESSES)

    def prepare(self, *, broker: bool = True) -> None:
        """
        Servers, keys, schemas and topology: all that the processes need.
        """
        self._servers.install(self.say)
        private = [
            each for each in self._servers.private if broker or each != "rabbitmq"
        ]
        self.start(*private)
        # The database first: migrating takes as long as the broker needs to start.
        self.wait_ready(*(name for name in private if name != "rabbitmq"))
        if not (self.keys / "signing.json").exists():
            self.jianjian("token", "keys", "--out", str(self.keys))
        self.migrate()
        if broker:
            self.wait_ready(*(name for name in private if name == "rabbitmq"))
            self.topology()

    def down(self) -> None:
        """
        Stop exactly what was started here.
        """
        names = self.processes.names()
        # Servers last, so that the services can finish what they have in hand.
        last = [name for name in ("rabbitmq", "postgres", "epmd") if name in names]
        self.stop(*(name for name in names if name not in last))
        self.stop(*last)

    def clean(self) -> None:
        """
        Stop everything and leave nothing of it, also not on servers of others.
        """
        self.down()
        self.remove_data()
        shutil.rmtree(self.var / "log", ignore_errors=True)

    def remove_data(self) -> None:
        """
        Remove all that processes, already stopped, have written, but their logs.
        """
        self._servers.remove_data()
        for name in ("rabbitmq", "mail", "keys", "run"):
            shutil.rmtree(self.var / name, ignore_errors=True)
        for name in ("secrets.json", "ports.json", "made.json", "business-clock"):
            (self.var / name).unlink(missing_ok=True)

    @property
    def is_in_use(self) -> bool:
        """
        Whether the folder holds a system that somebody may miss: one that runs, or the
        data of one that is not a demonstration.
        """
        runs = any(self.running(name) for name in self.processes.names())
        return runs or (self._local.has_data and not self.is_demonstration)

    @property
    def has_data(self) -> bool:
        """
        Whether a system was ever prepared in the folder and not removed.
        """
        return self._local.has_data

    def refuse_foreign_data(self) -> None:
        """
        Raise `StackError` if the folder holds data that no demonstration made.
        """
        if self._local.has_data and not self.is_demonstration:
            raise StackError(
                f"{self.var} holds the data of a system that was started with `make"
                " up`; the demonstration leaves it alone. Let it run beside it with"
                " PORT_BASE=9100 make demo, or remove the other first with make clean."
            )

    @property
    def is_demonstration(self) -> bool:
        """
        Whether the folder holds a demonstration, which has a business clock of its own.
        """
        return self._local.business_clock.exists()

    # -- single processes

    def start(self, *names: str) -> None:
        """
        Start processes without waiting for them; one that runs is left alone.
        """
        self._refuse_taken(*names)
        self._keep_ports()
        for name in names:
            if self.running(name):
                continue
            if name in SERVERS:
                self._servers.start(name)
            else:
                self.start_python(name, *_command(name))

    def start_python(
        self, name: str, *arguments: str, like: str | None = None, **settings: str
    ) -> None:
        """
        Start the interpreter with *arguments* as the process *name*, with the settings
        of the process *like* (itself if None) and further ones.
        """
        environment = self._local.environment(like or name) | settings
        command = [sys.executable, *arguments]
        self.processes.start(name, command, environment, cwd=ROOT)

    def stop(self, *names: str, within: float = _STOP_WITHIN) -> None:
        """
        Ask processes to stop, and end those that have not *within* seconds.
        """
        for name in names:
            if name != "epmd":
                number = _STOP_SIGNAL.get(name, signal.SIGTERM)
                self.processes.signal(name, number)
        deadline = time.monotonic() + within
        for name in names:
            seconds_left = max(0.0, deadline - time.monotonic())
            if name == "epmd" or not self.processes.wait(name, seconds_left):
                self.processes.kill(name)
            if name == "epmd":
                self._servers.end_stray_epmd()
            self.processes.forget(name)

    def kill(self, *names: str) -> None:
        """
        End processes, and all they started, with SIGKILL.
        """
        for name in names:
            self.processes.kill(name)

    def restart(self, *names: str) -> None:
        self.stop(*names)
        self.start(*names)
        self.wait_ready(*names)

    def running(self, name: str) -> bool:
        return self.processes.pid(name) is not None

    def wait_ready(self, *names: str, within: float = 90.0) -> None:
        """
        Wait until each of *names* is ready.

        Raises `StackError`, with the end of its log, for one that ends or is late.
        """
        began = time.monotonic()
        waiting = list(names)
        while waiting:
            for name in tuple(waiting):
                if self.ready(name):
                    waiting.remove(name)
                    self.say(f"{name} ready ({time.monotonic() - began:.1f} s)")
                elif not self.running(name):
                    raise StackError(f"{name} has ended.\n{self.log_tail(name)}")
            if waiting and time.monotonic() > began + within:
                reasons = "\n".join(self._reason(name) for name in waiting)
                raise StackError(f"not ready in {within:.0f} s:\n{reasons}")
            time.sleep(0.05)

    def ready(self, name: str) -> bool:
        """
        Whether *name* does its work now.
        """
        if name in SERVERS:
            return self._servers.is_ready(name)
        return self._probe(name)[0] == httpx.codes.OK

    def log_tail(self, name: str, lines: int = 25) -> str:
        log = self.processes.log(name)
        text = log.read_text(errors="replace") if log.exists() else ""
        return "\n".join([f"--- {log}", *text.splitlines()[-lines:]])

    # -- what can be asked of a system

    def jianjian(self, *arguments: str) -> str:
        """
        Run a `jianjian` command as the administrator; return what it prints.
        """
        completed = subprocess.run(
            [*_JIANJIAN, *arguments],
            env=self._local.environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if completed.returncode:
            output = (completed.stdout + completed.stderr).strip()
            raise StackError(f"jianjian {' '.join(arguments[:2])} failed:\n{output}")
        return completed.stdout

    def migrate(self) -> None:
        """
        Bring all five schemas to their newest version.
        """
        self._servers.prepare_database()
        self._timed("migrate")

    def topology(self) -> None:
        """
        Declare exchanges and queues.
        """
        self._timed("topology")

    def url(self, name: str) -> str:
        """
        Where the service, or the relay, answers HTTP.
        """
        return f"http://127.0.0.1:{self.ports.by_name()[name]}"

    def environment(self, name: str | None = None) -> dict[str, str]:
        """
        The settings of the process *name*, without the passwords of others; None: all.
        """
        return self._local.all() if name is None else self._local.of(name)

    def is_external(self, name: str) -> bool:
        """
        Whether the environment names a server of this kind for us.
        """
        return is_external(name)

    def set_business_day(self, day: date) -> None:
        """
        The day all processes live in, with the machine's time of day. Processes
        started before the first call stay in the machine's own day.
        """
        write_clock(self._local.business_clock, day.isoformat())

    def mails(self) -> list[Path]:
        """
        The mails taken so far, oldest first.
        """
        return sorted(self.mail.glob("*.eml"))

    def refuse_mail(
        self, *addresses: str, code: int = 451, times: int | None = None
    ) -> None:
        """
        Have the mailbox refuse *addresses*, *times* times or from now on.
        """
        faults = {"refuse": addresses, "code": code, "times": times}
        self.mail.mkdir(parents=True, exist_ok=True)
        (self.mail / "faults.json").write_text(json.dumps(faults), encoding="utf-8")

    @property
    def mail(self) -> Path:
        return self._servers.mail

    @property
    def keys(self) -> Path:
        return self._local.keys

    @cached_property
    def clock(self) -> FileClock:
        """
        Moves all processes from day to day, in office hours.
        """
        return FileClock(self._local.business_clock)

    # -- how it is done

    @property
    def _local(self) -> LocalSettings:
        return LocalSettings(self.var, self.ports, self.settings)

    @property
    def _servers(self) -> Servers:
        return Servers(self._local, self.processes)

    def _timed(self, command: str) -> None:
        began = time.monotonic()
        self.jianjian(command)
        self.say(f"{command} done ({time.monotonic() - began:.1f} s)")

    def _refuse_taken(self, *names: str) -> None:
        """
        Name every port that processes about to be started will not get.
        """
        port_names = [
            port_name
            for name in names
            if not self.running(name)
            for port_name in _PORTS_OF.get(name, (name,))
            if not self.running(port_name)  # epmd outlives the node
        ]
        ports = self.ports.by_name()
        refused = [name for name in port_names if is_taken(ports[name])]
        if refused:
            lines = [
                f"port {ports[name]} ({name}) is taken by {holder(ports[name])}; "
                f"choose another: {variable(name)}=PORT before the command"
                for name in refused
            ]
            raise StackError("\n".join(lines))

    def _probe(self, name: str) -> tuple[int, str]:
        path = "/healthz" if name == "relay" else "/readyz"
        try:
            answer = http.get(self.url(name) + path, timeout=5)
        except httpx.TransportError as silence:
            return 0, str(silence)
        return answer.status_code, answer.text

    def _reason(self, name: str) -> str:
        answer = "" if name in SERVERS else self._probe(name)[1]
        return f"{name}: {answer}\n{self.log_tail(name)}"

    def _keep_ports(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.ports.by_name(), indent=1)
        (self.var / "ports.json").write_text(text, encoding="ascii")


def _command(name: str) -> list[str]:
    return (
        [*_JIANJIAN[1:], "relay"]
        if name == "relay"
        else ["-m", "shared.service.run", name]
    )


def _remove_abandoned(parent: Path) -> None:
    """
    Tidy up after earlier runs, named by their pid, whose process has ended.

    If several processes find one, the first to rename it removes it.
    """
    for var in parent.glob("[0-9]*-[0-9]*"):
        if not psutil.pid_exists(int(var.name.partition("-")[0])):
            own_folder = parent / f"{os.getpid()}-{var.name}"
            with contextlib.suppress(FileNotFoundError):
                var.rename(own_folder)
                Stack(own_folder, Ports()).clean()
                shutil.rmtree(own_folder, ignore_errors=True)
