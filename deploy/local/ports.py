"""
The loopback ports of one running system: the usual ones, or any that are free.

Nothing here starts or stops anything.
"""

from __future__ import annotations

import contextlib
import dataclasses
import random
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# Below the range from which the kernel gives ports to outgoing connections: a port
# chosen here is still free when its process is killed and started again.
_FREE_RANGE = range(20_000, 32_000)
_LISTENING = "0A"


@dataclass(frozen=True)
class Ports:
    """
    One port for each process; each is changed by the variable `variable()` names.
    """

    intake: int = 8101
    assignment: int = 8102
    hearing: int = 8103
    aid: int = 8104
    reporting: int = 8105
    relay: int = 8106
    amqp: int = 5681
    amqp_dist: int = 25681
    epmd: int = 4381
    postgres: int = 5481
    smtp: int = 1181

    @classmethod
    def usual(cls, environment: Mapping[str, str], base: int | None = None) -> Self:
        """
        The default ports, or those from *base* on; a variable set for one wins.
        """
        chosen = cls().named()
        if base is not None:
            chosen = {name: base + n for n, name in enumerate(chosen, start=1)}
        for name in chosen:
            if environment.get(variable(name)):
                chosen[name] = int(environment[variable(name)])
        return cls(**chosen)

    @classmethod
    def free(cls) -> Self:
        """
        Ports nobody listens on now.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**dict(zip(names, _free_ports(), strict=False)))

    def named(self) -> dict[str, int]:
        return dataclasses.asdict(self)


def variable(name: str) -> str:
    """
    The environment variable that sets the port called *name*.
    """
    return f"{name.upper()}_PORT"


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def holder(port: int) -> str:
    """
    Who listens on *port*, as far as we may see it.
    """
    inodes = set(_listening_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & set(_open_files(process)):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            shown = command.decode(errors="replace").strip()[:80]
            return f"process {process.name} ({shown})"
    return "a process of another user"


def _open_files(process: Path) -> Iterator[str]:
    """
    What a process has open; nothing for one that is another user's or gone.
    """
    try:
        entries = list((process / "fd").iterdir())
    except OSError:
        return
    for entry in entries:
        with contextlib.suppress(OSError):  # closed in the meantime
            yield str(entry.readlink())


def _free_ports() -> Iterator[int]:
    for port in random.sample(_FREE_RANGE, k=len(_FREE_RANGE)):
        if not is_taken(port):
            yield port


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and fields[1].endswith(f":{port:04X}"):
                yield f"socket:[{fields[9]}]"
