"""
A helpdesk on the same PostgreSQL, as its documentation sets it up: django-helpdesk
behind gunicorn, in an environment of its own.

The project does not depend on it. Where it cannot be installed, the run goes on without
it and says so.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from deploy.bench.load import Answered, BenchError, Wrk
from deploy.bench.stage import Stage
from deploy.local.ports import Ports, answers
from deploy.local.stack import ROOT

WORKERS = 3
_SITE = Path(__file__).with_name("helpdesk")
_VENV = ROOT / "var" / "helpdesk"
_INSTALL_SECONDS = 180
_NAME = "helpdesk"


class Helpdesk:
    """
    A helpdesk that runs on the stage's database server.
    """

    def __init__(self, stage: Stage, wrk: Wrk, url: str, token: str) -> None:
        self.stage = stage
        self.wrk = wrk
        self.url = url
        self.token = token

    @classmethod
    def start(cls, stage: Stage) -> Helpdesk | None:
        """
        Install, prepare and start the helpdesk. Returns None, after a message, if it
        cannot be installed.

        Raises `BenchError` if it is installed and does not answer.
        """
        if not _installed(stage):
            return None
        port = Ports.free().intake
        with stage.database() as database:
            database.execute("CREATE DATABASE helpdesk")
        environment = _environment(stage)
        prepared = _run(str(_VENV / "bin" / "python"), "prepare.py", env=environment)
        if prepared.returncode:
            raise BenchError(prepared.stderr[-1000:])
        command = [str(_VENV / "bin" / "gunicorn"), f"--workers={WORKERS}"]
        command += [f"--bind=127.0.0.1:{port}", "--log-level=error"]
        command += ["django.core.wsgi:get_wsgi_application()"]
        stage.stack.processes.start(_NAME, command, environment, cwd=_SITE)
        _wait_for(stage, port)
        body = stage.stack.var / "ticket.json"
        body.write_text(_TICKET, encoding="utf-8")
        url = f"http://127.0.0.1:{port}/api/tickets/"
        return cls(stage, Wrk(body), url, prepared.stdout.strip())

    def load(self, seconds: int) -> Answered:
        """
        Register tickets for this many seconds.
        """
        return self.wrk.run(self.url, seconds, token=self.token)

    def stop(self) -> None:
        self.stage.stack.stop(_NAME)
        with self.stage.database() as database:
            database.execute("DROP DATABASE helpdesk WITH (FORCE)")


def _installed(stage: Stage) -> bool:
    """
    Return whether the environment exists or could be created now.
    """
    requirements = _SITE / "requirements.txt"
    mark = _VENV / "installed"
    if mark.exists() and mark.stat().st_mtime >= requirements.stat().st_mtime:
        return True
    stage.say("installing the helpdesk that registrations are compared with")
    pip = [str(_VENV / "bin" / "pip"), "install", "--quiet", "--no-input"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(_VENV)],
        [*pip, "--disable-pip-version-check", "-r", str(requirements)],
    ):
        try:
            completed = _run(*command, env=dict(os.environ))
        except subprocess.TimeoutExpired:
            stage.say("the helpdesk could not be installed in time: not compared")
            return False
        if completed.returncode:
            stage.say(
                f"the helpdesk is not compared: {completed.stderr.strip()[-200:]}"
            )
            return False
    mark.touch()
    return True


def _run(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=env,
        cwd=_SITE,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )


def _environment(stage: Stage) -> dict[str, str]:
    place = urlsplit(stage.stack.environment()["DATABASE_URL"])
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(_SITE),
        "DJANGO_SETTINGS_MODULE": "settings",
        "HELPDESK_SECRET": secrets.token_hex(32),
        "HELPDESK_HOST": str(place.hostname),
        "HELPDESK_PORT": str(place.port),
        "HELPDESK_USER": str(place.username),
        "HELPDESK_PASSWORD": str(place.password),
    }


def _wait_for(stage: Stage, port: int) -> None:
    deadline = time.monotonic() + 30
    while not answers(port):
        if time.monotonic() > deadline or not stage.stack.running(_NAME):
            raise BenchError(stage.stack.log_tail(_NAME))
        time.sleep(0.1)


# The same petitioner and demand as in a registration.
_TICKET = json.dumps(
    {
        "queue": 1,
        "title": "（2018）豫0922刑初SERIAL号",
        "description": "虚构人SERIAL：不服生效刑事裁判，请求依法审查并提出抗诉。",
        "submitter_email": "nobody@helpdesk.invalid",
        "priority": 3,
        "status": 1,
    },
    ensure_ascii=False,
)
