"""
What `jianjian check` and `jianjian programme show` say about the files under deploy/.

Finds all faults at once and never stops at the first; loading for use is the business
of the modules that own the files.
"""

from __future__ import annotations

from pathlib import Path

from shared.errors import Problem
from shared.policy.calendar import Jurisdiction
from shared.policy.check_events import EventTypes
from shared.policy.describe import describe
from shared.policy.directory import Directory
from shared.policy.loading import read_programmes
from shared.yaml.decode import Decoder
from shared.yaml.load import read_folder

__all__ = ["check", "describe"]


def check(deploy_folder: Path, event_types: EventTypes | None = None) -> list[Problem]:
    """
    Everything wrong in the calendars, the directory, the rule sets and the programmes.

    `event_types`: what the services announce, best with the facts each type carries;
    without it the events named by duties are taken on trust.
    """
    sources = read_folder(deploy_folder / "calendar")
    for source in sources:
        Decoder(source).decode(Jurisdiction)
    directory, read = Directory.read(deploy_folder / "directory")
    sources += read
    _, read = read_programmes(deploy_folder / "programmes", directory, event_types)
    sources += read
    return [problem for source in sources for problem in source.by_line()]
