"""
A system whose services come from one process, which has loaded what they all load.

A service loads its modules for a second of the processor, two thirds of it what all
five load, and the tests start some forty services. The journey starts its own as an
installation does.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from eventlet.hubs import use_hub

from deploy.local.stack import ROOT, Stack
from shared.settings import SERVICES


@dataclass
class PreloadedStack(Stack):
    """
    A system in which each service is a copy of the process that was loaded first.
    """

    _first: subprocess.Popen | None = field(default=None, repr=False)

    def start_python(self, name, *arguments, like=None, **settings):
        if name not in SERVICES:
            super().start_python(name, *arguments, like=like, **settings)
            return
        environment = self._local.environment(name) | settings
        order = {"service": name, "environment": environment}
        order["log"] = str(self.processes.log(name))
        first = self._loaded()
        first.stdin.write(json.dumps(order).encode() + b"\n")
        first.stdin.flush()
        self.processes.adopt(name, int(first.stdout.readline()))

    def down(self):
        try:
            super().down()
        finally:
            if self._first is not None:
                self._first.communicate()  # it ends when it is asked for nothing more
                self._first = None

    def _loaded(self):
        if self._first is None:
            self._first = subprocess.Popen(
                [sys.executable, "-m", "tests.preloaded"],
                env={**os.environ, **self.settings, "PYTHONUNBUFFERED": "1"},
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._first


def main():
    """
    For each order on stdin become the service that it names in another process, and
    write the number of that to stdout.
    """
    from shared.service import run  # noqa: PLC0415 - patches all that waits

    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for their ends
    for line in sys.stdin.buffer:
        order = json.loads(line)
        number = os.fork()
        if number == 0:
            become(order)
            run.main(order["service"])
            return
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def become(order):
    """
    Take on the session, the settings and the log of a process that was just started.
    """
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(order["environment"])
    with Path(os.devnull).open("rb") as nothing, Path(order["log"]).open("ab") as log:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    threading.current_thread().name = "main"
    use_hub()  # its own: copies of one would wake each other


if __name__ == "__main__":
    main()
