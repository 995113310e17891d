"""
Every type of fact by its name, and what rules of programmes may ask of each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from inspect import isclass
from types import ModuleType

from services.assignment.domain.facts import (
    batches,
    closings,
    documents,
    duties,
    endings,
    leaders,
    look_back,
    notices,
    received,
    working,
)
from services.assignment.domain.facts.base import Fact
from shared.events import Event
from shared.policy.parts.duties import FactKind, Vocabulary


def _kinds_of(*modules: ModuleType) -> Mapping[str, type[Fact]]:
    return {
        kind.name: kind
        for module in modules
        for kind in vars(module).values()
        if isclass(kind) and issubclass(kind, Fact) and "name" in vars(kind)
    }


RECEIVED = _kinds_of(received)
"""
The types of facts that other services announce, by the names of their events.
"""

FACTS: Mapping[str, type[Fact]] = {
    **RECEIVED,
    **_kinds_of(batches, closings, documents, duties),
    **_kinds_of(endings, leaders, look_back, notices, working),
}

VOCABULARY: Vocabulary = {
    name: FactKind(
        kind.title,
        tuple(field.name for field in dataclasses.fields(kind) if field.name != "on"),
    )
    for name, kind in FACTS.items()
}
"""
What rules of programmes may wait for: the name of each type of fact, with its Chinese
title and its fields.
"""


def fact_of(event: Event) -> Fact:
    """
    The fact that an event of assignment is in the matter it concerns.
    """
    name = f"matter.{event.type.partition('.')[2]}"
    return FACTS[name].from_fields(event.occurred_on, vars(event))
