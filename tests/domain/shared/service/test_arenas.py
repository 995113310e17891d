"""
The threads of a service share few arenas of memory.
"""

from __future__ import annotations

import re
import subprocess
import sys

THREADS = 8
# Each thread takes memory that is too large for Python's own pools; then the C library
# says, on its error output, which arenas it has.
TAKING = f"""
import ctypes, threading
from shared.service.arenas import share_arenas

{{share}}
all_there = threading.Barrier({THREADS})

def take():
    kept = [bytearray(50_000) for _ in range(10)]
    all_there.wait()

threads = [threading.Thread(target=take) for _ in range({THREADS})]
for each in threads:
    each.start()
for each in threads:
    each.join()
ctypes.CDLL(None).malloc_stats()
"""


def arenas(share):
    done = subprocess.run(
        [sys.executable, "-c", TAKING.format(share=share)],
        capture_output=True,
        text=True,
        check=True,
    )
    return len(re.findall(r"^Arena \d+:$", done.stderr, re.MULTILINE))


def test_threads_share_two_arenas_and_had_one_each_before():
    assert 1 <= arenas("share_arenas()") <= 2 < arenas("")
