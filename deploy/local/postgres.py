"""
A private PostgreSQL cluster on loopback TCP, durable as in earnest.

PostgreSQL refuses to run as root: there it runs as `postgres` (or `nobody`), and where
that user cannot enter `var/`, its data lives under /var/tmp instead.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.local import packages
from deploy.local.processes import has_ended

_OWNER = "jianjian"
_DATABASE = "jianjian"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_min_error_statement": "panic",  # as in deploy/postgres/jianjian.conf
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Postgres:
    """
    How one private cluster is made, started and asked whether it is there.
    """

    var: Path
    port: int
    password: str

    @cached_property
    def user(self) -> str | None:
        """
        Whom the server runs as; None for ourselves.
        """
        if os.geteuid():
            return None
        everyone = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in everyone else "nobody"

    @cached_property
    def home(self) -> Path:
        if self.user is None or _can_enter(self.var, self.user):
            return self.var / "postgres"
        mark = hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
        return Path("/var/tmp") / f"jianjian-{mark}"  # noqa: S108 - checked in prepare

    @property
    def data(self) -> Path:
        return self.home / "data"

    def prepare(self) -> None:
        """
        Make the cluster if there is none; takes a second or two.
        """
        if (self.data / "PG_VERSION").exists():
            self._forget_the_dead()
            return
        self.home.mkdir(mode=0o700, exist_ok=True)
        self._refuse_a_foreign_home()
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(self.password, encoding="ascii")
        if self.user is not None:
            shutil.chown(self.home, self.user)
            shutil.chown(password, self.user)
        try:
            self._run(
                *("initdb", "-D", str(self.data), "-U", _OWNER, "-E", "UTF8"),
                *("--locale=C.UTF-8", "--lc-collate=C", "--pwfile", str(password)),
                *("--auth-host=scram-sha-256", "--auth-local=reject"),
            )
        finally:
            password.unlink()

    def command(self) -> list[str]:
        options = _SETTINGS | {"port": str(self.port)}
        flags = [f"--{name}={value}" for name, value in options.items()]
        return [str(self._binary("postgres")), "-D", str(self.data), *flags]

    def environment(self) -> dict[str, str]:
        """
        The environment of the server; nothing of the caller's PG* comes in.
        """
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "LC_", "LANG"))
        }
        return inherited | {"LC_ALL": "C.UTF-8", "HOME": str(self.home)}

    def answers(self) -> bool:
        answer = subprocess.run(
            [
                str(self._binary("pg_isready")),
                *("-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "2"),
            ],
            check=False,
        )
        return answer.returncode == 0

    def create_database(self) -> None:
        """
        Make the database if there is none; the server must be up.
        """
        marker = self.home / "database-made"
        if not marker.exists():
            self._run(
                *("createdb", "-h", "127.0.0.1", "-p", str(self.port)),
                *("-U", _OWNER, _DATABASE),
            )
            marker.touch()

    def destroy(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def _forget_the_dead(self) -> None:
        """
        A killed server that its parent has not reaped yet looks alive to a new one.
        """
        lock = self.data / "postmaster.pid"
        if lock.exists() and has_ended(int(lock.read_text().splitlines()[0])):
            lock.unlink()

    def _refuse_a_foreign_home(self) -> None:
        """
        Under /var/tmp anybody may have made a folder of our name.
        """
        ours = {os.geteuid()}
        if self.user is not None:
            ours.add(pwd.getpwnam(self.user).pw_uid)
        if self.home.is_symlink() or self.home.stat().st_uid not in ours:
            raise packages.StackError(f"{self.home} belongs to somebody else")

    def _binary(self, name: str) -> Path:
        folder = packages.postgres()
        if folder is None:
            raise packages.StackError("the PostgreSQL server is not installed")
        return folder / name

    def _run(self, program: str, *arguments: str) -> None:
        completed = subprocess.run(
            [str(self._binary(program)), *arguments],
            env=self.environment() | {"PGPASSWORD": self.password},
            cwd=self.home,
            user=self.user,
            group=self.user and pwd.getpwnam(self.user).pw_gid,
            extra_groups=None if self.user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if completed.returncode:
            raise packages.StackError(f"{program} failed:\n{completed.stdout}")


def _can_enter(folder: Path, user: str) -> bool:
    entry = pwd.getpwnam(user)
    answer = subprocess.run(
        ["test", "-x", str(folder)],
        cwd="/",
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        check=False,
    )
    return answer.returncode == 0
