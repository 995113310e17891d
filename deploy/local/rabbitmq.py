"""
A private RabbitMQ node on loopback: own name, ports, cookie, user and data.

No system file is read or written. It needs an epmd, which is private as well and is
started by `Stack` as a process of its own: RabbitMQ would leave one behind.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local import packages
from deploy.local.ports import Ports, answers

_AMQP_0_9_1 = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = 1
_LOOPBACK = "{127,0,0,1}"


@dataclass(frozen=True)
class RabbitMQ:
    """
    How one private node is configured, started and asked whether it is there.
    """

    home: Path
    ports: Ports
    user: str
    password: str
    cookie: str

    def prepare(self) -> None:
        """
        Write the node's files.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        cookie = self.home / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.cookie, encoding="ascii")
            cookie.chmod(0o400)  # Erlang refuses a cookie others may read
        (self.home / "rabbitmq-env.conf").write_text("")
        (self.home / "enabled_plugins").write_text("[].\n")
        (self.home / "rabbitmq.conf").write_text(self._configuration())

    def command(self) -> list[str]:
        script = packages.rabbitmq()
        if script is None:
            raise packages.StackError("rabbitmq-server is not installed")
        return [str(script)]

    def environment(self) -> dict[str, str]:
        """
        The environment of the node; nothing of the caller's RABBITMQ_* comes in.
        """
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RABBITMQ_", "ERL_"))
        }
        return inherited | {
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "RABBITMQ_NODENAME": "jianjian@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.ports.amqp),
            "RABBITMQ_DIST_PORT": str(self.ports.amqp_dist),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.home / "mnesia"),
            "RABBITMQ_SCHEMA_DIR": str(self.home / "schema"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.home / "config"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.home / "rabbitmq.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-kernel inet_dist_use_interface {_LOOPBACK}"
            ),
            # The script then becomes the server instead of waiting for it.
            "RUNNING_UNDER_SYSTEMD": "true",
            **self.epmd_environment(),
        }

    def epmd_command(self) -> list[str]:
        epmd = shutil.which("epmd")
        if epmd is None:
            raise packages.StackError("epmd, a part of Erlang, is not installed")
        return [epmd, "-port", str(self.ports.epmd), "-address", "127.0.0.1"]

    def epmd_environment(self) -> dict[str, str]:
        return {
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def epmd_answers(self) -> bool:
        return answers(self.ports.epmd)

    def end_stray_epmd(self) -> None:
        """
        End the epmd that a node starts by itself when ours was ended by others.

        An upgrade of Debian's erlang-base does so. Only an epmd on our own port, and
        without nodes, is ended.
        """
        if self.epmd_answers():
            subprocess.run(
                [*self.epmd_command()[:3], "-kill"], capture_output=True, check=False
            )

    def answers(self) -> bool:
        """
        Whether the node speaks AMQP: it listens only when all of it has started.
        """
        try:
            with socket.create_connection(("127.0.0.1", self.ports.amqp), 0.5) as link:
                link.settimeout(2)
                link.sendall(_AMQP_0_9_1)
                return link.recv(1) == bytes([_METHOD_FRAME])
        except OSError:
            return False

    def _configuration(self) -> str:
        return f"""\
listeners.tcp.local = 127.0.0.1:{self.ports.amqp}
default_user = {self.user}
default_pass = {self.password}
heartbeat = 30
consumer_timeout = 1800000
disk_free_limit.absolute = 200MB
vm_memory_high_watermark.relative = 0.4
raft.wal_max_size_bytes = 64000000
"""
