"""
The loopback ports of one running system: the usual ones, or any that are free.

Nothing here starts or stops anything.
"""

from __future__ import annotations

import dataclasses
import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import psutil

# Below the range from which the kernel gives ports to outgoing connections: a port
# chosen here is still free when its process is killed and started again.
_FREE_RANGE = range(20_000, 32_000)
# What keeps the chosen ports from other processes that choose, until this one ends.
_CHOSEN: list[socket.socket] = []


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
        chosen = cls().by_name()
        if base is not None:
            chosen = {name: base + n for n, name in enumerate(chosen, start=1)}
        for name in chosen:
            if environment.get(variable(name)):
                chosen[name] = int(environment[variable(name)])
        return cls(**chosen)

    @classmethod
    def free(cls) -> Self:
        """
        Ports nobody listens on now, and that no other living process has chosen here:
        a system keeps its ports also while some of its processes are stopped.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        shuffled = random.SystemRandom().sample(_FREE_RANGE, len(_FREE_RANGE))
        free = (port for port in shuffled if not is_taken(port) and _choose(port))
        return cls(**dict(zip(names, free, strict=False)))

    def by_name(self) -> dict[str, int]:
        return dataclasses.asdict(self)


def variable(name: str) -> str:
    """
    The environment variable that sets the port called *name*.
    """
    return f"{name.upper()}_PORT"


def _choose(port: int) -> bool:
    """
    Keep *port* from others that choose; false if another did. What we start listens on
    TCP alone: the number is kept by a socket of UDP, and let go with the process.
    """
    keeper = socket.socket(type=socket.SOCK_DGRAM)
    try:
        keeper.bind(("127.0.0.1", port))
    except OSError:
        keeper.close()
        return False
    _CHOSEN.append(keeper)
    return True


def is_taken(port: int) -> bool:
    """
    Whether a server started now would not get *port*. Connections that a killed
    process left behind keep no server from its port, in whatever state they are.
    """
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
    for connection in psutil.net_connections("tcp"):
        listens = connection.status == psutil.CONN_LISTEN
        if (
            listens
            and connection.laddr
            and connection.laddr.port == port
            and connection.pid
        ):
            command = " ".join(psutil.Process(connection.pid).cmdline())
            return f"process {connection.pid} ({command[:80]})"
    return "a process of another user"
