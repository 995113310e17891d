"""
Lets a Python process see another time: Python imports this file when it starts.

`make test CLOCK=2027-01-01T04:00` puts this folder on the path of the tests and of all
processes they start, and sets `PYTHON_SECONDS_AHEAD` to how far that time of Shanghai
is from the machine's (a name that also processes get which are given no setting). The
clock runs on from there. Broker and database keep the true time, and so do timeouts,
which count seconds.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import time_machine

AHEAD = int(os.environ["PYTHON_SECONDS_AHEAD"])
# A process that was interrupted here would be behind the others by so much.
PRECISE = 0.002  # seconds

while True:
    clock = time_machine.travel(datetime.now(UTC) + timedelta(seconds=AHEAD), tick=True)
    clock.start()
    if abs(time.time() - time_machine.escape_hatch.time.time() - AHEAD) < PRECISE:
        break
    clock.stop()
