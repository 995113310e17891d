"""
What an answer tells the hub of a programme of a matter of which it learns only how far
it is (XQ-56): `progress.yaml`, decision 0088.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from shared.errors import Problem
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.lookup import content_kept, is_content_kept
from shared.web.schema.field_kinds import Labelled, Labels, Money, OfficeCode, PostTitle
from shared.yaml.load import read_yaml

MattersOf = Callable[[Call, Collection[str]], Iterable[Any]]
"""
Those of the matters of a service with these numbers that may be kept from the caller,
each with its number, office, programme and kind.
"""

_Parts = list[tuple[str, Schema | None, bool]]

NAMES_OF_MATTERS = ("number", "case_number", "petition", "duty", "numbers")
"""
The fields of records that hold the number of the matter, or of several, that they are
of; that of a duty begins with it.
"""

# A record that names the reader's office here is its own, or was addressed to it.
_ADDRESSED = ("by_office", "decider", "to", "to_office")
_TOLD: tuple[type[fields.Field[Any]], ...] = (
    *(fields.Boolean, fields.Date, fields.DateTime, fields.Number, Money),
    *(Labelled, Labels, OfficeCode, PostTitle),
)


def keep_to_progress(
    call: Call, answer: Schema | None, shown: Any, matters_of: MattersOf
) -> Any:
    """
    What is *shown* by an *answer*, without what is kept from the caller: null, with the
    reason as `withheld` of the record.
    """
    if answer is None or not _learns_progress_only(call):
        return shown
    of_path = {*map(_matter_of, call.path.values())}
    numbers = of_path | {*_numbers_in(shown)}
    running = current_policy().programmes.codes
    reasons = {
        matter.number: content_kept(matter.programme).problems[0]
        for matter in matters_of(call, numbers)
        # A list shows also what is left of programmes that no longer run.
        if matter.programme in running and is_content_kept(call, matter)
    }
    if not reasons:
        return shown
    reason = next((reasons[each] for each in of_path if each in reasons), None)
    reading = _Reading(call.who.office, reasons)
    if isinstance(shown, dict) and "items" in shown and "items" not in answer.fields:
        items = [reading.of_record(answer, each, reason) for each in shown["items"]]
        return {**shown, "items": items}
    return reading.of_record(answer, shown, reason)


def is_content(owner: Schema, name: str, field: fields.Field[Any]) -> bool:
    """
    Whether a field of an answer, or of a record in it, says what a matter is about and
    not how far it is.
    """
    names = {name, f"{type(owner).__name__}.{name}"}
    if names & _named("about"):
        return True
    kind = field.inner if isinstance(field, fields.List) else field
    return not isinstance(kind, _TOLD) and not names & _named("shown")


def content_of(record: Schema) -> list[str]:
    """
    The fields of a record of a matter that are withheld from who learns only how far
    the matter is.
    """
    return [name for name, part, kept in _parts(record) if kept and part is None]


def records_with_content(
    answers: Iterable[Schema | None], *, within: bool = False
) -> Iterator[Schema]:
    """
    The records of matters in these answers that have such fields; *within*: these are
    parts of such a record.
    """
    for answer in filter(None, answers):
        of_matter = within or not answer.fields.keys().isdisjoint(NAMES_OF_MATTERS)
        parts = (part for _, part, _ in _parts(answer))
        yield from records_with_content(parts, within=of_matter)
        if of_matter and content_of(answer):
            yield answer


@dataclass(frozen=True)
class _Reading:
    """
    How an office reads records of matters; *reasons*: why, of those that are kept from
    it; *parts*: those of the records of an answer, looked up once for all of a list.
    """

    office: str
    reasons: Mapping[str, Problem]
    parts: dict[Schema, _Parts] = field(default_factory=dict)

    def of_record(
        self, schema: Schema, record: dict[str, Any], reason: Problem | None
    ) -> dict[str, Any]:
        """
        *reason*: why the matter of what the record is part of is kept.
        """
        if any(record.get(name) == self.office for name in _ADDRESSED):
            return record
        reason = next(
            (
                self.reasons[each]
                for each in _numbers_of(record)
                if each in self.reasons
            ),
            reason,
        )
        if schema not in self.parts:
            self.parts[schema] = _parts(schema)
        readable = dict(record)
        for name, part, is_kept in self.parts[schema]:
            value = record.get(name)
            if value and part is not None:
                readable[name] = self._of_part(part, value, reason)
            elif value and is_kept and reason:
                readable[name] = None
                readable["withheld"] = _as_json(reason)
        if reason and (labels := record.get("labels")):
            shown = {name: labels[name] for name in labels if readable.get(name)}
            readable["labels"] = shown
        return readable

    def _of_part(self, schema: Schema, value: Any, reason: Problem | None) -> Any:
        if isinstance(value, list):
            return [self.of_record(schema, each, reason) for each in value]
        return self.of_record(schema, value, reason)


def _as_json(reason: Problem) -> dict[str, str]:
    return {
        "code": reason.code,
        "detail": reason.detail,
        "remedy": reason.remedy,
    }


def _learns_progress_only(call: Call) -> bool:
    """
    Whether there is anything of which the caller learns only how far it is.
    """
    policy, reader = current_policy(), call.who.office
    return bool(reader) and any(
        programme.tells_progress_only(reader, "", policy.directory, call.today)
        for programme in policy.programmes
    )


def _parts(schema: Schema) -> _Parts:
    """
    The fields of an answer by their names: the schema of the records in one, None for a
    plain field, and whether that is content.
    """
    parts = []
    for name, each in schema.fields.items():
        inner = each.inner if isinstance(each, fields.List) else each
        nested = inner.schema if isinstance(inner, fields.Nested) else None
        shown_as = each.data_key or name
        parts.append((shown_as, nested, is_content(schema, shown_as, each)))
    return parts


def _numbers_in(shown: Any) -> Iterator[str]:
    if isinstance(shown, list):
        for each in shown:
            yield from _numbers_in(each)
    elif isinstance(shown, dict):
        yield from _numbers_of(shown)
        for each in shown.values():
            yield from _numbers_in(each)


def _numbers_of(record: Mapping[str, Any]) -> Iterator[str]:
    """
    The numbers of the matters that a record names as those that it is of.
    """
    for name in NAMES_OF_MATTERS:
        value = record.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                yield _matter_of(each)


def _matter_of(number: str) -> str:
    """
    The matter of a duty, or of what else has a number within that of its matter.
    """
    return number.partition("/")[0]


@cache
def _named(part: str) -> frozenset[str]:
    named = read_yaml(Path(__file__).with_name("progress.yaml")).value
    return frozenset(named[part])
