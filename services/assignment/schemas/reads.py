"""
What assignment reads from the bus: the events that are facts of a matter.

What is read of an event are the fields of its fact (`domain/facts/received.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.vocabulary import RECEIVED
from shared.web.schema.fields import Tolerant

_FIELDS: Mapping[type, type[fields.Field[Any]]] = {
    str: fields.String,
    bool: fields.Boolean,
    int: fields.Integer,
    date: fields.Date,
}
# The envelope of every event says these.
_OF_ENVELOPE = {"on", "office"}


def reading(kind: type[Fact]) -> Schema:
    """
    The schema by which the payload of an event is read as a fact of this type.
    """
    hints = get_type_hints(kind)
    return Tolerant.from_dict(
        {
            field.name: _field(hints[field.name], field.default)
            for field in dataclasses.fields(kind)
            if field.name not in _OF_ENVELOPE
        },
        name=f"Read{kind.__name__}",
    )()


def _field(hint: Any, default: object) -> fields.Field[Any]:
    optional = isinstance(hint, UnionType)
    plain = (
        next(hint_part for hint_part in get_args(hint) if hint_part)
        if optional
        else hint
    )
    options: dict[str, Any] = {"allow_none": optional}
    if default is dataclasses.MISSING:
        options["required"] = True
    else:
        options["load_default"] = default
    if get_origin(plain) is tuple:
        flat = get_args(plain)[0] is str
        inner = fields.String() if flat else fields.List(fields.String())
        return fields.List(inner, **options)
    if issubclass(plain, StrEnum):
        return fields.Enum(plain, by_value=True, **options)
    return _FIELDS[plain](**options)


READS: Mapping[str, Schema] = {name: reading(kind) for name, kind in RECEIVED.items()}
