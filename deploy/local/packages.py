"""
Finds programs of Debian's packages on this machine, and installs them if absent.

RabbitMQ and PostgreSQL run a system, the font is for its printed papers, promtool
checks what Prometheus reads, wrk makes load for the benchmark.
Installing starts no service and changes none: see `install-servers.sh`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from shared.settings import settings

_INSTALL = Path(__file__).with_name("install-servers.sh")
_PACKAGES = {
    "rabbitmq": "rabbitmq-server",
    "postgres": "postgresql",
    "font": "fonts-arphic-uming",
    "promtool": "prometheus",
    "wrk": "wrk",
}


class StackError(Exception):
    """
    Something a person must put right; the text says what and how.
    """


class MissingServersError(StackError):
    """
    Packages are absent and we have no right to install them.
    """


def rabbitmq() -> Path | None:
    """
    The server's own script: the one on PATH would change to the system's user.
    """
    scripts = [Path("/usr/lib/rabbitmq/bin/rabbitmq-server")]
    scripts += sorted(Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server"))
    existing = [script for script in scripts if script.exists()]
    if existing and shutil.which("epmd"):
        return existing[0]
    return None


def postgres() -> Path | None:
    """
    The folder with `initdb` and `postgres`, the newest one if there are several.
    """
    installed = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    if installed:
        return max(installed, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path and shutil.which("postgres") else None


def ensure(names: set[str], say: Callable[[str], None]) -> None:
    """
    Install those of *names* (names in `_PACKAGES`) that are absent.

    Raises `MissingServersError` without the right to do so, `StackError` if the
    installation fails.
    """
    missing = sorted(name for name in names if not _is_installed(name))
    packages = [_PACKAGES[name] for name in missing]
    if not packages:
        return
    as_root = _as_root()
    if as_root is None or shutil.which("apt-get") is None:
        raise MissingServersError(_ways_out(packages))
    say(f"installing {' and '.join(packages)} from Debian's packages; no service")
    completed = subprocess.run(
        [*as_root, "sh", str(_INSTALL), *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if completed.returncode:
        tail = "\n".join(completed.stdout.splitlines()[-15:])
        raise StackError(f"{tail}\n\n{_ways_out(packages)}")


def _is_installed(name: str) -> bool:
    if name == "rabbitmq":
        return rabbitmq() is not None
    if name == "postgres":
        return postgres() is not None
    if name == "font":
        return Path(settings["PAPER_FONT"]).exists()
    return shutil.which(name) is not None


def _as_root() -> list[str] | None:
    """
    What to put before a command to run it as root; None when we may not.
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    answer = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if answer.returncode == 0 else None


def _ways_out(packages: list[str]) -> str:
    return f"""\
These Debian packages are needed and not installed: {" ".join(packages)}
They could not be installed from here. Any one of these helps:
  1. as root:  apt-get install {" ".join(packages)}
     (the system's own services may stay switched off; private servers are started)
  2. docker compose up
     (everything in containers; see deploy/compose.env.example)
  3. AMQP_URI=amqp://user:password@host:5672// \\
     DATABASE_URL=postgresql://owner:password@host:5432/database  make demo
     (servers that exist already; the owner must be allowed to create roles)"""
