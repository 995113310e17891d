"""
Sends registrations over kept-alive connections and takes the time of each answer.

It runs in a process of its own on plain sockets, and tells what processor time it
took itself, so that one can see that it is not the limit.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import selectors
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

_SPAWN = multiprocessing.get_context("spawn")
_SILENCE = 30.0  # seconds without any answer


class BenchError(Exception):
    """
    The figures would mean nothing; the text says why.
    """


@dataclass(frozen=True)
class Load:
    """
    *count* POSTs of *body*, with each request's own number for `SERIAL` in it.

    *keyed* sends an `Idempotency-Key` with each.
    """

    port: int
    body: str
    path: str = "/petitions"
    token: str = ""
    first: int = 1
    count: int = 1
    connections: int = 1
    keyed: bool = False

    def request(self, number: int) -> bytes:
        serial = f"{number:09d}"
        body = self.body.replace("SERIAL", serial).encode()
        lines = [
            f"POST {self.path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if self.keyed:
            lines.append(f"Idempotency-Key: bench-{serial}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answered:
    """
    What came of a load; *latencies* are in seconds, sorted.
    """

    seconds: float
    latencies: Sequence[float]
    own_seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        return percentile(self.latencies, percent)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """
    The smallest value that *percent* of *ordered* do not exceed.
    """
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


class Generator:
    """
    The process that drives loads, one after the other.
    """

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, _SPAWN, initializer=_leave_interrupts)
        self.sent = 0

    def drive(self, load: Load, *, warm_up: int = 0) -> Answered:
        """
        Send *load* after *warm_up* requests of the same kind that are not counted.

        Raises `BenchError` if anything but 201 is answered.
        """
        if warm_up:
            self._drive(replace(load, count=warm_up))
        return self._drive(load)

    def _drive(self, load: Load) -> Answered:
        first, self.sent = self.sent + 1, self.sent + load.count
        return self._pool.submit(_drive, replace(load, first=first)).result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    # Ctrl-C reaches the whole group; the parent tidies up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass
class _Connection:
    """
    One client: sends, waits for the whole answer, sends again.
    """

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """
        Take in what has come; whether that is all of it. Raises `BenchError`.
        """
        part = self.socket.recv(65536)
        if not part:
            raise BenchError("the service closed a connection")
        self.received += part
        head, end, body = bytes(self.received).partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return False
        status = int(head[9:12])
        if status != HTTPStatus.CREATED:
            said = body.decode(errors="replace")[:300]
            raise BenchError(f"{status} instead of 201: {said}")
        return True


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise BenchError("an answer without a length")


def _drive(load: Load) -> Answered:
    numbers = iter(range(load.first, load.first + load.count))
    requests = [load.request(number) for number in numbers]
    requests.reverse()
    latencies: list[float] = []
    with contextlib.ExitStack() as open_ones, selectors.DefaultSelector() as selector:
        connections = []
        for _ in range(min(load.connections, load.count)):
            opened = socket.create_connection(("127.0.0.1", load.port), _SILENCE)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(open_ones.enter_context(opened))
            selector.register(opened, selectors.EVENT_READ, connection)
            connections.append(connection)
        cpu, began = time.process_time(), time.perf_counter()
        for connection in connections:
            connection.send(requests.pop())
        while len(latencies) < load.count:
            ready = selector.select(_SILENCE)
            if not ready:
                raise BenchError(f"no answer in {_SILENCE:.0f} s")
            for key, _events in ready:
                if key.data.is_answered():
                    latencies.append(time.perf_counter() - key.data.sent_at)
                    if requests:
                        key.data.send(requests.pop())
        seconds = time.perf_counter() - began
        own = time.process_time() - cpu
    return Answered(seconds, sorted(latencies), own)


@contextlib.contextmanager
def background(load: Load, per_second: float) -> Iterator[list[float]]:
    """
    Meanwhile send *load*, at most *per_second*, over one connection.

    Yields a list that holds the rate that was reached, once it is over.
    """
    reached: list[float] = []
    ours, theirs = _SPAWN.Pipe()
    child = _SPAWN.Process(target=_pace, args=(load, per_second, theirs), daemon=True)
    child.start()
    try:
        ours.recv()
        yield reached
        ours.send("stop")
        if not ours.poll(_SILENCE):
            raise BenchError("the load in the background stands still")
        reached.append(ours.recv())
    except EOFError as error:
        raise BenchError("the load in the background broke off") from error
    finally:
        child.terminate()
        child.join()


def _pace(load: Load, per_second: float, pipe: Any) -> None:
    _leave_interrupts()
    with socket.create_connection(("127.0.0.1", load.port), _SILENCE) as opened:
        connection, sent = _Connection(opened), 0
        began = due = time.perf_counter()
        pipe.send("begun")
        while not pipe.poll():
            connection.send(load.request(load.first + sent))
            while not connection.is_answered():
                pass
            sent += 1
            due += 1 / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
        pipe.send(sent / (time.perf_counter() - began))
