"""
The servers that one local system stands on: broker, database and mailbox.

Broker and database are private ones unless the environment names others; `external.py`
takes back what was made on those.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from deploy.local import external, packages
from deploy.local.packages import StackError
from deploy.local.ports import answers
from deploy.local.postgres import Postgres
from deploy.local.processes import Processes
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.settings import EXTERNAL, OWNER, LocalSettings, is_external
from shared.settings import SERVICES

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("rabbitmq", "postgres", "mailbox")


class Servers:
    """
    Starts the servers as processes of their own, and asks whether they are ready.
    """

    def __init__(self, settings: LocalSettings, processes: Processes) -> None:
        self.settings = settings
        self.processes = processes

    @property
    def private(self) -> list[str]:
        """
        The names of those that are started here.
        """
        return [name for name in SERVERS if not is_external(name)]

    @property
    def mail(self) -> Path:
        return self.settings.var / "mail"

    def install(self, say: Callable[[str], None]) -> None:
        """
        Install Debian's packages of the private servers if they are absent.
        """
        packages.ensure(set(self.private) & set(EXTERNAL), say)
        try:
            packages.ensure({"font"}, say)
        except StackError as absent:  # only papers as PDF need it
            say(f"without the font of printed papers: {absent}")

    def start(self, name: str) -> None:
        match name:
            case "rabbitmq":
                self._start_rabbitmq()
            case "postgres":
                self._start_postgres()
            case _:
                self._start_mailbox()

    def is_ready(self, name: str) -> bool:
        match name:
            case "rabbitmq":
                return self._rabbitmq.answers()
            case "postgres":
                return self._postgres.answers()
            case _:
                return answers(self.settings.ports.smtp)

    def prepare_database(self) -> None:
        """
        Make the private database, or note which schemas of another one will be ours.
        """
        if not is_external("postgres"):
            self._postgres.create_database()
        elif not self._made_on_servers.exists():
            schemas_present = external.schemas_among(
                os.environ["DATABASE_URL"], SERVICES
            )
            ours = sorted(set(SERVICES) - schemas_present)
            self._made_on_servers.write_text(json.dumps(ours), encoding="ascii")

    def end_stray_epmd(self) -> None:
        self._rabbitmq.end_stray_epmd()

    def remove_data(self) -> None:
        """
        Remove what was written, also on servers of others: there only what is ours.

        Without `made.json` nothing on them is.
        """
        if self._made_on_servers.exists():
            ours = json.loads(self._made_on_servers.read_text(encoding="ascii"))
            if is_external("postgres"):
                external.drop_schemas(os.environ["DATABASE_URL"], ours)
            if is_external("rabbitmq"):
                external.drop_topology(os.environ["AMQP_URI"])
        self._postgres.destroy()

    @property
    def _made_on_servers(self) -> Path:
        return self.settings.var / "made.json"

    @property
    def _rabbitmq(self) -> RabbitMQ:
        return RabbitMQ(
            self.settings.var / "rabbitmq",
            self.settings.ports,
            user=OWNER,
            password=self.settings.secrets["rabbitmq"],
            cookie=self.settings.secrets["cookie"],
        )

    @cached_property
    def _postgres(self) -> Postgres:
        var, ports = self.settings.var, self.settings.ports
        var.mkdir(parents=True, exist_ok=True)
        return Postgres(var, ports.postgres, self.settings.secrets["postgres"])

    def _start_mailbox(self) -> None:
        command = [sys.executable, "-m", "deploy.local.mailbox"]
        command += ["--port", str(self.settings.ports.smtp), "--dir", str(self.mail)]
        environment = self.settings.environment("mailbox")
        self.processes.start("mailbox", command, environment, cwd=ROOT)

    def _start_rabbitmq(self) -> None:
        node = self._rabbitmq
        if self.processes.pid("epmd") is None:
            self._start_epmd(node)
        node.prepare()
        self.processes.start(
            "rabbitmq", node.command(), node.environment(), cwd=self.settings.var
        )

    def _start_epmd(self, node: RabbitMQ) -> None:
        environment = dict(os.environ) | node.epmd_environment()
        self.processes.start("epmd", node.epmd_command(), environment, cwd=Path("/"))
        deadline = time.monotonic() + 10
        while not node.epmd_answers():
            if time.monotonic() > deadline or self.processes.pid("epmd") is None:
                log = self.processes.log("epmd").read_text(errors="replace")
                raise StackError(f"epmd does not answer.\n{log}")
            time.sleep(0.02)

    def _start_postgres(self) -> None:
        server = self._postgres
        server.prepare()
        self.processes.start(
            "postgres",
            server.command(),
            server.environment(),
            cwd=server.home,
            user=server.user,
        )
