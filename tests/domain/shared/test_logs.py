"""
The lines of a process: one a piece of work, whatever a caller has put into it.
"""

import json
import os
import subprocess
import sys

import pytest

_WRITES = """
import logging
from shared import telemetry

telemetry.configure_logging("intake")
with telemetry.work("request_handled", trace=telemetry.TraceContext("clerk")):
    telemetry.add_log_fields(status=201, text="半个字符 \\ud800", long="长" * 5000)
logging.getLogger("of_a_library").warning("it is %s", "late")
"""


@pytest.fixture(params=["json", "console"])
def kind(request):
    return request.param


def test_every_line_is_written_whatever_is_in_it(kind):
    done = subprocess.run(
        [sys.executable, "-c", _WRITES],
        env={**os.environ, "LOG_FORMAT": kind},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    ours, others = done.stderr.splitlines()

    assert "半个字符" in ours or "\\u534a" in ours
    assert "it is late" in others
    assert len(ours) < 8000
    if kind == "json":
        line = json.loads(ours)
        assert (line["event"], line["actor"]) == ("request_handled", "clerk")
        assert (line["status"], line["service"]) == (201, "intake")
        assert json.loads(others)["level"] == "warning"
