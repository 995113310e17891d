"""
Facts as rows: the only place where they are JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cattrs import Converter

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.vocabulary import FACTS

# What a fact says by default is not stored.
_CONVERTER = Converter(omit_if_default=True)
_CONVERTER.register_unstructure_hook(date, date.isoformat)
_CONVERTER.register_structure_hook(
    date,
    lambda value, _: value if isinstance(value, date) else date.fromisoformat(value),
)
_CONVERTER.register_unstructure_hook(datetime, datetime.isoformat)
_CONVERTER.register_structure_hook(
    datetime, lambda value, _: datetime.fromisoformat(value)
)


def decode(name: str, on: date, payload: Mapping[str, Any]) -> Fact:
    """
    The fact of a row: its type by *name*, its day, and the rest of its fields.
    """
    return _CONVERTER.structure({**payload, "on": on}, FACTS[name])


def encode(fact: Fact) -> dict[str, Any]:
    """
    The fields of a fact but its day, which has a column of its own.
    """
    payload: dict[str, Any] = _CONVERTER.unstructure(fact)
    del payload["on"]
    return payload
