"""
Splink in an environment of its own: no dependency of the project.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deploy.local.stack import ROOT

_HOME = Path(__file__).with_name("splink")
_VENV = ROOT / "var" / "splink"
_INSTALL_SECONDS = 240
_RUN_SECONDS = 1800


def install() -> str:
    """
    Install it unless it is there; return why that failed, or "".
    """
    requirements, mark = _HOME / "requirements.txt", _VENV / "installed"
    if mark.exists() and mark.stat().st_mtime >= requirements.stat().st_mtime:
        return ""
    pip = [str(_VENV / "bin" / "pip"), "install", "--quiet", "--no-input"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(_VENV)],
        [*pip, "--disable-pip-version-check", "-r", str(requirements)],
    ):
        try:
            completed = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=_INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "it could not be installed in time"
        if completed.returncode:
            return completed.stderr.strip()[-200:]
    mark.touch()
    return ""


def run(table: Path, seed: int) -> str:
    """
    What it finds in the records of a *table*, as JSON. Raises `SubprocessError`.
    """
    completed = subprocess.run(
        [str(_VENV / "bin" / "python"), "link.py", str(table), str(seed)],
        cwd=_HOME,
        capture_output=True,
        text=True,
        timeout=_RUN_SECONDS,
        check=True,
    )
    return completed.stdout.strip().splitlines()[-1]
