"""
The policy a process works under: programmes, directory and calendar, read once.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.loading import Policy, load_programmes
from shared.policy.programmes import Programmes, UnknownProgramme
from shared.settings import settings

__all__ = ["Policy", "codes_with_files", "current_policy", "every_programme"]


@lru_cache
def current_policy() -> Policy:
    """
    The programmes are those that PROGRAMMES names: none if it is empty, every one that
    has a file if it is `all`.

    Raises `ConfigurationError` naming file, line and reason of every fault; ends the
    process if it is to run a programme that does not exist.
    """
    every = every_programme()
    codes = [code for code in settings.get("PROGRAMMES").split(",") if code]
    if codes == ["all"]:
        return every
    try:
        return replace(every, programmes=Programmes(map(every.programmes.get, codes)))
    except UnknownProgramme as unknown:
        raise SystemExit(f"PROGRAMMES names no programme: {unknown}") from None


def every_programme() -> Policy:
    """
    The policy with all programmes that have files, whether they run or not.

    Raises `ConfigurationError` naming file, line and reason of every fault.
    """
    directory = Directory.load(settings.deploy / "directory")
    return Policy(
        load_programmes(settings.deploy / "programmes", directory),
        directory,
        Calendar.load(settings.deploy / "calendar"),
    )


@lru_cache
def codes_with_files() -> frozenset[str]:
    """
    The codes of the programmes that have files, named after them, whether they run or
    not.
    """
    files = (settings.deploy / "programmes").glob("*.yaml")
    return frozenset(file.stem for file in files)
