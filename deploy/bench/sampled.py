"""
A process that counts where its processor time goes:
`python -m deploy.bench.sampled FILE MODULE ARGUMENT…` runs a module so.

SIGUSR1 begins a count and SIGUSR2 writes it to the file. The clock is that of the
process's own processor time: what waits is not counted.
"""

from __future__ import annotations

import json
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

_EVERY = 0.001  # seconds of processor time; the kernel may make it four times as long

# A sample belongs to the first of these that a frame is of, from the innermost
# outwards; a frame of none, such as one of Python's own library, belongs to its caller.
PIECES = {
    "waiting and switching": ("eventlet/hubs", "eventlet/greenio", "eventlet/green"),
    "HTTP": ("eventlet/wsgi", "http/", "email/", "shared/web/server", "nameko/web"),
    "driver": ("psycopg2_patcher", "sqlalchemy/engine/default.py:do_execute"),
    "SQLAlchemy and pool": ("sqlalchemy/", "shared/storage/database"),
    "addresses, requests and answers": ("werkzeug/", "shared/web/handling"),
    "worker": ("nameko/", "eventlet/"),
    "token": ("shared/web/auth",),
    "body and schemas": ("marshmallow/", "shared/web/request", "shared/web/schema"),
    "keys and encryption": (
        *("shared/storage/encryption", "shared/records/sealed", "shared/person"),
        *("intake/domain/matching", "petitions/personal", "opencc/", "pypinyin/"),
    ),
    "logs and metrics": ("structlog/", "prometheus_client/", "shared/telemetry"),
    "event and audit": ("shared/messaging", "shared/storage/audit", "shared/events"),
    "rules and record": ("services/", "shared/", "deploy/bench/bare"),
}


def main(file: Path, module: str, arguments: list[str]) -> None:
    counts: Counter[str] = Counter()

    def begin(_signal: int, _frame: FrameType | None) -> None:
        counts.clear()
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)

    def write(_signal: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        new = file.with_suffix(".new")
        new.write_text(json.dumps(counts), "utf-8")
        new.rename(file)

    def count(_signal: int, frame: FrameType | None) -> None:
        counts[piece_of(frame)] += 1

    signal.signal(signal.SIGPROF, count)
    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, write)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def piece_of(frame: FrameType | None) -> str:
    """
    The piece of work that a *frame* and those around it are at.
    """
    while frame is not None:
        place = f"{frame.f_code.co_filename}:{frame.f_code.co_name}"
        for piece, marks in PIECES.items():
            if any(mark in place for mark in marks):
                return piece
        frame = frame.f_back
    return "other"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
