"""
Whether two records are about one matter: evidence per field, points, and a proposal.

A person decides (A-16). Points and thresholds are data (`deploy/matching/rules.yaml`).
"""

from services.intake.domain.matching.compare import (
    Comparison,
    Evidence,
    compare,
    reaches,
)
from services.intake.domain.matching.keys import keys_of
from services.intake.domain.matching.record import Item, Person, prepared
from services.intake.domain.matching.rules import Level, MatchRules

__all__ = [
    "Comparison",
    "Evidence",
    "Item",
    "Level",
    "MatchRules",
    "Person",
    "compare",
    "keys_of",
    "prepared",
    "reaches",
]
