"""
Plain values of a YAML file to frozen dataclasses: the dataclass is the schema.

Keys are the fields' names (`from_` is written `from`), types are their annotations.
An object may be written as the text of its field `WRITTEN_AS`, if it says one.
Every problem is collected with its line; an object that lacks a field is still built as
far as it goes, so that one problem does not hide the others, but never handed out.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from shared.errors import FieldOf, Problem
from shared.yaml.load import Place, YamlFile, dotted

T = TypeVar("T")

KIND_NAMES = {
    str: "文字（数字代码要加引号）",
    int: "整数",
    bool: "true 或 false",
    date: "日期，如 2020-12-31",
    Decimal: '加引号的金额，如 "5000.00"',
}


NOT_WRITTEN = MappingProxyType({"written": False})
"""
Metadata of a field that no file writes: it is filled in after reading.
"""


class _Invalid:
    """
    Stands where a value could not be read; already reported.
    """


INVALID = _Invalid()


def problem_in(
    owner: object, field: str | None, code: str, detail: str, remedy: str
) -> Problem:
    """
    A problem of a *field* of the object *owner*, or of the whole object.
    """
    return Problem(code, detail, remedy, FieldOf(owner, field))


class Decoder:
    """
    Reads one file into objects and remembers where each of them was written.
    """

    def __init__(self, source: YamlFile) -> None:
        self.source = source
        self._places: dict[int, Place] = {}
        self._built: list[object] = []

    def decode(self, kind: type[T]) -> T:
        """
        The whole file as one object; not to be used when the source has problems.
        """
        value: Any = INVALID
        if not self.source.problems or self.source.value is not None:
            value = self._read(kind, self.source.value, ())
        if value is INVALID:
            value = kind.__new__(kind)
            self._remember(value, ())
        return value  # type: ignore[no-any-return]

    def check(self, problems: Iterable[Problem]) -> None:
        """
        Report what a check finds, as far as the fields it looks at could be read.
        """
        try:
            for problem in problems:
                place = self._place_of(problem)
                self.source.report(place, problem.code, problem.detail, problem.remedy)
        except AttributeError as error:
            # an unread field of ours ends the check; anything else is a bug
            if not any(error.obj is built for built in self._built):
                raise

    def clean(self, owner: object) -> bool:
        """
        Whether an object has no problem so far.
        """
        place = dotted(self._places[id(owner)])
        return not any(path.startswith(place) for path, _ in self.source.located())

    def _place_of(self, problem: Problem) -> Place:
        location = problem.location
        if not isinstance(location, FieldOf):
            raise TypeError(problem)
        place = self._places[id(location.owner)]
        return place if location.field is None else (*place, location.field)

    def _remember(self, built: object, place: Place) -> None:
        self._places[id(built)] = place
        self._built.append(built)  # keeps its id from being given out again

    def _read(self, kind: Any, value: Any, place: Place) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is not None:
            return self._compound(origin, arguments, value, place)
        if hasattr(kind, "parse"):
            return self._parsed(kind, value, place)
        if dataclasses.is_dataclass(kind):
            written_as = getattr(kind, "WRITTEN_AS", None)
            if written_as and isinstance(value, str):
                value = {written_as: value}
            return self._object(kind, value, place)
        return self._scalar(kind, value, place)

    def _compound(self, origin: Any, arguments: Any, value: Any, place: Place) -> Any:
        if origin is Literal:
            return self._choice(arguments, value, place)
        if origin is tuple:
            return self._sequence(arguments[0], value, place)
        if origin is Mapping:
            return self._entries(arguments, value, place)
        # what is left is "X or None", written by leaving the key out
        kind = next(argument for argument in arguments if argument is not NoneType)
        return self._read(kind, value, place)

    def _choice(self, allowed: Collection[Any], value: Any, place: Place) -> Any:
        if value in allowed:
            return value
        listed = "、".join(str(word) for word in allowed)
        message = f"“{value}”不在可选值之内。{did_you_mean(str(value), allowed)}"
        self.source.report(place, "unknown_value", message, f"可选：{listed}。")
        return INVALID

    def _sequence(self, kind: Any, value: Any, place: Place) -> Any:
        if not isinstance(value, list):
            return self._wrong(place, "列表（每项以“- ”开头）", value)
        values = (
            self._read(kind, item, (*place, position))
            for position, item in enumerate(value)
        )
        return tuple(item for item in values if item is not INVALID)

    def _entries(self, kinds: tuple[Any, Any], value: Any, place: Place) -> Any:
        if not isinstance(value, dict):
            return self._wrong(place, "“键: 值”的组合", value)
        if get_origin(kinds[0]) is Literal:
            self._unknown_keys(value, get_args(kinds[0]), place)
        values = {
            key: self._read(kinds[1], item, (*place, key))
            for key, item in value.items()
        }
        items = {key: item for key, item in values.items() if item is not INVALID}
        return MappingProxyType(items)

    def _parsed(self, kind: Any, value: Any, place: Place) -> Any:
        try:
            return kind.parse(value)
        except (ValueError, TypeError) as error:
            self.source.report(place, "wrong_type", f"“{value}”无法识别。", str(error))
            return INVALID

    def _scalar(self, kind: Any, value: Any, place: Place) -> Any:
        if kind is Decimal and isinstance(value, str):
            try:
                return Decimal(value)
            except InvalidOperation:
                return self._wrong(place, KIND_NAMES[Decimal], value)
        # type(), not isinstance: true is no number, a moment is no day
        if type(value) is kind:
            return value
        return self._wrong(place, KIND_NAMES[kind], value)

    def _wrong(self, place: Place, expected: str, value: Any) -> _Invalid:
        message = f"“{value}”的类型不对。"
        self.source.report(place, "wrong_type", message, f"应为{expected}。")
        return INVALID

    def _object(self, kind: Any, value: Any, place: Place) -> Any:
        if not isinstance(value, dict):
            return self._wrong(place, "“键: 值”的组合", value)
        hints = _hints(kind)
        names = {
            field.name.rstrip("_"): field
            for field in dataclasses.fields(kind)
            if field.metadata is not NOT_WRITTEN
        }
        self._unknown_keys(value, names, place)
        built = kind.__new__(kind)
        read: Any
        for key, field in names.items():
            read = INVALID
            if key in value:
                read = self._read(hints[field.name], value[key], (*place, key))
            elif _default(field) is INVALID:
                message, remedy = f"缺少“{key}”。", f"请补上“{key}”。"
                self.source.report((*place, key), "missing_key", message, remedy)
            if read is INVALID:
                read = _default(field)
            if read is not INVALID:
                object.__setattr__(built, field.name, read)
        for field in dataclasses.fields(kind):
            if field.metadata is NOT_WRITTEN:
                object.__setattr__(built, field.name, _default(field))
        self._remember(built, place)
        if hasattr(built, "problems"):
            self.check(built.problems())
        return built

    def _unknown_keys(
        self, value: Iterable[str], keys: Collection[str], place: Place
    ) -> None:
        for key in value:
            if key not in keys:
                message = f"不认识“{key}”。{did_you_mean(key, keys)}"
                remedy = f"可用：{'、'.join(keys)}。"
                self.source.report((*place, key), "unknown_key", message, remedy)


def did_you_mean(written: str, words: Iterable[Any]) -> str:
    """
    A sentence with the nearest of *words*, or "".
    """
    near = difflib.get_close_matches(written, [str(word) for word in words], n=1)
    return f"是否想写“{near[0]}”？" if near else ""


def duplicates(of: Iterable[T], field: str) -> Iterator[Problem]:
    """
    Problems of objects that share a *field* which should differ.
    """
    values = set()
    for item in of:
        value = getattr(item, field)
        if value in values:
            message = f"“{value}”出现了不止一次。"
            yield problem_in(item, field, "duplicate_id", message, "请改成不同的值。")
        values.add(value)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return INVALID if field.default is dataclasses.MISSING else field.default


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
