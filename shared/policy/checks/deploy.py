"""
All files under deploy/ that `jianjian check` looks at.

Finds all faults at once and never stops at the first; loading for use is the business
of the modules that own the files.
"""

from __future__ import annotations

from pathlib import Path

from shared.errors import Problem
from shared.policy.calendar import Jurisdiction
from shared.policy.directory import Directory
from shared.policy.loading import read_programmes
from shared.policy.parts.duties import Vocabulary
from shared.yaml.decode import Decoder
from shared.yaml.load import read_folder


def check(deploy_folder: Path, vocabulary: Vocabulary | None = None) -> list[Problem]:
    """
    Everything wrong in the calendars, the directory, the rule sets and the programmes.

    `vocabulary`: the facts that rules may wait for; without it the names of facts are
    not checked.
    """
    sources = read_folder(deploy_folder / "calendar")
    for source in sources:
        Decoder(source).decode(Jurisdiction)
    directory, files = Directory.read(deploy_folder / "directory")
    sources += files
    _, files = read_programmes(deploy_folder / "programmes", directory, vocabulary)
    sources += files
    return [problem for source in sources for problem in source.by_line()]
