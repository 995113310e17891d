"""
Reads what facts store once more: a rebuild does so with every event there has been.

marshmallow asks of each field anew what kind it is. A reader is made of a schema once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing

Reader = Callable[[Mapping[str, Any]], dict[str, Any]]

_PLAIN: Mapping[type, type] = {
    fields.String: str,
    fields.Boolean: bool,
    fields.Integer: int,
}


def reader_of(schema: Schema) -> Reader:
    """
    A function that gives what `schema.load` gives for a payload, and raises what it
    raises; *schema* ignores what it does not know.

    It reads values that are of the very types which events are announced with; a
    payload with any other is left to the schema, and so is one with a field of a kind
    that it does not know.
    """
    converters = {name: _converter(field) for name, field in schema.fields.items()}
    if None in converters.values():
        return schema.load
    required = {name for name, field in schema.fields.items() if field.required}
    defaults = {
        name: field.load_default
        for name, field in schema.fields.items()
        if field.load_default is not missing
    }

    def read(payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            given = converters.keys() & payload.keys()
            if required <= given:
                values = {name: converters[name](payload[name]) for name in given}
                return defaults | values
        except (AttributeError, TypeError, ValueError, ValidationError):
            pass  # the schema says what is wrong, if anything
        loaded: dict[str, Any] = schema.load(payload)
        return loaded

    return read


def _converter(field: fields.Field[Any]) -> Any:
    """
    What makes the value of a field of one in a payload; None for a kind of field that
    is not known here. It raises where the schema might refuse the value.
    """
    convert = _bare_converter(field)
    if convert is None or not (field.validators or field.allow_none):
        return convert

    def checked(value: Any) -> Any:
        if value is None and field.allow_none:
            return None
        converted = convert(value)
        for check in field.validators:
            check(converted)
        return converted

    return checked


def _bare_converter(field: fields.Field[Any]) -> Any:
    plain = _PLAIN.get(type(field))
    if plain is not None:
        return lambda value: _of_type(plain, value)
    if type(field) is fields.Date:
        return _day
    if type(field) is fields.Nested:
        return reader_of(field.schema)
    if type(field) is fields.List:
        inner = _converter(field.inner)
        return inner and (lambda value: [*map(inner, _of_type(list, value))])
    return None


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:  # not isinstance: True is an int to Python
        raise TypeError(kind)
    return value


@lru_cache(maxsize=10_000)
def _day(written: str) -> date:
    if len(written) != 10 or written[4] + written[7] != "--":
        raise ValueError(written)  # date.fromisoformat reads more than this
    return date.fromisoformat(written)
