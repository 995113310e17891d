"""
Load: registrations over HTTP by wrk, and the same rows into the database by pgbench.

Both are processes of their own. wrk's share of a core is measured as well, so that one
can see that it is not the limit.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import packages

CONNECTIONS = 16
_HERE = Path(__file__).parent
_SERIALS = 1_000_000  # of one run of wrk


class BenchError(Exception):
    """
    The figures would mean nothing; the message says why.
    """


@dataclass(frozen=True)
class Answered:
    """
    The result of a load: latencies in milliseconds, *share* of one core that it used.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    share: float = 0.0

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


@dataclass
class Wrk:
    """
    POSTs of *body*, in which `SERIAL` is another number each time.
    """

    body: Path
    _runs: Iterator[int] = field(default_factory=lambda: iter(range(1, 999)))

    def run(
        self, url: str, seconds: int, *, token: str = "", keyed: bool = False
    ) -> Answered:
        """
        Load *url* from `CONNECTIONS` connections; *keyed* sends an `Idempotency-Key`.

        Raises `BenchError` if anything is not answered with success.
        """
        command = self._command(url, CONNECTIONS, seconds, token, keyed=keyed)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        completed = subprocess.run(command, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return _answered(completed.stdout + completed.stderr, cpu)

    @contextlib.contextmanager
    def beside(self, url: str, token: str, per_second: float) -> Iterator[list[float]]:
        """
        In the meantime send at most *per_second* requests over one connection.

        Yields a list that holds the rate that was reached, once it is over.
        """
        command = self._command(url, 1, 3600, token, pause=1000 / per_second)
        reached: list[float] = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            try:
                yield reached
            finally:
                child.send_signal(signal.SIGINT)
                output, _ = child.communicate(timeout=30)
            reached.append(_answered(output, 0).rate)

    def _command(
        self,
        url: str,
        connections: int,
        seconds: int,
        token: str,
        *,
        keyed: bool = False,
        pause: float = 0,
    ) -> list[str]:
        first = str(next(self._runs) * _SERIALS)
        return [
            *("wrk", "--threads=1", f"--connections={connections}", "--timeout=20s"),
            *(f"--duration={seconds}s", f"--script={_HERE / 'registration.lua'}"),
            *(url, "--", str(self.body), token, first),
            *("keyed" if keyed else "", str(int(pause))),
        ]


def _answered(output: str, cpu: float) -> Answered:
    match = re.search(r"^\{.*\}$", output, re.MULTILINE)
    result = json.loads(match[0]) if match else {"failed": 1, "requests": 0}
    if result.pop("failed") or not result["requests"]:
        raise BenchError(f"wrk was not answered as it should be:\n{output[-600:]}")
    return Answered(**result, share=cpu / result["seconds"])


def pgbench(database_url: str, seconds: int) -> Answered:
    """
    The INSERTs of a registration from as many clients. Raises `BenchError`.
    """
    place = urlsplit(database_url)
    folder = packages.postgres()
    if folder is None or not (folder / "pgbench").exists():
        raise BenchError("pgbench is not installed; it comes with PostgreSQL's server")
    with tempfile.TemporaryDirectory() as logs:
        completed = subprocess.run(
            [
                str(folder / "pgbench"),
                *("--no-vacuum", "--protocol=prepared", "--jobs=2"),
                *(f"--client={CONNECTIONS}", f"--time={seconds}"),
                *(f"--file={_HERE / 'registration.sql'}", "--log"),
                *(f"--log-prefix={logs}/each", "-h", str(place.hostname)),
                *("-p", str(place.port), "-U", str(place.username), place.path[1:]),
            ],
            env=os.environ | {"PGPASSWORD": str(place.password)},
            capture_output=True,
            text=True,
            check=False,
        )
        latencies = sorted(
            int(line.split()[2]) / 1000
            for file in Path(logs).iterdir()
            for line in file.read_text(encoding="ascii").splitlines()
        )
    rate = re.search(r"tps = ([\d.]+)", completed.stdout)
    if completed.returncode or not rate or not latencies:
        raise BenchError(f"pgbench failed:\n{completed.stderr[-1000:]}")
    seconds_taken = len(latencies) / float(rate[1])
    return Answered(
        len(latencies),
        seconds_taken,
        percentile(latencies, 50),
        percentile(latencies, 99),
    )


def percentile(ordered: list[float], percent: float) -> float:
    """
    The smallest value that *percent* of *ordered* do not exceed.
    """
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]
