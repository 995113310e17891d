"""
One running system on this machine: broker, database, mailbox, services and relay.

`make up`, `make demo` and the tests all start theirs here. Each lives in a folder of
its own with ports of its own. Outside of it nothing is changed, except that Debian's
packages are installed if absent. `external.py` tells of servers that are not ours.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from deploy.local import external, servers
from deploy.local.clock import FileClock, write_clock
from deploy.local.ports import Ports, answers, holder, is_taken, variable
from deploy.local.postgres import Postgres
from deploy.local.processes import Processes
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.servers import StackError
from shared.settings import SERVICES

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = (*SERVICES, "relay")
_SERVERS = ("rabbitmq", "postgres", "mailbox")
_EXTERNAL = {"rabbitmq": "AMQP_URI", "postgres": "DATABASE_URL"}

# A setting not named here is for every process.
_ONLY_FOR = {
    "DATABASE_URL": set[str](),
    "SIGNING_KEY": set[str](),
    "FIELD_KEYS": {"intake"},
    "PERSON_KEY": {"intake", "aid"},
    "SMTP_URL": {"reporting"},
    **{f"{name.upper()}_DATABASE_URL": {name, "relay"} for name in SERVICES},
}
_STOP_SIGNAL = {"postgres": signal.SIGINT}  # ends open sessions instead of waiting
_STOP_WITHIN = 25.0  # seconds; the services give themselves 20
_OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def _quiet(_line: str) -> None:
    return


@dataclass
class Stack:
    """
    The system whose data, logs and pid files are in *var*.

    *settings* are further environment variables of all its processes; *say* is told
    of progress.
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
        kept = stack.var / "ports.json"
        if kept.exists() and stack.processes.known():
            stack.ports = Ports(**json.loads(kept.read_text(encoding="ascii")))
        return stack

    @classmethod
    @contextlib.contextmanager
    def temporary(
        cls, parent: Path, *processes: str, settings: Mapping[str, str] | None = None
    ) -> Iterator[Self]:
        """
        A prepared system on free ports, with *processes* running; gone afterwards.

        Its logs stay in *parent* until the next one is made there.
        """
        _remove_abandoned(parent)
        var = parent / f"{os.getpid()}-{next(_COUNTER)}"
        stack = cls(var, Ports.free(), settings or {})
        try:
            stack.clean()
            stack.prepare()
            stack.start(*processes)
            stack.wait_ready(*processes)
            yield stack
        finally:
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

    def prepare(self) -> None:
        """
        Servers, keys, schemas and topology: all that the processes stand on.
        """
        wanted = {name for name in _EXTERNAL if not self.is_external(name)}
        servers.ensure(wanted, self.say)
        private = [name for name in _SERVERS if not self.is_external(name)]
        self.start(*private)
        self.wait_ready(*(name for name in private if name != "rabbitmq"))
        if not (self.keys / "signing.json").exists():
            self.jianjian("token", "keys", "--out", str(self.keys))
        self.migrate()
        self.wait_ready(*(name for name in private if name == "rabbitmq"))
        self.topology()

    def down(self) -> None:
        """
        Stop exactly what was started here.
        """
        known = self.processes.known()
        last = [name for name in ("rabbitmq", "postgres", "epmd") if name in known]
        self.stop(*(name for name in known if name not in last))
        self.stop(*last)

    def clean(self) -> None:
        """
        Stop everything and leave nothing of it, also not on servers not ours.
        """
        self.down()
        self.remove_data()
        shutil.rmtree(self.var / "log", ignore_errors=True)

    def remove_data(self) -> None:
        """
        Remove all that processes, already stopped, have written, but their logs.
        """
        self._clean_external()
        self._postgres.destroy()
        for name in ("rabbitmq", "mail", "keys", "run"):
            shutil.rmtree(self.var / name, ignore_errors=True)
        for name in ("secrets.json", "ports.json", "made.json", "business-clock"):
            (self.var / name).unlink(missing_ok=True)
        for name in ("_secrets", "_postgres"):
            self.__dict__.pop(name, None)

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
            if name == "rabbitmq":
                self._start_epmd()
            self._spawn(name)

    def stop(self, *names: str, within: float = _STOP_WITHIN) -> None:
        """
        Ask processes to stop, and end those that have not *within* seconds.
        """
        for name in names:
            if name != "epmd":
                asked = _STOP_SIGNAL.get(name, signal.SIGTERM)
                self.processes.signal(name, asked)
        deadline = time.monotonic() + within
        for name in names:
            if name == "epmd" or not self.processes.wait(
                name, max(0.0, deadline - time.monotonic())
            ):
                self.processes.kill(name)
            if name == "epmd":
                self._rabbitmq.end_stray_epmd()
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
        match name:
            case "rabbitmq":
                return self._rabbitmq.answers()
            case "postgres":
                return self._postgres.answers()
            case "mailbox":
                return answers(self.ports.smtp)
            case _:
                return self._probe(name)[0] == 200

    def log_tail(self, name: str, lines: int = 25) -> str:
        log = self.processes.log(name)
        text = log.read_text(errors="replace") if log.exists() else ""
        return "\n".join([f"--- {log}", *text.splitlines()[-lines:]])

    # -- what is asked of a system

    def jianjian(self, *arguments: str) -> str:
        """
        Run a `jianjian` command as the administrator; return what it prints.
        """
        done = subprocess.run(
            [*_JIANJIAN, *arguments],
            env=self._process_environment(None),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise StackError(f"jianjian {' '.join(arguments[:2])} failed:\n{said}")
        return done.stdout

    def migrate(self) -> None:
        """
        Bring all five schemas to their newest version.
        """
        if not self.is_external("postgres"):
            self._postgres.create_database()
        else:
            self._note_new_schemas()
        began = time.monotonic()
        self.jianjian("migrate")
        self.say(f"migrated ({time.monotonic() - began:.1f} s)")

    def topology(self) -> None:
        """
        Declare exchanges and queues.
        """
        began = time.monotonic()
        self.jianjian("topology")
        self.say(f"topology declared ({time.monotonic() - began:.1f} s)")

    def url(self, name: str) -> str:
        """
        Where the service, or the relay, answers HTTP.
        """
        return f"http://127.0.0.1:{self.ports.named()[name]}"

    def environment(self, name: str | None = None) -> dict[str, str]:
        """
        The settings of the process *name*: no others' passwords; None sees all.
        """
        everything = self._everything()
        if name is None:
            return everything
        return {
            setting: value
            for setting, value in everything.items()
            if name in _ONLY_FOR.get(setting, {name})
        }

    def is_external(self, name: str) -> bool:
        """
        Whether the environment names a server of this kind for us.
        """
        return bool(os.environ.get(_EXTERNAL.get(name, "")))

    def set_business_day(self, day: date) -> None:
        """
        The day all processes live in, with the machine's time of day. Processes
        started before the first call stay in the machine's own day.
        """
        write_clock(self.business_clock, day.isoformat())

    def mails(self) -> list[Path]:
        """
        The mails taken so far, oldest first.
        """
        return sorted(self.mail.glob("*.eml"))

    def refuse_mail(
        self, *addresses: str, code: int = 451, times: int | None = None
    ) -> None:
        """
        Have the mailbox refuse *addresses*, *times* times or until told otherwise.
        """
        faults = {"refuse": addresses, "code": code, "times": times}
        self.mail.mkdir(parents=True, exist_ok=True)
        (self.mail / "faults.json").write_text(json.dumps(faults), encoding="utf-8")

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    @property
    def keys(self) -> Path:
        return self.var / "keys"

    @property
    def business_clock(self) -> Path:
        """
        The file that holds the business time of all processes, if it exists.
        """
        return self.var / "business-clock"

    @cached_property
    def clock(self) -> FileClock:
        """
        Moves all processes from day to day, in office hours.
        """
        return FileClock(self.business_clock)

    # -- how it is done

    @property
    def _made(self) -> Path:
        return self.var / "made.json"

    @property
    def _rabbitmq(self) -> RabbitMQ:
        return RabbitMQ(
            self.var / "rabbitmq",
            self.ports,
            user="jianjian",
            password=self._secrets["rabbitmq"],
            cookie=self._secrets["cookie"],
        )

    @cached_property
    def _postgres(self) -> Postgres:
        self.var.mkdir(parents=True, exist_ok=True)
        return Postgres(self.var, self.ports.postgres, self._secrets["postgres"])

    @cached_property
    def _secrets(self) -> dict[str, str]:
        """
        Passwords and keys: drawn once, then kept for as long as the data.
        """
        file = self.var / "secrets.json"
        if not file.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            passwords = ("rabbitmq", "cookie", "postgres", *SERVICES)
            drawn = {name: secrets.token_hex(16) for name in passwords}
            drawn["FIELD_KEYS"] = f"k1:{_random_key()}"
            drawn["PERSON_KEY"] = _random_key()
            file.touch(mode=0o600)
            file.write_text(json.dumps(drawn, indent=1), encoding="ascii")
        kept: dict[str, str] = json.loads(file.read_text(encoding="ascii"))
        return kept

    def _everything(self) -> dict[str, str]:
        found = {
            "AMQP_URI": os.environ.get("AMQP_URI") or self._rabbitmq.uri,
            "DATABASE_URL": os.environ.get("DATABASE_URL") or self._postgres.uri,
            "JWKS": str(self.keys / "jwks.json"),
            "REVOCATIONS": str(self.keys / "revoked.json"),
            "SIGNING_KEY": str(self.keys / "signing.json"),
            "FIELD_KEYS": self._secrets["FIELD_KEYS"],
            "PERSON_KEY": self._secrets["PERSON_KEY"],
            "SMTP_URL": f"smtp://127.0.0.1:{self.ports.smtp}",
        }
        for name in SERVICES:
            found[f"{name.upper()}_DATABASE_URL"] = self._database_url(name)
        for name in PROCESSES:
            found[variable(name)] = str(self.ports.named()[name])
        if self.business_clock.exists():
            found["BUSINESS_CLOCK_FILE"] = str(self.business_clock)
        return found | dict(self.settings)

    def _database_url(self, service: str) -> str:
        given = os.environ.get(f"{service.upper()}_DATABASE_URL")
        owner = os.environ.get("DATABASE_URL")
        if given and owner:
            return given
        role, password = f"jianjian_{service}", self._secrets[service]
        if not owner:
            return self._postgres.uri_of(role, password)
        parts = urlsplit(owner)
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{role}:{password}@{place}").geturl()

    def _process_environment(self, name: str | None) -> dict[str, str]:
        ours = self._everything()
        inherited = {key: v for key, v in os.environ.items() if key not in ours}
        return inherited | self.environment(name) | {"PYTHONUNBUFFERED": "1"}

    def _spawn(self, name: str) -> None:
        match name:
            case "rabbitmq":
                self._rabbitmq.prepare()
                command = self._rabbitmq.command()
                environment = self._rabbitmq.environment()
                self.processes.start(name, command, environment, cwd=self.var)
            case "postgres":
                server = self._postgres
                server.prepare()
                self.processes.start(
                    name,
                    server.command(),
                    server.environment(),
                    cwd=server.home,
                    user=server.user,
                )
            case _:
                self.processes.start(
                    name,
                    self._python_command(name),
                    self._process_environment(name),
                    cwd=ROOT,
                )

    def _python_command(self, name: str) -> list[str]:
        if name == "mailbox":
            place = ("--port", str(self.ports.smtp), "--dir", str(self.mail))
            return [sys.executable, "-m", "deploy.local.mailbox", *place]
        if name == "relay":
            return [*_JIANJIAN, "relay"]
        return [sys.executable, "-m", "shared.run", name]

    def _start_epmd(self) -> None:
        if self.running("epmd"):
            return
        self._refuse_taken("epmd")
        node = self._rabbitmq
        self.processes.start(
            "epmd",
            node.epmd_command(),
            dict(os.environ) | node.epmd_environment(),
            cwd=Path("/"),
        )
        deadline = time.monotonic() + 10
        while not node.epmd_answers():
            if time.monotonic() > deadline or not self.running("epmd"):
                raise StackError(f"epmd does not answer.\n{self.log_tail('epmd')}")
            time.sleep(0.02)

    def _refuse_taken(self, *names: str) -> None:
        """
        Name every port that processes about to be started will not get.
        """
        wanted = [
            port_name
            for name in names
            if not self.running(name)
            for port_name in _PORTS_OF.get(name, (name,))
        ]
        ports = self.ports.named()
        taken = [name for name in wanted if is_taken(ports[name])]
        if taken:
            lines = [
                f"port {ports[name]} ({name}) is taken by {holder(ports[name])}; "
                f"choose another: {variable(name)}=PORT before the command"
                for name in taken
            ]
            raise StackError("\n".join(lines))

    def _probe(self, name: str) -> tuple[int, str]:
        path = "/healthz" if name == "relay" else "/readyz"
        try:
            with _OPEN(self.url(name) + path, timeout=5) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode(errors="replace")
        except OSError as silence:
            return 0, str(silence)

    def _reason(self, name: str) -> str:
        said = "" if name in _SERVERS else self._probe(name)[1]
        return f"{name}: {said}\n{self.log_tail(name)}"

    def _keep_ports(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        kept = json.dumps(self.ports.named(), indent=1)
        (self.var / "ports.json").write_text(kept, encoding="ascii")

    def _note_new_schemas(self) -> None:
        """
        Remember which schemas are ours, to drop those alone.
        """
        if not self._made.exists():
            there = external.schemas_among(os.environ["DATABASE_URL"], SERVICES)
            ours = sorted(set(SERVICES) - there)
            self._made.write_text(json.dumps(ours), encoding="ascii")

    def _clean_external(self) -> None:
        """
        `made.json` says that we were here; without it nothing there is ours.
        """
        if not self._made.exists():
            return
        ours = json.loads(self._made.read_text(encoding="ascii"))
        if self.is_external("postgres"):
            external.drop_schemas(os.environ["DATABASE_URL"], ours)
        if self.is_external("rabbitmq"):
            external.drop_topology(os.environ["AMQP_URI"])


# The command itself, also where the project is not installed into the environment.
_JIANJIAN = [
    *(sys.executable, "-c"),
    "from shared.cli import main; main(prog_name='jianjian')",
]
_COUNTER = itertools.count(1)
_PORTS_OF = {"rabbitmq": ("amqp", "amqp_dist"), "mailbox": ("smtp",)}


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _remove_abandoned(parent: Path) -> None:
    """
    Tidy up after earlier runs, named by their pid, whose process is no more.
    """
    for var in parent.glob("[0-9]*-[0-9]*"):
        if not Path("/proc", var.name.partition("-")[0]).exists():
            Stack(var, Ports()).clean()
            shutil.rmtree(var, ignore_errors=True)
