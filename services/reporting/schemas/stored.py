"""
What facts store of events, and how a rebuild reads it again.

A rebuild reads every event there has been, and marshmallow asks of each field anew what
kind it is. A reader is made of a schema once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing

from services.reporting.domain.postings.entries import EventFacts
from services.reporting.domain.postings.rules import STEP_REACHED
from services.reporting.schemas.reads import READS
from services.reporting.schemas.reads.base import OfProgramme
from shared.events import Envelope

Reader = Callable[[Mapping[str, Any]], dict[str, Any]]

_PLAIN: Mapping[type, type] = {
    fields.String: str,
    fields.Boolean: bool,
    fields.Integer: int,
}

STORED: Mapping[str, Schema] = {**READS, STEP_REACHED: OfProgramme()}
"""
What facts store of each event: what is read of it, but for the words of a notice, which
stand with the notice.
"""

_DUTIES_CHANGED = "assignment.duties_changed"
_OF_DUTIES = ("changes", "standings")


def stored_payload(event: Envelope) -> dict[str, Any]:
    """
    The fields of an event as its fact stores them: what is said of a duty leaves out
    what nearly always follows from the fact itself, which are more than half of its
    bytes.
    """
    names = STORED[event.type].fields.keys() & event.payload.keys()
    payload = {name: event.payload[name] for name in names}
    if event.type == _DUTIES_CHANGED:
        for name in names.intersection(_OF_DUTIES):
            payload[name] = [_without_implied(event, each) for each in payload[name]]
    return payload


def whole_payload(fact: EventFacts, stored: dict[str, Any]) -> dict[str, Any]:
    """
    The payload of an event, from what its fact has *stored* of it.
    """
    if fact.type == _DUTIES_CHANGED:
        for name in stored.keys() & _OF_DUTIES:
            stored[name] = [_implied(fact, each) | each for each in stored[name]]
    return stored


def _without_implied(event: EventFacts, fields: Mapping[str, Any]) -> dict[str, Any]:
    implied = _implied(event, fields).items()
    return {
        name: value for name, value in fields.items() if (name, value) not in implied
    }


def _implied(event: EventFacts, fields: Mapping[str, Any]) -> dict[str, Any]:
    """
    What is said of a duty of the office and matter of an event, on the event's day.
    """
    return {
        "office": event.office,
        "duty": f"{event.case_number}/{fields['kind']}",
        "on": event.occurred_on.isoformat(),
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
            names = converters.keys() & payload.keys()
            if required <= names:
                values = {name: converters[name](payload[name]) for name in names}
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
