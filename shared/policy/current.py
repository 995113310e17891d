"""
The policy a process works under: programmes, directory and calendar, read once.
"""

from __future__ import annotations

from functools import lru_cache

from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.loading import Policy, load_programmes
from shared.policy.programme import Programmes, UnknownProgramme
from shared.settings import settings

__all__ = ["Policy", "current_policy"]


@lru_cache
def current_policy() -> Policy:
    """
    Raises `ConfigurationError` naming file, line and reason of every fault; ends the
    process if it is to run a programme that does not exist.
    """
    directory = Directory.load(settings.deploy / "directory")
    programmes = load_programmes(settings.deploy / "programmes", directory)
    codes = [code for code in settings.get("PROGRAMMES").split(",") if code]
    if codes:
        try:
            programmes = Programmes(map(programmes.get, codes))
        except UnknownProgramme as unknown:
            raise SystemExit(f"PROGRAMMES names no programme: {unknown}") from None
    return Policy(
        programmes,
        directory,
        Calendar.load(settings.deploy / "calendar"),
    )
