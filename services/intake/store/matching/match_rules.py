"""
The rules of matching that this installation works by, read once.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from services.intake.domain.matching import MatchRules
from shared.settings import settings
from shared.yaml.decode import Decoder
from shared.yaml.load import ConfigurationError, read_yaml


@lru_cache
def match_rules() -> MatchRules:
    """
    Raises `ConfigurationError` naming line and reason of every fault.
    """
    return load_rules(settings.deploy / "matching" / "rules.yaml")


def load_rules(path: Path) -> MatchRules:
    """
    Raises `ConfigurationError` naming line and reason of every fault.
    """
    source = read_yaml(path)
    rules = Decoder(source).decode(MatchRules)
    if source.problems:
        raise ConfigurationError(source.by_line())
    return rules
