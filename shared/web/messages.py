"""
What is wrong with a field, in words an office can act on.

Every message is a `Message`; `problems_of` gives all problems of a request at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from marshmallow import Schema, ValidationError
from marshmallow.fields import List, Nested

from shared.errors import Problem
from shared.near_names import near_finder
from shared.web.schema.descriptions import title_of


class Message(str):
    """
    A message of marshmallow that is a `Problem`; its text is the detail.

    marshmallow formats its messages: ours are whole and stay what they are.
    """

    __slots__ = ("problem",)

    problem: Problem

    def __new__(cls, code: str, detail: str, remedy: str) -> Self:
        message = super().__new__(cls, detail)
        message.problem = Problem(code, detail, remedy)
        return message

    def __deepcopy__(self, _memo: object) -> Self:
        return self  # never changed; apispec copies schemas with their messages

    def format(self, *_args: object, **_values: object) -> Self:
        return self


_OTHER = Message("invalid", "此项不符合要求。", "")
MESSAGES: dict[str, Any] = {
    "required": Message("required", "缺少此项。", "请补上此项。"),
    "null": Message("required", "此项不能为空。", "请填写此项。"),
    "validator_failed": Message("invalid", "此项不符合要求。", "请改正。"),
    "invalid": Message("wrong_type", "此项的类型不对。", "请按接口说明填写。"),
    "type": Message("wrong_type", "此项应为一个对象。", "请按接口说明填写。"),
    "unknown": Message("unknown_field", "没有名为此的项。", "请删去，或改正拼写。"),
    "invalid_utf8": Message(
        "wrong_type", "此项不是有效的 UTF-8 文字。", "请改用 UTF-8。"
    ),
    "format": Message("invalid_date", "不是有效的日期。", "请写成 2020-11-03 的样子。"),
    "too_large": Message("too_large", "数太大。", "请改正。"),
    "special": Message("wrong_type", "不是普通的数。", "请改正。"),
}
TEXTS = {
    **MESSAGES,
    "invalid": Message("wrong_type", "此项应为文字。", "请写成带引号的文字。"),
}
"""
The same of a field that holds text.
"""


def problems_of(
    error: ValidationError,
    schema: Schema | None = None,
    *,
    prefix: str = "",
    separator: str = "/",
) -> tuple[Problem, ...]:
    """
    Every problem in *error*, each with a pointer to its field, and with the name of the
    field if its *schema* is known.
    """
    return tuple(_problems(error.messages, _Place(prefix, separator, schema)))


@dataclass(frozen=True)
class _Place:
    """
    Where a message stands: a pointer, in which schema, and what the field is called;
    *instead*: of a field that its schema does not have, which may be meant; *finders*
    answer that, one for each schema of the request.
    """

    pointer: str
    separator: str
    schema: Schema | None
    title: str | None = None
    instead: str = ""
    finders: dict[type[Schema], Callable[[str], str]] = field(default_factory=dict)

    def at(self, key: Any) -> _Place:
        if key == "_schema":
            return self
        below = replace(self, pointer=f"{self.pointer}{self.separator}{key}")
        if isinstance(key, int):
            return below
        fields = self.schema.fields if self.schema else {}
        of_key = (
            each for each in fields.values() if (each.data_key or each.name) == key
        )
        of_schema = next(of_key, None)
        if self.schema is None or of_schema is None:
            instead = self._instead(self.schema, str(key)) if self.schema else ""
            return replace(below, schema=None, title=None, instead=instead)
        inner = of_schema.inner if isinstance(of_schema, List) else of_schema
        nested = inner.schema if isinstance(inner, Nested) else None
        title = title_of(self.schema, of_schema)
        return replace(below, title=title, schema=nested)

    def _instead(self, schema: Schema, written: str) -> str:
        if type(schema) not in self.finders:
            self.finders[type(schema)] = _instead_in(schema)
        return self.finders[type(schema)](written)

    def named(self, detail: str) -> str:
        """
        A sentence about the field, with what it is called.
        """
        if self.title is None:
            return detail
        if _THIS in detail:
            return detail.replace(_THIS, f"“{self.title}”")
        return f"“{self.title}”{detail}"


_THIS = "此项"
_FEW = 15  # fields of a schema that a remedy names all


def _instead_in(schema: Schema) -> Callable[[str], str]:
    """
    Which fields of a *schema* may be meant by a name that none of them has: those whose
    name or title is like it, else all of a few.
    """
    titles = {
        field.data_key or name: title_of(schema, field)
        for name, field in schema.load_fields.items()
    }
    called = {
        each: {name}
        for name, title in titles.items()
        for each in dict.fromkeys((name, title or name))
    }
    near = near_finder(called)
    phrases = {
        name: f"{name}（{title}）" if title else name for name, title in titles.items()
    }

    def instead(written: str) -> str:
        names = [name for each in near(written) for name in called[each]]
        if not names and len(titles) > _FEW:
            return ""
        listed = "、".join(phrases[name] for name in names or titles)
        return f"{'是否要填' if names else '可用的项'}：{listed}。"

    return instead


def _problems(messages: Any, place: _Place) -> Iterator[Problem]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _problems(inner, place.at(key))
        return
    for message in messages:
        text = message if isinstance(message, Message) else _OTHER
        problem = text.problem
        detail = place.named(problem.detail)
        remedy = f"{place.instead}{problem.remedy}"
        yield replace(problem, detail=detail, remedy=remedy, location=place.pointer)
