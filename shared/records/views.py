"""
The schema that shows a dataclass to a client.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, get_args, get_origin

from marshmallow import fields

from shared.records.tables import kinds_of, without_none
from shared.vocabulary import Term
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Account, Labelled, Labels
from shared.web.schema.named import PROGRAMME, WORDS, named


def view_of(
    record: type,
    name: str = "",
    /,
    *,
    without: Collection[str] = (),
    **fields_given: fields.Field[Any],
) -> type[schema.Strict]:
    """
    The schema that shows the dataclass *record* to a client: all its fields, by type.

    *name*: of the schema, which else is that of the record with `View`. *without*
    leaves fields out; a field given by name replaces one, or is one more.
    What a field means may stand in its metadata as "description".
    """
    record_fields: dict[str, Any] = {
        field.name: _field(kind, field.metadata, field.name)
        for field, kind in zip(
            dataclasses.fields(record), kinds_of(record).values(), strict=True
        )
        if field.name not in {*without, *fields_given}
    }
    members_given = record_fields | fields_given
    if any(map(_has_labels, members_given.values())):
        members_given["labels"] = Labels()
    members = members_given | {"__doc__": record.__doc__}
    return type(name or f"{record.__name__}View", (schema.Strict,), members)


def _has_labels(field: fields.Field[Any]) -> bool:
    kind = field.inner if isinstance(field, fields.List) else field
    return isinstance(kind, Labelled)


# How the plain kinds are shown; a whole number and a text without bounds.
_SHOWN: Mapping[Any, Callable[..., Any]] = {
    date: schema.day,
    datetime: schema.instant,
    bool: schema.flag,
    Decimal: partial(fields.Decimal, as_string=True, required=True),
    int: partial(fields.Integer, strict=True, required=True),
    str: partial(fields.String, required=True),
}


def _field(kind: Any, described: Mapping[str, Any], name: str = "") -> Any:
    kind, optional = without_none(kind)
    more: dict[str, Any] = {"allow_none": True} if optional else {}
    if "description" in described:
        more["metadata"] = {"description": described["description"]}
    if kind is str and name in _ACCOUNTS:
        return Account(required=True, **more)
    if kind is str and name in _NAMED:
        return named(name, shown=True, **more)
    return _maker(kind)(**more)


# Fields of this name hold what a programme names so: shown with its title.
_NAMED = frozenset({PROGRAMME, *WORDS, "roster"})
# Fields of this name hold the account that did it (decision 0061).
_ACCOUNTS = frozenset(
    {
        *("by", "recorded_by", "submitted_by", "reviewed_by", "applied_by"),
        *("answered_by", "opened_by", "corrected_by", "drawn_by", "receipt_by"),
        *("entered_by", "confirmed_by", "made_by", "filed_by"),
    }
)


def _maker(kind: Any) -> Callable[..., Any]:
    origin: Any = get_origin(kind) or kind
    if origin in _SHOWN:
        return _SHOWN[origin]
    if issubclass(origin, Term):
        return partial(schema.one_of, origin)
    if dataclasses.is_dataclass(origin):
        return partial(schema.nested, nested_view(kind))
    if issubclass(origin, Mapping):
        return partial(fields.Dict, required=True)
    return partial(fields.List, _field(get_args(kind)[0], {}), required=True)


@cache
def nested_view(record: Any) -> type[schema.Strict]:
    """
    The schema that shows a dataclass within another, the same wherever it stands.
    """
    return view_of(record)
